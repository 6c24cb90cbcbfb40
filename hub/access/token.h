#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// 256 random bits as base64url, 43 characters. Whoever holds it is the one who logged in; the hub
// keeps its hash only.
std::string make_token();

// SHA-256, 32 bytes.
std::string token_hash(std::string_view token);

// The token of "Bearer TOKEN" (the scheme's case does not matter); nothing for anything else, or
// for more than 256 bytes.
std::optional<std::string> bearer_token(std::string_view authorization);

// Same content, in a time that does not depend on where they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace muster
