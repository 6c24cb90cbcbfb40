#include "hub/access/certificates.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "hub/access/key_file.h"
#include "hub/base/error.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxPemBytes = 1 << 20;
constexpr size_t kMaxNames = 100;

Status make_private_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (!error) return {};
    return refuse(absl::StatusCode::kUnavailable,
                  "key.unreadable",
                  {{"file", folder.string()}, {"what", error.message()}});
}

std::vector<std::string> wanted_names(const Certificates::Options& options) {
    std::vector<std::string> names = options.names;
    for (auto& name : options.machine_names()) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (names.size() > kMaxNames) names.resize(kMaxNames);
    return names;
}

std::vector<std::string> names_not_in(const std::string& certificate_pem,
                                      const std::vector<std::string>& names) {
    std::vector<std::string> missing;
    for (const auto& name : names) {
        if (!covers(certificate_pem, name)) missing.push_back(name);
    }
    return missing;
}

bool same(const ServerIdentity& a, const ServerIdentity& b) {
    return a.pair.certificate_pem == b.pair.certificate_pem && a.pair.key_pem == b.pair.key_pem;
}

}  // namespace

int ServerIdentity::days_left(UtcTime now) const {
    const auto left = std::chrono::duration<double, std::ratio<86'400>>(info.not_after - now);
    return static_cast<int>(std::floor(left.count()));
}

Certificates::Certificates(Options options, const Clock& clock)
    : clock_(clock), options_(std::move(options)) {}

Result<std::unique_ptr<Certificates>> Certificates::open(Options options, const Clock& clock) {
    std::unique_ptr<Certificates> all(new Certificates(options, clock));
    if (options.certificate.empty()) {
        MUSTER_ASSIGN(all->identity_, all->local(options));
    } else {
        MUSTER_ASSIGN(all->identity_, all->own(options, true));
    }
    return all;
}

std::shared_ptr<const ServerIdentity> Certificates::identity() const {
    const std::lock_guard lock(mutex_);
    return identity_;
}

Result<bool> Certificates::look_again() {
    const std::lock_guard lock(mutex_);
    return take(options_);
}

Result<bool> Certificates::change(Options options) {
    const std::lock_guard lock(mutex_);
    return take(std::move(options));
}

Result<bool> Certificates::take(Options options) {
    Identity next;
    if (options.certificate.empty()) {
        MUSTER_ASSIGN(next, local(options));
    } else {
        MUSTER_ASSIGN(next, own(options, false));
    }
    options_ = std::move(options);
    const bool is_news = !same(*next, *identity_);
    identity_ = std::move(next);
    return is_news;
}

Result<Certificates::Identity> Certificates::own(const Options& options,
                                                 bool may_be_expired) const {
    auto identity = std::make_shared<ServerIdentity>();
    MUSTER_ASSIGN(identity->pair.certificate_pem, read_text(options.certificate, kMaxPemBytes));
    // Its mode is the organisation's affair: it may belong to a group that renews it.
    MUSTER_ASSIGN(identity->pair.key_pem, read_text(options.key, kMaxPemBytes));
    const std::string file = options.certificate.string();
    MUSTER_TRY(check_pair(identity->pair, file, options.key.string()));
    MUSTER_ASSIGN(identity->info, read_certificate(identity->pair.certificate_pem, file));
    // Files that did not change must not become an error by the passing of time.
    const bool is_the_same = identity_ != nullptr && same(*identity, *identity_);
    if (!may_be_expired && !is_the_same && identity->info.not_after < clock_.now()) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "certificate.expired",
                      {{"file", file}, {"at", rfc3339(identity->info.not_after)}});
    }
    // What was named in the settings must be there; of the machine's own names any one will do.
    identity->missing_names = names_not_in(identity->pair.certificate_pem, options.names);
    if (options.names.empty()) {
        std::vector<std::string> names = options.machine_names();
        std::erase_if(names, [](const std::string& name) {
            return name == "localhost" || name == "127.0.0.1" || name == "::1";
        });
        auto missing = names_not_in(identity->pair.certificate_pem, names);
        if (missing.size() == names.size()) identity->missing_names = std::move(missing);
    }
    return identity;
}

