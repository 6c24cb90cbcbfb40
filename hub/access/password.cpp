#include "hub/access/password.h"

#include <new>
#include <stdexcept>

#include <sodium.h>

namespace muster {
namespace {

void need_sodium() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

}  // namespace

std::string hash_password(std::string_view password) {
    need_sodium();
    char hash[crypto_pwhash_STRBYTES] = {};
    if (crypto_pwhash_str_alg(hash,
                              password.data(),
                              password.size(),
                              crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw std::bad_alloc();
    }
    return hash;
}

bool verify_password(std::string_view hash, std::string_view password) {
    need_sodium();
    return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) ==
           0;
}

bool verify_nobody(std::string_view password) {
    static const std::string nobody = hash_password("nobody has this password");
    verify_password(nobody, password);
    return false;
}

std::string make_password() {
    need_sodium();
    constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string password;
    for (int i = 0; i < 20; ++i) {
        if (i > 0 && i % 5 == 0) password += '-';
        password += kLetters[randombytes_uniform(static_cast<uint32_t>(kLetters.size()))];
    }
    return password;
}

}  // namespace muster
