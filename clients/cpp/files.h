#pragma once

#include <filesystem>
#include <string>

#include "hub/base/result.h"

namespace muster {

// Codes: invalid_argument (cli.file_unreadable), also for a file of more than 1 MiB.
Result<std::string> read_file(const std::filesystem::path& path);

// Replaces the file as a whole, readable by its owner alone, in a folder that is made when it is
// not there. Codes: invalid_argument (cli.file_unwritable).
Status write_private_file(const std::filesystem::path& path, std::string_view content);

}  // namespace muster
