#pragma once

#include <string>
#include <string_view>

namespace muster {

// Argon2id with libsodium's interactive limits (64 MiB, 2 passes): some 100 ms of a core, so it
// runs on a pool, never on a strand.
std::string hash_password(std::string_view password);

// Constant time in what is compared.
bool verify_password(std::string_view hash, std::string_view password);

// Costs what verify_password() costs and is false: for a name that nobody has, so that the time of
// an answer does not say which names exist.
bool verify_nobody(std::string_view password);

// 20 characters that are not mistaken for each other when read aloud.
std::string make_password();

}  // namespace muster
