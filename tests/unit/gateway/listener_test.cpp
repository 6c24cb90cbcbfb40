#include <filesystem>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "hub/gateway/gateway.h"
#include "tests/unit/gateway/http_client.h"
#include "tests/unit/gateway/test_service.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

// A key and a certificate that it signed itself, as two PEM files.
void make_certificate(const fs::path& certificate_file, const fs::path& key_file) {
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
    FILE* file = std::fopen(certificate_file.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

class ListenerTest : public testing::Test {
protected:
    ListenerTest() {
        std::string name = (fs::temp_directory_path() / "muster-tls-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        config_.certificate_file = folder_ / "cert.pem";
        config_.key_file = folder_ / "key.pem";
        make_certificate(config_.certificate_file, config_.key_file);
    }
    ~ListenerTest() override {
        gateway_.reset();
        SSL_CTX_free(client_tls_);
        fs::remove_all(folder_);
    }
    Status start() {
        gateway_ = std::make_unique<Gateway>(
            config_, service_.channel(), [] { return std::string(); }, [] { return true; });
        return gateway_->start();
    }
    std::string code_of(const Status& status) {
        const auto detail = detail_of(status);
        return detail ? detail->reason().code() : "";
    }

    TestService service_;
    fs::path folder_;
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

TEST_F(ListenerTest, Old_tls_and_plain_text_get_nothing) {
    config_.https_listen = "127.0.0.1:0";
    ASSERT_TRUE(start().ok());
    SSL_CTX_set_security_level(client_tls_, 0);
    SSL_CTX_set_min_proto_version(client_tls_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client_tls_, TLS1_1_VERSION);
    EXPECT_FALSE(HttpClient(gateway_->https_port(), client_tls_).connected());
    HttpClient plain(gateway_->https_port());
    plain.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_FALSE(plain.answer());
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
    Gateway second(
        {.https_listen = "127.0.0.1:" + std::to_string(gateway_->https_port()),
         .certificate_file = config_.certificate_file,
         .key_file = config_.key_file},
        service_.channel(),
        [] { return std::string(); },
        [] { return true; });
    EXPECT_EQ(code_of(second.start()), "gateway.cannot_listen");

    config_.certificate_file = "";
    EXPECT_EQ(code_of(start()), "gateway.no_certificate");
    config_.certificate_file = folder_ / "none.pem";
    EXPECT_EQ(code_of(start()), "gateway.bad_certificate");
    // A key that belongs to another certificate.
    config_.certificate_file = folder_ / "cert.pem";
    make_certificate(folder_ / "other.pem", folder_ / "other-key.pem");
    config_.key_file = folder_ / "other-key.pem";
    EXPECT_EQ(code_of(start()), "gateway.bad_certificate");
}

}  // namespace
}  // namespace muster
