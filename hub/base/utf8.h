// Texts of outside before they go into a message: a proto3 string that is not UTF-8 makes the whole
// message unreadable for whoever gets it.
#pragma once

#include <string>
#include <string_view>

namespace muster {

// The text as UTF-8 of at most `max_bytes`, cut between characters. What is not UTF-8 (RFC 3629) is
// shown as U+FFFD, one for every byte that begins nothing or is left over.
std::string clip(std::string_view text, size_t max_bytes);

}  // namespace muster
