#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "hub/access/x509.h"

namespace muster {

// What TLS shows to clients: made by the hub's own CA, or an organisation's own.
struct ServerIdentity {
    KeyPair pair;
    CertificateInfo info;
    // The hub's CA; empty when the certificate is an organisation's own.
    std::string authority_pem;
    std::string authority_fingerprint;
    // By which the hub is reached and which the certificate does not name.
    std::vector<std::string> missing_names;

    bool is_own() const { return authority_pem.empty(); }
    // Whole days that are left, below 0 when it has expired.
    int days_left(UtcTime now) const;
};

// The hub's certificates in its data folder: ca/ca.{crt,key} and tls/server.{crt,key}, made at the
// first start, renewed in time and when the machine gets another name or address. Or an
// organisation's own files, which are only read. Thread-safe. Lives as long as the hub.
class Certificates {
public:
    struct Options {
        std::filesystem::path data;
        // An organisation's own, both or neither; the certificate with its chain.
        std::filesystem::path certificate;
        std::filesystem::path key;
        // Names and addresses by which the hub is reached, beside the machine's own.
        std::vector<std::string> names;
        // The machine's own, asked for at every look.
        std::function<std::vector<std::string>()> machine_names;
    };
    static constexpr std::chrono::hours kRenewBefore{30 * 24};

    // Codes: those of x509.h, failed_precondition (key.open, certificate.authority_damaged),
    // unavailable (key.unreadable). An organisation's own that has expired is taken, and shows in
    // the hub's health: dispatch on this machine goes on without it.
    static Result<std::unique_ptr<Certificates>> open(Options options, const Clock& clock);

    std::shared_ptr<const ServerIdentity> identity() const;

    // Renews what is due, or reads an organisation's own files again. True when what is served is
    // another now; after an error it is what it was. Codes: as open(), and failed_precondition
    // (certificate.expired).
    Result<bool> look_again();
    // The same with other settings.
    Result<bool> change(Options options);

private:
    Certificates(Options options, const Clock& clock);

    using Identity = std::shared_ptr<const ServerIdentity>;
    Result<Identity> own(const Options& options, bool may_be_expired) const;
    Result<Identity> local(const Options& options) const;
    Result<KeyPair> authority(const Options& options) const;
    Result<bool> take(Options options);

    const Clock& clock_;
    mutable std::mutex mutex_;
    Options options_;
    Identity identity_;
};

// Host name, loopback and the addresses of this machine's interfaces, those of one link left out.
// The host name comes first.
std::vector<std::string> names_of_machine();

}  // namespace muster
