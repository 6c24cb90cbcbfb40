#include "hub/access/token.h"

#include <algorithm>

#include <sodium.h>

#include "hub/base/ids.h"

namespace muster {
namespace {

constexpr size_t kTokenBytes = 32;
constexpr size_t kMaxTokenChars = 256;
constexpr std::string_view kScheme = "bearer ";

}  // namespace

std::string make_token() {
    const std::string random = random_bytes(kTokenBytes);
    std::string text(
        sodium_base64_ENCODED_LEN(kTokenBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(),
                      text.size(),
                      reinterpret_cast<const unsigned char*>(random.data()),
                      random.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();  // the terminating zero
    return text;
}

std::string token_hash(std::string_view token) {
    std::string hash(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                       reinterpret_cast<const unsigned char*>(token.data()),
                       token.size());
    return hash;
}

std::optional<std::string> bearer_token(std::string_view authorization) {
    if (authorization.size() <= kScheme.size() ||
        authorization.size() > kScheme.size() + kMaxTokenChars) {
        return std::nullopt;
    }
    const bool scheme =
        std::equal(kScheme.begin(), kScheme.end(), authorization.begin(), [](char want, char have) {
            return want == std::tolower(static_cast<unsigned char>(have));
        });
    if (!scheme) return std::nullopt;
    return std::string(authorization.substr(kScheme.size()));
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace muster
