#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "hub/base/error.h"
#include "hub/gateway/connections.h"
#include "hub/gateway/gateway.h"
#include "tests/unit/gateway/http_client.h"
#include "tests/unit/gateway/test_service.h"

namespace muster {
namespace {

std::string pem(int (*write)(BIO*, const void*), const void* what) {
    BIO* const out = BIO_new(BIO_s_mem());
    write(out, what);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string text(bytes, static_cast<size_t>(size));
    BIO_free(out);
    return text;
}

struct Pair {
    std::string certificate;
    std::string key;
};

// A key and a certificate that it signed itself.
Pair make_certificate() {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    Pair pair;
    pair.certificate = pem(
        [](BIO* out, const void* what) {
            return PEM_write_bio_X509(out, static_cast<const X509*>(what));
        },
        certificate);
    pair.key = pem(
        [](BIO* out, const void* what) {
            return PEM_write_bio_PrivateKey(
                out, static_cast<const EVP_PKEY*>(what), nullptr, nullptr, 0, nullptr, nullptr);
        },
        key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pair;
}

class ListenerTest : public testing::Test {
protected:
    ListenerTest() {
        const Pair pair = make_certificate();
        config_.certificate_pem = pair.certificate;
        config_.key_pem = pair.key;
    }
    ~ListenerTest() override {
        gateway_.reset();
        SSL_CTX_free(client_tls_);
    }
    static GatewayPorts ports() {
        return {.metrics_text = [] { return std::string(); },
                .obstacles = [] { return std::vector<v1::Reason>{}; },
                .trust =
                    [] {
                        return TrustFacts{.authority_pem =
                                              "-----BEGIN CERTIFICATE-----\nTVVT\n"
                                              "-----END CERTIFICATE-----\n",
                                          .fingerprint = std::string(64, 'A'),
                                          .host = "192.0.2.7"};
                    }};
    }
    Status start() {
        gateway_ = std::make_unique<Gateway>(config_, service_.channel(), ports());
        return gateway_->start();
    }
    std::optional<HttpAnswer> plain(const std::string& request) {
        HttpClient client(gateway_->https_port());
        client.send(request);
        return client.answer();
    }
    // The certificate that a new connection is shown, as DER.
    std::string shown() {
        HttpClient client(gateway_->https_port(), client_tls_);
        if (!client.connected()) return {};
        X509* const certificate = SSL_get1_peer_certificate(client.ssl());
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(certificate, &bytes);
        std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
        OPENSSL_free(bytes);
        X509_free(certificate);
        return der;
    }
    std::string code_of(const Status& status) {
        const auto detail = detail_of(status);
        return detail ? detail->reason().code() : "";
    }

    TestService service_;
    GatewayConfig config_;
    std::unique_ptr<Gateway> gateway_;
    SSL_CTX* client_tls_ = SSL_CTX_new(TLS_client_method());
};

TEST_F(ListenerTest, Https_serves_files_and_streams) {
    config_.https_listen = "0.0.0.0:0";
    ASSERT_TRUE(start().ok());
    static constexpr unsigned char kProtocols[] = "\x02h2\x08http/1.1";
    SSL_CTX_set_alpn_protos(client_tls_, kProtocols, sizeof kProtocols - 1);
    HttpClient client(gateway_->https_port(), client_tls_);
    ASSERT_TRUE(client.connected());
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &protocol, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(protocol), size), "http/1.1");

    ASSERT_TRUE(client.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.answer()->body, "ok\n");
    const std::string message(
        "\0\0\0\0\4"
        "3000",
        9);
    ASSERT_TRUE(
        client.send("POST /muster.v1.TestService/Count HTTP/1.1\r\nHost: h\r\n"
                    "Content-Type: application/grpc-web+proto\r\nContent-Length: 9\r\n\r\n" +
                    message));
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body.size(), 3'000u * 9 + 5 + 15);
}

TEST_F(ListenerTest, A_client_that_goes_cancels_its_call_over_https_too) {
    config_.https_listen = "127.0.0.1:0";
    ASSERT_TRUE(start().ok());
    {
        HttpClient client(gateway_->https_port(), client_tls_);
        ASSERT_TRUE(
            client.send("POST /muster.v1.TestService/Endless HTTP/1.1\r\nHost: h\r\n"
                        "Content-Type: application/grpc-web+proto\r\n"
                        "Content-Length: 5\r\n\r\n" +
                        std::string(5, '\0')));
        ASSERT_TRUE(client.receive());
    }
    EXPECT_TRUE(service_.wait_for("Endless done", 1));
}

TEST_F(ListenerTest, Old_tls_gets_nothing) {
    config_.https_listen = "127.0.0.1:0";
    ASSERT_TRUE(start().ok());
    SSL_CTX_set_security_level(client_tls_, 0);
    SSL_CTX_set_min_proto_version(client_tls_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client_tls_, TLS1_1_VERSION);
    EXPECT_FALSE(HttpClient(gateway_->https_port(), client_tls_).connected());
}

TEST_F(ListenerTest, Who_speaks_plainly_to_the_https_port_gets_the_trust_page_or_the_way_to_https) {
    config_.https_listen = "127.0.0.1:0";
    ASSERT_TRUE(start().ok());
    const std::string port = std::to_string(gateway_->https_port());
    const auto page = plain("GET /trust HTTP/1.1\r\nHost: hub:" + port + "\r\n\r\n");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->status, 200);
    EXPECT_NE(page->body.find("http://hub:" + port + "/trust"), std::string::npos);
    for (const char* path : {"/", "/healthz", "/metrics", "/trust/../metrics", "/trust/x?y=z"}) {
        const auto answer =
            plain(std::string("GET ") + path + " HTTP/1.1\r\nHost: hub:" + port + "\r\n\r\n");
        ASSERT_TRUE(answer) << path;
        EXPECT_EQ(answer->status, 307) << path;
        EXPECT_EQ(answer->headers.at("location"), "https://hub:" + port + path);
    }
    const auto call = plain(
        "POST /muster.v1.TestService/Count HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n"
        "Content-Type: application/grpc-web+proto\r\nContent-Length: 5\r\n\r\n" +
        std::string(5, '\0'));
    ASSERT_TRUE(call);
    EXPECT_EQ(call->status, 403);
    EXPECT_NE(call->body.find("gateway.https_only"), std::string::npos);
    // Those who speak TLS never notice.
    EXPECT_TRUE(HttpClient(gateway_->https_port(), client_tls_).connected());
}

