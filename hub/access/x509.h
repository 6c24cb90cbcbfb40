// Certificates as PEM text: made, read and compared, with OpenSSL. Nothing here touches a file or a
// clock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

struct KeyPair {
    std::string certificate_pem;
    std::string key_pem;
};

struct CertificateInfo {
    UtcTime not_before;
    UtcTime not_after;
    // The subjectAltName's DNS names and addresses as text ("192.0.2.7", "2001:db8::7").
    std::vector<std::string> names;
    // SHA-256 over the DER: 64 hexadecimal digits, upper case.
    std::string fingerprint;
    std::string common_name;
    bool is_ca = false;
};

// A CA of our own: EC P-256, good for 10 years from a day before `now`. Codes: internal
// (hub.internal).
Result<KeyPair> make_authority(const std::string& common_name, UtcTime now);

// A server's certificate from that CA with a key of its own, for these DNS names and addresses,
// good for 390 days and no longer than the CA. Codes: internal, failed_precondition
// (certificate.bad_pair).
Result<KeyPair> make_server_certificate(const KeyPair& authority,
                                        const std::vector<std::string>& names,
                                        UtcTime now);

// Of the first certificate in the text. Codes: failed_precondition (certificate.not_pem; `file` is
// for the sentence).
Result<CertificateInfo> read_certificate(const std::string& pem, const std::string& file);

// Whether the key is one without a passphrase, and the certificate's. Codes: failed_precondition
// (certificate.not_pem, certificate.key_not_pem, certificate.bad_pair).
Status check_pair(const KeyPair& pair,
                  const std::string& certificate_file,
                  const std::string& key_file);

// Whether `certificate` was made by `authority`.
bool is_signed_by(const std::string& certificate_pem, const std::string& authority_pem);

// Whether a browser that goes to `name`, a host name or an address, finds itself named; wildcards
// count.
bool covers(const std::string& certificate_pem, const std::string& name);

// The certificate's DER.
std::string der_of(const std::string& certificate_pem);

}  // namespace muster
