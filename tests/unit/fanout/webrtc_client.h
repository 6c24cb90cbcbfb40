#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <srtp2/srtp.h>

#include "media/fanout/rtp.h"
#include "media/fanout/stun.h"

namespace muster {

// A viewer or a publisher on loopback that shares no code with the fan-out's DTLS and SRTP:
// OpenSSL's own datagram BIO and libsrtp2, which the fan-out has initialised. Blocks, with bounds.
class WebrtcClient {
public:
    // Sections of its offer; what ICE and DTLS need is put in after the first line.
    static constexpr char watch_camera[] =
        "m=video 9 UDP/TLS/RTP/SAVPF 102 108\r\na=mid:0\r\na=recvonly\r\n"
        "a=rtpmap:102 H264/90000\r\na=fmtp:102 "
        "packetization-mode=1;profile-level-id=42001f\r\na=rtcp-fb:102 nack\r\n"
        "a=rtpmap:108 H264/90000\r\na=fmtp:108 "
        "packetization-mode=1;profile-level-id=42e01f\r\na=rtcp-fb:108 nack pli\r\n";

    struct Options {
        // In OpenSSL's words.
        std::string profiles = "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM";
        // Splits the ClientHello over several datagrams.
        bool big_hello = false;
        // The offer promises another certificate.
        bool wrong_fingerprint = false;
        std::vector<std::string> sections = {watch_camera};
    };

