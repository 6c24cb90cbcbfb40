#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "hub/base/result.h"

namespace muster {

// Seals what is secret on disk with a key of a file of its own (XChaCha20-Poly1305, libsodium).
// What is sealed for one owner opens for no other. Lives as long as the hub. Thread-safe:
// immutable.
class Vault {
public:
    // Makes the file, 32 random bytes of mode 0600, when it is not there. Codes: those of
    // open_secret_file().
    static Result<std::unique_ptr<Vault>> open(const std::filesystem::path& key_file);
    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    // Nonce and box.
    std::string seal(std::string_view owner_id, std::string_view secret) const;
    // Codes: data_loss (key.mismatch: another key, another owner, or damaged bytes).
    Result<std::string> open_sealed(std::string_view owner_id, std::string_view sealed) const;

    // A keyed hash: stands in the journal for a request that carries a password, so that whoever
    // reads the journal cannot try passwords against it.
    std::string fingerprint(std::string_view bytes) const;

private:
    using Key = std::array<unsigned char, 32>;

    explicit Vault(std::string_view master);

    Key sealing_{};
    Key printing_{};
};

}  // namespace muster
