#include "hub/access/vault.h"

#include <stdexcept>

#include <sodium.h>

#include "hub/access/key_file.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"

namespace muster {
namespace {

constexpr size_t kMasterBytes = crypto_kdf_KEYBYTES;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "muster.v";

const unsigned char* in(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* out(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& key_file) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    MUSTER_ASSIGN(std::string master,
                  open_secret_file(key_file, kMasterBytes, random_bytes(kMasterBytes)));
    std::unique_ptr<Vault> vault(new Vault(master));
    sodium_memzero(master.data(), master.size());
    return vault;
}

Vault::Vault(std::string_view master) {
    crypto_kdf_derive_from_key(sealing_.data(), sealing_.size(), 1, kContext, in(master));
    crypto_kdf_derive_from_key(printing_.data(), printing_.size(), 2, kContext, in(master));
}

Vault::~Vault() {
    sodium_memzero(sealing_.data(), sealing_.size());
    sodium_memzero(printing_.data(), printing_.size());
}

std::string Vault::seal(std::string_view owner_id, std::string_view secret) const {
    std::string sealed = random_bytes(kNonceBytes);
    sealed.resize(kNonceBytes + secret.size() + kTagBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out(sealed) + kNonceBytes,
                                               nullptr,
                                               in(secret),
                                               secret.size(),
                                               in(owner_id),
                                               owner_id.size(),
                                               nullptr,
                                               in(sealed),
                                               sealing_.data());
    return sealed;
}

Result<std::string> Vault::open_sealed(std::string_view owner_id, std::string_view sealed) const {
    const auto mismatch = [&] {
        return refuse(absl::StatusCode::kDataLoss, "key.mismatch", {{"id", std::string(owner_id)}});
    };
    if (sealed.size() < kNonceBytes + kTagBytes) return mismatch();
    std::string secret(sealed.size() - kNonceBytes - kTagBytes, '\0');
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(out(secret),
                                                                  nullptr,
                                                                  nullptr,
                                                                  in(sealed) + kNonceBytes,
                                                                  sealed.size() - kNonceBytes,
                                                                  in(owner_id),
                                                                  owner_id.size(),
                                                                  in(sealed),
                                                                  sealing_.data());
    if (opened != 0) return mismatch();
    return secret;
}

std::string Vault::fingerprint(std::string_view bytes) const {
    std::string print(crypto_generichash_BYTES, '\0');
    crypto_generichash(
        out(print), print.size(), in(bytes), bytes.size(), printing_.data(), printing_.size());
    return print;
}

}  // namespace muster