Result<KeyPair> Certificates::authority(const Options& options) const {
    const fs::path folder = options.data / "ca";
    MUSTER_TRY(make_private_folder(folder));
    const fs::path certificate_file = folder / "ca.crt";
    const fs::path key_file = folder / "ca.key";
    MUSTER_ASSIGN(auto key, read_secret_text(key_file, kMaxPemBytes));
    std::error_code error;
    const bool has_certificate = fs::exists(certificate_file, error);
    const auto damaged = [&folder] {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "certificate.authority_damaged",
                      {{"folder", folder.string()}});
    };
    // A half-made one has a key alone: nobody trusts it yet.
    if (!key && has_certificate) return damaged();
    if (key && has_certificate) {
        KeyPair known{{}, *std::move(key)};
        MUSTER_ASSIGN(known.certificate_pem, read_text(certificate_file, kMaxPemBytes));
        if (!check_pair(known, "", "").ok()) return damaged();
        return known;
    }
    const auto names = options.machine_names();
    MUSTER_ASSIGN(KeyPair made,
                  make_authority("Muster CA " + (names.empty() ? std::string() : names.front()),
                                 clock_.now()));
    MUSTER_TRY(write_durably(key_file, made.key_pem, 0600));
    MUSTER_TRY(write_durably(certificate_file, made.certificate_pem, 0644));
    return made;
}

Result<Certificates::Identity> Certificates::local(const Options& options) const {
    MUSTER_ASSIGN(const KeyPair ca, authority(options));
    MUSTER_ASSIGN(const CertificateInfo ca_info, read_certificate(ca.certificate_pem, "ca.crt"));
    const fs::path folder = options.data / "tls";
    MUSTER_TRY(make_private_folder(folder));
    const fs::path certificate_file = folder / "server.crt";
    const fs::path key_file = folder / "server.key";
    const auto names = wanted_names(options);
    const UtcTime now = clock_.now();
    auto identity = std::make_shared<ServerIdentity>();
    identity->authority_pem = ca.certificate_pem;
    identity->authority_fingerprint = ca_info.fingerprint;

    MUSTER_ASSIGN(const auto key, read_secret_text(key_file, kMaxPemBytes));
    const auto known = read_text(certificate_file, kMaxPemBytes);
    bool is_good = key && known.ok() && check_pair({*known, *key}, "", "").ok() &&
                   is_signed_by(*known, ca.certificate_pem) && names_not_in(*known, names).empty();
    if (is_good) {
        identity->pair = {*known, *key};
        MUSTER_ASSIGN(identity->info, read_certificate(*known, certificate_file.string()));
        // One that ends with the CA cannot be made longer.
        const bool is_due = identity->info.not_after - now < kRenewBefore &&
                            identity->info.not_after + std::chrono::hours(24) < ca_info.not_after;
        is_good = !is_due && identity->info.not_before <= now;
    }
    if (!is_good) {
        MUSTER_ASSIGN(identity->pair, make_server_certificate(ca, names, now));
        MUSTER_ASSIGN(identity->info,
                      read_certificate(identity->pair.certificate_pem, certificate_file.string()));
        MUSTER_TRY(write_durably(key_file, identity->pair.key_pem, 0600));
        MUSTER_TRY(write_durably(certificate_file, identity->pair.certificate_pem, 0644));
    }
    return identity;
}

std::vector<std::string> names_of_machine() {
    std::vector<std::string> names;
    char host[256] = {};
    if (::gethostname(host, sizeof host - 1) == 0 && host[0] != '\0') names.emplace_back(host);
    const auto add = [&names](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const char* own : {"localhost", "127.0.0.1", "::1"}) add(own);
    std::vector<std::string> addresses;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return names;
    for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0 ||
            (each->ifa_flags & IFF_LOOPBACK) != 0) {
            continue;
        }
        char text[INET6_ADDRSTRLEN] = {};
        if (each->ifa_addr->sa_family == AF_INET) {
            const auto& address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr;
            if ((ntohl(address.s_addr) >> 16) == 0xa9fe) continue;  // 169.254.0.0/16
            ::inet_ntop(AF_INET, &address, text, sizeof text);
        } else if (each->ifa_addr->sa_family == AF_INET6) {
            const auto& address = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr)->sin6_addr;
            if (IN6_IS_ADDR_LINKLOCAL(&address)) continue;
            ::inet_ntop(AF_INET6, &address, text, sizeof text);
        } else {
            continue;
        }
        addresses.emplace_back(text);
    }
    ::freeifaddrs(all);
    std::sort(addresses.begin(), addresses.end());
    for (const auto& address : addresses) add(address);
    return names;
}

}  // namespace muster
