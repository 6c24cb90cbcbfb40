#include "hub/base/sha256.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace muster {

std::string sha256(std::initializer_list<std::string_view> parts) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    std::string digest(32, '\0');
    bool good = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    for (const auto part : parts) {
        good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    if (!good ||
        EVP_DigestFinal_ex(
            context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

}  // namespace muster