    explicit WebrtcClient(Options options) : options_(std::move(options)) {
        key_ = EVP_EC_gen("P-256");
        certificate_ = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
        X509_set_pubkey(certificate_, key_);
        X509_sign(certificate_, key_, EVP_sha256());
        context_ = SSL_CTX_new(DTLS_client_method());
        SSL_CTX_use_certificate(context_, certificate_);
        SSL_CTX_use_PrivateKey(context_, key_);
        SSL_CTX_set_tlsext_use_srtp(context_, options_.profiles.c_str());
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
        fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
    ~WebrtcClient() {
        if (out_ != nullptr) srtp_dealloc(out_);
        if (in_ != nullptr) srtp_dealloc(in_);
        SSL_free(ssl_);
        SSL_CTX_free(context_);
        X509_free(certificate_);
        EVP_PKEY_free(key_);
        ::close(fd_);
    }
    WebrtcClient(const WebrtcClient&) = delete;
    WebrtcClient& operator=(const WebrtcClient&) = delete;

    std::string offer() const {
        unsigned char digest[32];
        unsigned int size = sizeof digest;
        X509_digest(certificate_, EVP_sha256(), digest, &size);
        if (options_.wrong_fingerprint) digest[0] ^= 1;
        std::string fingerprint;
        for (const unsigned char byte : digest) {
            char text[4];
            std::snprintf(text, sizeof text, "%02X:", byte);
            fingerprint += text;
        }
        fingerprint.pop_back();
        std::string bundle = "a=group:BUNDLE";
        std::string sections;
        for (size_t i = 0; i < options_.sections.size(); ++i) {
            const std::string& section = options_.sections[i];
            const size_t line = section.find("\r\n") + 2;
            bundle += " " + std::to_string(i);
            sections += section.substr(0, line) +
                        "c=IN IP4 0.0.0.0\r\na=ice-ufrag:view\r\n"
                        "a=ice-pwd:thereisnopasswordlikeit\r\na=fingerprint:sha-256 " +
                        fingerprint + "\r\na=setup:actpass\r\na=rtcp-mux\r\n" +
                        section.substr(line);
        }
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" + bundle + "\r\n" + sections;
    }

    void take_answer(const std::string& answer, uint16_t port) {
        peer_ufrag_ = attribute(answer, "a=ice-ufrag:");
        peer_password = attribute(answer, "a=ice-pwd:");
        ssrc = ssrc_of(answer, "m=video");
        audio_ssrc = ssrc_of(answer, "m=audio");
        username = peer_ufrag_ + ":view";
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }

    // Of what the section is sent; 0 for none.
    static uint32_t ssrc_of(const std::string& sdp, const std::string& section) {
        const size_t begin = sdp.find(section);
        if (begin == std::string::npos) return 0;
        const std::string text =
            attribute(sdp.substr(begin, sdp.find("\r\nm=", begin) - begin) + "\r\n", "a=ssrc:");
        return text.empty() ? 0 : static_cast<uint32_t>(std::stoul(text));
    }

    static std::string attribute(const std::string& sdp, const std::string& name) {
        const size_t at = sdp.find(name);
        if (at == std::string::npos) return {};
        const size_t begin = at + name.size();
        return sdp.substr(begin, sdp.find_first_of("\r\n ", begin) - begin);
    }

    // A connectivity check; the response's error code, 0 for success, nothing for silence.
    std::optional<int> check(bool nominate = true) {
        std::array<uint8_t, 12> transaction{};
        transaction[0] = ++transactions_;
        send(make_binding_request(transaction, username, peer_password, nominate));
        const auto end = std::chrono::steady_clock::now() + patience;
        while (const auto datagram = receive(end)) {
            const auto message = parse_stun(*datagram);
            if (!message || message->transaction != transaction) continue;
            return message->error_code ? *message->error_code : 0;
        }
        return std::nullopt;
    }

    // Another port of the same machine, as after a change of network.
    void move() {
        sockaddr_in to{};
        socklen_t size = sizeof to;
        getpeername(fd_, reinterpret_cast<sockaddr*>(&to), &size);
        const int fresh = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        dup3(fresh, fd_, O_CLOEXEC);
        ::close(fresh);
        connect(fd_, reinterpret_cast<const sockaddr*>(&to), size);
    }

    // What comes within a moment is lost.
    void lose_datagrams() {
        const auto end = std::chrono::steady_clock::now() + patience;
        if (!receive(end)) return;
        while (receive(std::chrono::steady_clock::now() + std::chrono::milliseconds(50))) continue;
    }

    // True when DTLS and SRTP stand.
    bool handshake() {
        begin_handshake();
        return go_on_with_handshake();
    }
    bool go_on_with_handshake() {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (std::chrono::steady_clock::now() < end) {
            const int result = SSL_do_handshake(ssl_);
            if (result == 1) return make_srtp();
            const int error = SSL_get_error(ssl_, result);
            if (error != SSL_ERROR_WANT_READ) return false;
            pollfd waiting{fd_, POLLIN, 0};
            if (poll(&waiting, 1, 100) == 0) DTLSv1_handle_timeout(ssl_);
        }
        return false;
    }

    // Only the first flight.
    void begin_handshake() {
        ssl_ = SSL_new(context_);
        BIO* const bio = BIO_new_dgram(fd_, BIO_NOCLOSE);
        sockaddr_in to{};
        socklen_t size = sizeof to;
        getpeername(fd_, reinterpret_cast<sockaddr*>(&to), &size);
        BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &to);
        SSL_set_bio(ssl_, bio, bio);
        SSL_set_options(ssl_, SSL_OP_NO_QUERY_MTU);
        SSL_set_mtu(ssl_, options_.big_hello ? 400 : 1200);
        if (options_.big_hello) {
            std::vector<unsigned char> protocols;
            for (int i = 0; i < 8; ++i) {
                protocols.push_back(200);
                protocols.insert(protocols.end(), 200, static_cast<unsigned char>('a' + i));
            }
            SSL_set_alpn_protos(ssl_, protocols.data(), static_cast<unsigned>(protocols.size()));
        }
        SSL_set_connect_state(ssl_);
        SSL_do_handshake(ssl_);
    }

    std::string srtp_profile() const { return SSL_get_selected_srtp_profile(ssl_)->name; }

    // The next RTP packet, decrypted; RTCP goes to `rtcp`.
    std::optional<std::vector<uint8_t>> rtp() {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (auto datagram = receive(end)) {
            if (datagram->empty() || (*datagram)[0] >> 6 != 2) continue;
            int size = static_cast<int>(datagram->size());
            const bool control = is_rtcp(*datagram);
            const auto status = control ? srtp_unprotect_rtcp(in_, datagram->data(), &size)
                                        : srtp_unprotect(in_, datagram->data(), &size);
            if (status != srtp_err_status_ok) {
                ++undecryptable;
                continue;
            }
            datagram->resize(static_cast<size_t>(size));
            if (!control) return datagram;
            rtcp.push_back(*datagram);
        }
        return std::nullopt;
    }

