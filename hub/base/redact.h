#pragma once

#include <string>
#include <string_view>

namespace muster {

// A text for the log without what is secret in it: the user's part of URLs, bearer tokens, values
// that are named password, token, secret, ticket, credential or authorization, and every run of 40
// or more characters that tokens are made of. A secret that is written in another way than ours is
// no match: what is secret is kept out of messages in the first place, and this is the net below.
std::string redact(std::string_view text);

}  // namespace muster
