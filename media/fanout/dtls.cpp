#include "media/fanout/dtls.h"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace muster {
namespace {

constexpr long kDtlsMtu = 1200;
// IPv6 and UDP headers.
constexpr long kDtlsOverhead = 48;
// A handshake that makes more than this at once is no handshake.
constexpr size_t kOutgoingMax = 64;
constexpr long kCertificateValidS = 365L * 24 * 3600;

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const { Free(object); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freer<X509, X509_free>>;

std::string openssl_error() {
    char text[256] = "no reason given";
    if (const unsigned long code = ERR_get_error(); code != 0) {
        ERR_error_string_n(code, text, sizeof text);
    }
    ERR_clear_error();
    return text;
}

DtlsSession::Wire& wire_of(BIO* bio) {
    return *static_cast<DtlsSession::Wire*>(BIO_get_data(bio));
}

int bio_read(BIO* bio, char* out, int size) {
    DtlsSession::Wire& wire = wire_of(bio);
    BIO_clear_retry_flags(bio);
    if (wire.incoming.empty()) {
        BIO_set_retry_read(bio);
        return -1;
    }
    // A read takes one datagram; what does not fit is lost, as with a socket.
    const size_t taken = std::min(wire.incoming.size(), static_cast<size_t>(std::max(size, 0)));
    std::memcpy(out, wire.incoming.data(), taken);
    wire.incoming = {};
    return static_cast<int>(taken);
}

int bio_write(BIO* bio, const char* data, int size) {
    DtlsSession::Wire& wire = wire_of(bio);
    BIO_clear_retry_flags(bio);
    if (size > 0 && wire.outgoing.size() < kOutgoingMax) {
        wire.outgoing.emplace_back(data, data + size);
    }
    return size;
}

long bio_control(BIO* bio, int command, long number, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_DGRAM_QUERY_MTU:
        case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
            return kDtlsMtu;
        case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
            return kDtlsOverhead;
        case BIO_CTRL_DGRAM_SET_MTU:
            return number;
        case BIO_CTRL_PENDING:
            return static_cast<long>(wire_of(bio).incoming.size());
        default:
            return 0;
    }
}

BIO_METHOD* bio_method() {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_ctrl(made, bio_control);
        BIO_meth_set_create(made, [](BIO* bio) {
            BIO_set_init(bio, 1);
            return 1;
        });
        return made;
    }();
    return method;
}

KeyPtr make_key() {
    return KeyPtr(EVP_EC_gen("P-256"));
}

CertificatePtr make_certificate(EVP_PKEY* key) {
    CertificatePtr certificate(X509_new());
    uint64_t serial = 0;
    if (!certificate || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) {
        return nullptr;
    }
    X509* const x509 = certificate.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1);
    // A day back: a viewer's clock may be behind.
    X509_gmtime_adj(X509_getm_notBefore(x509), -24L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), kCertificateValidS);
    X509_NAME* const name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name,
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("muster-media"),
                               -1,
                               -1,
                               0);
    X509_set_issuer_name(x509, name);
    if (X509_set_pubkey(x509, key) != 1 || X509_sign(x509, key, EVP_sha256()) == 0) return nullptr;
    return certificate;
}

std::vector<uint8_t> digest_of(const X509* certificate, const EVP_MD* algorithm) {
    std::vector<uint8_t> digest(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    if (X509_digest(certificate, algorithm, digest.data(), &size) != 1) return {};
    digest.resize(size);
    return digest;
}

std::string colon_hex(std::span<const uint8_t> bytes) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const uint8_t byte : bytes) {
        if (!out.empty()) out += ':';
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

const EVP_MD* digest_named(const std::string& name) {
    if (name == "sha-256") return EVP_sha256();
    if (name == "sha-384") return EVP_sha384();
    if (name == "sha-512") return EVP_sha512();
    return nullptr;
}

// Certificates are self-signed: what counts is the fingerprint, which is compared after the
// handshake.
int accept_any(int, X509_STORE_CTX*) {
    return 1;
}

}  // namespace