    // Takes what has come by now; in clear, RTP goes to `media`, RTCP to `rtcp`.
    void pump() {
        const auto kept = std::exchange(patience, std::chrono::milliseconds(1));
        while (auto packet = rtp()) media.push_back(*std::move(packet));
        patience = kept;
    }

    // Encrypted, as it would be sent. The same packet again gives the same bytes.
    std::vector<uint8_t> protect(std::vector<uint8_t> packet) {
        int size = static_cast<int>(packet.size());
        packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
        if (srtp_protect(out_, packet.data(), &size) != srtp_err_status_ok) return {};
        packet.resize(static_cast<size_t>(size));
        return packet;
    }
    void send_rtcp(std::vector<uint8_t> packet) {
        int size = static_cast<int>(packet.size());
        packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
        srtp_protect_rtcp(out_, packet.data(), &size);
        packet.resize(static_cast<size_t>(size));
        send(packet);
    }
    void send(const std::vector<uint8_t>& datagram) {
        ::send(fd_, datagram.data(), datagram.size(), 0);
    }
    void hang_up() { SSL_shutdown(ssl_); }

    std::chrono::milliseconds patience{5'000};
    std::string username;
    std::string peer_password;
    // Of what we are sent; the picture's, and the sound's.
    uint32_t ssrc = 0;
    uint32_t audio_ssrc = 0;
    std::vector<std::vector<uint8_t>> rtcp;
    std::vector<std::vector<uint8_t>> media;
    int undecryptable = 0;
    // Datagrams that came, in clear or not.
    int received = 0;

    std::optional<std::vector<uint8_t>> receive(std::chrono::steady_clock::time_point end) {
        for (;;) {
            std::vector<uint8_t> datagram(2'048);
            const ssize_t got = recv(fd_, datagram.data(), datagram.size(), 0);
            if (got >= 0) {
                ++received;
                datagram.resize(static_cast<size_t>(got));
                return datagram;
            }
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                end - std::chrono::steady_clock::now());
            pollfd waiting{fd_, POLLIN, 0};
            if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
                return std::nullopt;
            }
        }
    }

private:
    bool make_srtp() {
        const bool gcm = srtp_profile() == "SRTP_AEAD_AES_128_GCM";
        const size_t salt = gcm ? 12 : 14;
        std::vector<unsigned char> material(2 * (16 + salt));
        const std::string label = "EXTRACTOR-dtls_srtp";
        SSL_export_keying_material(
            ssl_, material.data(), material.size(), label.data(), label.size(), nullptr, 0, 0);
        const auto at = [&material](size_t offset) { return material.data() + offset; };
        std::vector<unsigned char> client(at(0), at(16));
        client.insert(client.end(), at(32), at(32 + salt));
        std::vector<unsigned char> server(at(16), at(32));
        server.insert(server.end(), at(32 + salt), at(32 + 2 * salt));
        const auto profile = gcm ? srtp_profile_aead_aes_128_gcm : srtp_profile_aes128_cm_sha1_80;
        srtp_policy_t policy{};
        srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, profile);
        srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, profile);
        policy.window_size = 2'048;
        policy.allow_repeat_tx = 1;
        policy.ssrc.type = ssrc_any_outbound;
        policy.key = client.data();
        if (srtp_create(&out_, &policy) != srtp_err_status_ok) return false;
        policy.ssrc.type = ssrc_any_inbound;
        policy.key = server.data();
        return srtp_create(&in_, &policy) == srtp_err_status_ok;
    }

    Options options_;
    int fd_ = -1;
    EVP_PKEY* key_ = nullptr;
    X509* certificate_ = nullptr;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
    srtp_t out_ = nullptr;
    srtp_t in_ = nullptr;
    std::string peer_ufrag_;
    uint8_t transactions_ = 0;
};

}  // namespace muster
