#include "hub/access/x509.h"

#include <arpa/inet.h>

#include <ctime>
#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "hub/base/error.h"

namespace muster {
namespace {

using std::chrono::hours;

constexpr hours kDay{24};
constexpr auto kAuthorityLife = kDay * 3'652;
constexpr auto kServerLife = kDay * 390;
// Devices whose clocks are slow take it too.
constexpr auto kBackdate = kDay;
constexpr size_t kCommonNameBytes = 64;

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using X509Ptr = std::unique_ptr<X509, Freer<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<&BIO_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<&X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<&GENERAL_NAMES_free>>;

Status failed() {
    char text[256] = {};
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    return refuse(absl::StatusCode::kInternal, "hub.internal", {{"what", text}});
}

BioPtr memory(const std::string& text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

X509Ptr parse_certificate(const std::string& pem) {
    const BioPtr text = memory(pem);
    X509Ptr certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return certificate;
}

KeyPtr parse_key(const std::string& pem) {
    const BioPtr text = memory(pem);
    // A key with a passphrase is not asked for.
    const auto no_passphrase = [](char*, int, int, void*) { return -1; };
    KeyPtr key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    return key;
}

template <class Write>
std::string pem_of(Write write) {
    const BioPtr text(BIO_new(BIO_s_mem()));
    if (text == nullptr || write(text.get()) != 1) return {};
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(text.get(), &bytes);
    return {bytes, static_cast<size_t>(size)};
}

KeyPair to_pem(X509* certificate, EVP_PKEY* key) {
    return {pem_of([&](BIO* out) { return PEM_write_bio_X509(out, certificate); }),
            pem_of([&](BIO* out) {
                return PEM_write_bio_PKCS8PrivateKey(
                    out, key, nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

bool set_time(ASN1_TIME* field, UtcTime time) {
    return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(time)) != nullptr;
}

UtcTime time_of(const ASN1_TIME* field) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(field, &parts) != 1) return {};
    return UtcTime(std::chrono::seconds(::timegm(&parts)));
}

bool set_random_serial(X509* certificate) {
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
    // Positive and of full length.
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3f) | 0x40);
    BIGNUM* const number = BN_bin2bn(bytes, sizeof bytes, nullptr);
    const bool set = number != nullptr &&
                     BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(number);
    return set;
}

bool add_name(X509_NAME* name, const char* field, const std::string& text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    return X509_NAME_add_entry_by_txt(
               name, field, MBSTRING_UTF8, bytes, static_cast<int>(text.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int id, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// The bytes of an address, none for a name.
std::string address_bytes(const std::string& text) {
    unsigned char bytes[16];
    if (::inet_pton(AF_INET, text.c_str(), bytes) == 1) {
        return {reinterpret_cast<char*>(bytes), 4};
    }
    if (::inet_pton(AF_INET6, text.c_str(), bytes) == 1) {
        return {reinterpret_cast<char*>(bytes), 16};
    }
    return {};
}

bool add_alternative_names(X509* certificate, const std::vector<std::string>& names) {
    const NamesPtr all(sk_GENERAL_NAME_new_null());
    for (const std::string& name : names) {
        const std::string address = address_bytes(name);
        const std::string& bytes = address.empty() ? name : address;
        ASN1_STRING* const value =
            ASN1_STRING_type_new(address.empty() ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
        GENERAL_NAME* const entry = GENERAL_NAME_new();
        if (value == nullptr || entry == nullptr ||
            ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) {
            return false;
        }
        GENERAL_NAME_set0_value(entry, address.empty() ? GEN_DNS : GEN_IPADD, value);
        if (sk_GENERAL_NAME_push(all.get(), entry) == 0) return false;
    }
    return X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), 0, 0) == 1;
}

std::string text_of_address(const ASN1_OCTET_STRING* address) {
    char text[INET6_ADDRSTRLEN] = {};
    const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
    ::inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text);
    return text;
}

std::vector<std::string> alternative_names(X509* certificate) {
    std::vector<std::string> names;
    const NamesPtr all(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* const entry = sk_GENERAL_NAME_value(all.get(), i);
        if (entry->type == GEN_DNS) {
            names.emplace_back(
                reinterpret_cast<const char*>(ASN1_STRING_get0_data(entry->d.dNSName)),
                static_cast<size_t>(ASN1_STRING_length(entry->d.dNSName)));
        } else if (entry->type == GEN_IPADD) {
            const int size = ASN1_STRING_length(entry->d.iPAddress);
            if (size == 4 || size == 16) names.push_back(text_of_address(entry->d.iPAddress));
        }
    }
    return names;
}

// What every certificate of ours has. `life` from the backdated beginning, no longer than `limit`.
bool fill(X509* certificate,
          EVP_PKEY* key,
          const std::string& common_name,
          UtcTime now,
          UtcTime not_after) {
    X509_NAME* const subject = X509_get_subject_name(certificate);
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
           set_time(X509_getm_notBefore(certificate), now - kBackdate) &&
           set_time(X509_getm_notAfter(certificate), not_after) &&
           add_name(subject, "O", "Muster") &&
           add_name(subject, "CN", common_name.substr(0, kCommonNameBytes)) &&
           X509_set_pubkey(certificate, key) == 1;
}

Status not_pem(std::string_view code, const std::string& file) {
    return refuse(absl::StatusCode::kFailedPrecondition, code, {{"file", file}});
}

}  // namespace

Result<KeyPair> make_authority(const std::string& common_name, UtcTime now) {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const X509Ptr certificate(X509_new());
    if (key == nullptr || certificate == nullptr) return failed();
    X509* const ca = certificate.get();
    const bool made = fill(ca, key.get(), common_name, now, now - kBackdate + kAuthorityLife) &&
                      X509_set_issuer_name(ca, X509_get_subject_name(ca)) == 1 &&
                      add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(ca, ca, NID_subject_key_identifier, "hash") &&
                      X509_sign(ca, key.get(), EVP_sha256()) > 0;
    if (!made) return failed();
    return to_pem(ca, key.get());
}

Result<KeyPair> make_server_certificate(const KeyPair& authority,
                                        const std::vector<std::string>& names,
                                        UtcTime now) {
    const X509Ptr issuer = parse_certificate(authority.certificate_pem);
    const KeyPtr issuer_key = parse_key(authority.key_pem);
    const KeyPtr key(EVP_EC_gen("P-256"));
    const X509Ptr certificate(X509_new());
    if (issuer == nullptr || issuer_key == nullptr || key == nullptr || certificate == nullptr) {
        return failed();
    }
    X509* const server = certificate.get();
    const UtcTime end =
        std::min(now - kBackdate + kServerLife, time_of(X509_get0_notAfter(issuer.get())));
    const bool made =
        fill(server, key.get(), names.empty() ? "muster-hub" : names.front(), now, end) &&
        X509_set_issuer_name(server, X509_get_subject_name(issuer.get())) == 1 &&
        add_extension(server, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(server, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
        add_extension(server, issuer.get(), NID_ext_key_usage, "serverAuth") &&
        add_extension(server, issuer.get(), NID_subject_key_identifier, "hash") &&
        add_extension(server, issuer.get(), NID_authority_key_identifier, "keyid:always") &&
        add_alternative_names(server, names) &&
        X509_sign(server, issuer_key.get(), EVP_sha256()) > 0;
    if (!made) return failed();
    return to_pem(server, key.get());
}

Result<CertificateInfo> read_certificate(const std::string& pem, const std::string& file) {
    const X509Ptr certificate = parse_certificate(pem);
    if (certificate == nullptr) return not_pem("certificate.not_pem", file);
    CertificateInfo info;
    info.not_before = time_of(X509_get0_notBefore(certificate.get()));
    info.not_after = time_of(X509_get0_notAfter(certificate.get()));
    info.names = alternative_names(certificate.get());
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(certificate.get(), EVP_sha256(), digest, &size) != 1) return failed();
    for (unsigned i = 0; i < size; ++i) {
        constexpr char kDigits[] = "0123456789ABCDEF";
        info.fingerprint += kDigits[digest[i] >> 4];
        info.fingerprint += kDigits[digest[i] & 15];
    }
    char name[256] = {};
    X509_NAME_get_text_by_NID(
        X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    info.common_name = name;
    info.is_ca = X509_check_ca(certificate.get()) > 0;
    return info;
}

Status check_pair(const KeyPair& pair,
                  const std::string& certificate_file,
                  const std::string& key_file) {
    const X509Ptr certificate = parse_certificate(pair.certificate_pem);
    if (certificate == nullptr) return not_pem("certificate.not_pem", certificate_file);
    const KeyPtr key = parse_key(pair.key_pem);
    if (key == nullptr) return not_pem("certificate.key_not_pem", key_file);
    const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    if (fits) return {};
    return refuse(absl::StatusCode::kFailedPrecondition,
                  "certificate.bad_pair",
                  {{"certificate", certificate_file}, {"key", key_file}});
}

bool is_signed_by(const std::string& certificate_pem, const std::string& authority_pem) {
    const X509Ptr certificate = parse_certificate(certificate_pem);
    const X509Ptr authority = parse_certificate(authority_pem);
    if (certificate == nullptr || authority == nullptr) return false;
    const bool is = X509_check_issued(authority.get(), certificate.get()) == X509_V_OK &&
                    X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
    ERR_clear_error();
    return is;
}

bool covers(const std::string& certificate_pem, const std::string& name) {
    const X509Ptr certificate = parse_certificate(certificate_pem);
    if (certificate == nullptr) return false;
    if (!address_bytes(name).empty()) {
        return X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1;
    }
    return X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1;
}

std::string der_of(const std::string& certificate_pem) {
    const X509Ptr certificate = parse_certificate(certificate_pem);
    if (certificate == nullptr) return {};
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate.get(), &bytes);
    if (size <= 0) return {};
    std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

}  // namespace muster
