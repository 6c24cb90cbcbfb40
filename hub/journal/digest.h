#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace muster {

// SHA-256 of what is longer than memory should be. A value that is moved.
class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new()) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }
    void add(std::string_view bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    // 32 bytes; once.
    std::string finish() {
        std::string hash(32, '\0');
        EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(hash.data()), nullptr);
        return hash;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace muster
