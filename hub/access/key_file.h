#pragma once

#include <filesystem>
#include <string>

#include "hub/base/result.h"

namespace muster {

// The bytes of a secret file, which is made with `fresh` (mode 0600, on disk before this returns)
// when it is not there. Codes: failed_precondition (key.open: others may read it), data_loss
// (key.damaged: not `size` bytes), unavailable (key.unreadable: the system's error).
Result<std::string> open_secret_file(const std::filesystem::path& path,
                                     size_t size,
                                     const std::string& fresh);

}  // namespace muster