TEST_F(ListenerTest, The_trust_listener_serves_nothing_else_and_is_for_everybody) {
    config_.https_listen = "127.0.0.1:0";
    config_.trust_listen = "0.0.0.0:0";
    ASSERT_TRUE(start().ok());
    const auto ask = [&](const std::string& path) {
        HttpClient client(gateway_->trust_port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: hub\r\n\r\n");
        return client.answer();
    };
    EXPECT_EQ(ask("/trust/ca.crt")->status, 200);
    EXPECT_EQ(ask("/readyz")->status, 307);
    EXPECT_EQ(ask("/")->headers.at("location"),
              "https://hub:" + std::to_string(gateway_->https_port()) + "/");
    // The page names the shorter way.
    EXPECT_NE(
        ask("/trust")->body.find("http://hub:" + std::to_string(gateway_->trust_port()) + "/trust"),
        std::string::npos);
}

TEST_F(ListenerTest, Another_certificate_is_shown_to_new_connections_and_old_ones_go_on) {
    config_.https_listen = "127.0.0.1:0";
    ASSERT_TRUE(start().ok());
    HttpClient old(gateway_->https_port(), client_tls_);
    ASSERT_TRUE(old.connected());
    const std::string first = shown();
    const Pair next = make_certificate();
    ASSERT_TRUE(gateway_->set_certificate(next.certificate, next.key).ok());
    const std::string second = shown();
    EXPECT_FALSE(second.empty());
    EXPECT_NE(first, second);
    ASSERT_TRUE(old.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(old.answer()->body, "ok\n");
    // One that cannot be used changes nothing.
    EXPECT_EQ(code_of(gateway_->set_certificate(next.certificate, make_certificate().key)),
              "gateway.bad_certificate");
    EXPECT_EQ(shown(), second);
}

TEST_F(ListenerTest, Who_says_nothing_to_the_https_port_is_counted_and_goes_with_the_gateway) {
    config_.https_listen = "127.0.0.1:0";
    HttpLimits limits;
    limits.handshake = std::chrono::milliseconds(200);
    gateway_ = std::make_unique<Gateway>(config_, service_.channel(), ports(), limits);
    ASSERT_TRUE(gateway_->start().ok());
    HttpClient silent(gateway_->https_port());
    ASSERT_TRUE(silent.connected());
    // The time for a handshake ends it.
    EXPECT_FALSE(silent.answer());
    HttpClient another(gateway_->https_port());
    gateway_->stop();
    EXPECT_FALSE(another.answer());
}

TEST_F(ListenerTest, Plain_http_is_for_this_machine_only) {
    for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
        config_.http_listen = address;
        const Status status = start();
        EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << address;
        EXPECT_EQ(code_of(status), "gateway.plain_not_loopback");
    }
    for (const char* address : {"127.0.0.1:0", "localhost:0", "[::1]:0"}) {
        config_.http_listen = address;
        EXPECT_TRUE(start().ok()) << address;
        EXPECT_NE(gateway_->http_port(), 0);
    }
}

TEST_F(ListenerTest, What_cannot_be_served_is_said) {
    for (const char* address : {"7780", "host:7780", "127.0.0.1:", "127.0.0.1:70000", "1.2.3:80"}) {
        config_.https_listen = address;
        EXPECT_EQ(code_of(start()), "gateway.bad_address") << address;
    }
    config_.https_listen = "127.0.0.1:0";
    ASSERT_TRUE(start().ok());
    GatewayConfig same = config_;
    same.https_listen = "127.0.0.1:" + std::to_string(gateway_->https_port());
    Gateway second(same, service_.channel(), ports());
    EXPECT_EQ(code_of(second.start()), "gateway.cannot_listen");

    config_.certificate_pem = "";
    EXPECT_EQ(code_of(start()), "gateway.no_certificate");
    config_.certificate_pem = "none";
    EXPECT_EQ(code_of(start()), "gateway.bad_certificate");
    // A key that belongs to another certificate.
    config_.certificate_pem = make_certificate().certificate;
    EXPECT_EQ(code_of(start()), "gateway.bad_certificate");
}

}  // namespace
}  // namespace muster
