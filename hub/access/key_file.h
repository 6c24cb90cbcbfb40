#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "hub/base/result.h"

namespace muster {

// The bytes of a secret file, which is made with `fresh` (mode 0600, on disk before this returns)
// when it is not there. Codes: failed_precondition (key.open: others may read it), data_loss
// (key.damaged: not `size` bytes), unavailable (key.unreadable: the system's error).
Result<std::string> open_secret_file(const std::filesystem::path& path,
                                     size_t size,
                                     const std::string& fresh);

// The text of a secret file of at most `max` bytes; nothing when it is not there. Codes as above.
Result<std::optional<std::string>> read_secret_text(const std::filesystem::path& path, size_t max);
// The text of any file of at most `max` bytes. Codes: unavailable (key.unreadable).
Result<std::string> read_text(const std::filesystem::path& path, size_t max);
// On disk before this returns, whole or not at all. Codes: unavailable (key.unreadable).
Status write_durably(const std::filesystem::path& path, const std::string& bytes, unsigned mode);

}  // namespace muster