std::unique_ptr<DtlsIdentity> DtlsIdentity::make() {
    const KeyPtr key = make_key();
    if (!key) return nullptr;
    const CertificatePtr certificate = make_certificate(key.get());
    if (!certificate) return nullptr;
    std::unique_ptr<DtlsIdentity> identity(new DtlsIdentity);
    SSL_CTX* const context = SSL_CTX_new(DTLS_server_method());
    identity->context_ = context;
    if (context == nullptr || SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
        SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
        // Zero is success here; the first one that the peer offers too is taken.
        SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") != 0) {
        return nullptr;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
    identity->fingerprint_ = colon_hex(digest_of(certificate.get(), EVP_sha256()));
    return identity;
}

DtlsIdentity::~DtlsIdentity() {
    SSL_CTX_free(context_);
}

DtlsSession::DtlsSession(const DtlsIdentity& identity, Fingerprint peer) : peer_(std::move(peer)) {
    ssl_ = SSL_new(identity.context());
    BIO* const bio = ssl_ == nullptr ? nullptr : BIO_new(bio_method());
    if (bio == nullptr) {
        fail(openssl_error());
        return;
    }
    BIO_set_data(bio, &wire_);
    SSL_set_bio(ssl_, bio, bio);
    SSL_set_mtu(ssl_, kDtlsMtu);
    SSL_set_accept_state(ssl_);
}

DtlsSession::~DtlsSession() {
    SSL_free(ssl_);
}

void DtlsSession::take(std::span<const uint8_t> datagram) {
    if (state_ != State::handshaking && state_ != State::open) return;
    wire_.incoming = datagram;
    advance();
    wire_.incoming = {};
}

void DtlsSession::tick() {
    if (state_ != State::handshaking) return;
    timeval left{};
    if (DTLSv1_get_timeout(ssl_, &left) != 1 || left.tv_sec != 0 || left.tv_usec != 0) return;
    ERR_clear_error();
    if (DTLSv1_handle_timeout(ssl_) < 0) fail("no answer to the handshake");
}

void DtlsSession::advance() {
    ERR_clear_error();
    if (state_ == State::handshaking) {
        const int result = SSL_do_handshake(ssl_);
        if (result == 1) {
            finish();
        } else if (const int error = SSL_get_error(ssl_, result);
                   error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            fail(openssl_error());
        }
    }
    if (state_ != State::open) return;
    // Nothing but alerts is expected; data is read away.
    char ignored[kDtlsMtu];
    for (int i = 0; i < 8; ++i) {
        const int got = SSL_read(ssl_, ignored, sizeof ignored);
        if (got > 0) continue;
        const int error = SSL_get_error(ssl_, got);
        if (error == SSL_ERROR_ZERO_RETURN) {
            state_ = State::closed;
        } else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            fail(openssl_error());
        }
        break;
    }
}

void DtlsSession::finish() {
    const CertificatePtr certificate(SSL_get1_peer_certificate(ssl_));
    const EVP_MD* const algorithm = digest_named(peer_.algorithm);
    if (!certificate || algorithm == nullptr) return fail("no certificate to compare");
    const std::vector<uint8_t> digest = digest_of(certificate.get(), algorithm);
    if (digest.size() != peer_.digest.size() ||
        CRYPTO_memcmp(digest.data(), peer_.digest.data(), digest.size()) != 0) {
        return fail("the certificate is not the one of the offer");
    }
    const SRTP_PROTECTION_PROFILE* const chosen = SSL_get_selected_srtp_profile(ssl_);
    if (chosen == nullptr) return fail("no common SRTP profile");
    SrtpKeys keys;
    keys.profile = chosen->id == SRTP_AEAD_AES_128_GCM ? SrtpProfile::aead_aes_128_gcm
                                                       : SrtpProfile::aes128_cm_sha1_80;
    const size_t key = srtp_key_bytes(keys.profile);
    const size_t salt = srtp_salt_bytes(keys.profile);
    // RFC 5764, 4.2: client's key, server's key, client's salt, server's salt.
    std::vector<uint8_t> material(2 * (key + salt));
    static constexpr char kLabel[] = "EXTRACTOR-dtls_srtp";
    if (SSL_export_keying_material(
            ssl_, material.data(), material.size(), kLabel, sizeof kLabel - 1, nullptr, 0, 0) !=
        1) {
        return fail(openssl_error());
    }
    const auto part = [&material](size_t from, size_t size) {
        const auto begin = material.begin() + static_cast<ptrdiff_t>(from);
        return std::vector<uint8_t>(begin, begin + static_cast<ptrdiff_t>(size));
    };
    const auto join = [](std::vector<uint8_t> head, const std::vector<uint8_t>& tail) {
        head.insert(head.end(), tail.begin(), tail.end());
        return head;
    };
    keys.receive = join(part(0, key), part(2 * key, salt));
    keys.send = join(part(key, key), part(2 * key + salt, salt));
    OPENSSL_cleanse(material.data(), material.size());
    keys_ = std::move(keys);
    state_ = State::open;
}

void DtlsSession::close() {
    if (state_ != State::open) return;
    ERR_clear_error();
    SSL_shutdown(ssl_);
    state_ = State::closed;
}

std::deque<std::vector<uint8_t>> DtlsSession::take_output() {
    std::deque<std::vector<uint8_t>> out;
    out.swap(wire_.outgoing);
    return out;
}

void DtlsSession::fail(std::string why) {
    state_ = State::failed;
    failure_ = std::move(why);
}

}  // namespace muster
