#pragma once

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "hub/base/error.h"
#include "hub/gateway/connections.h"
#include "hub/gateway/gateway.h"
#include "hub/gateway/grpc_web_frame.h"
#include "tests/unit/gateway/http_client.h"
#include "tests/unit/gateway/test_service.h"

namespace muster {

inline std::string framed(const std::string& message) {
    const auto header = grpc_web_header(message.size(), false);
    return std::string(header.data(), header.size()) + message;
}

inline std::string post(
    const std::string& target,
    const std::string& body,
    const std::string& headers = "Content-Type: application/grpc-web+proto\r\n") {
    return "POST " + target + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string call(const std::string& method, const std::string& message = "") {
    return post("/muster.v1.TestService/" + method, framed(message));
}

inline std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

// Frames of a gRPC-Web body: flags and content.
inline std::vector<std::pair<int, std::string>> frames_of(std::string_view body) {
    std::vector<std::pair<int, std::string>> frames;
    while (body.size() >= 5) {
        size_t size = 0;
        for (size_t i = 1; i < 5; ++i) size = size << 8 | static_cast<uint8_t>(body[i]);
        frames.emplace_back(static_cast<uint8_t>(body[0]), std::string(body.substr(5, size)));
        body.remove_prefix(std::min(body.size(), 5 + size));
    }
    EXPECT_TRUE(body.empty());
    return frames;
}

class GatewayTest : public testing::Test {
protected:
    GatewayTest() {
        config_.http_listen = "127.0.0.1:0";
        config_.web_dir = folder_ / "web";
        write("web/index.html", "<html>console</html>");
        write("web/field.html", "<html>field</html>");
        write("web/assets/app-1a2b.js", std::string(5'000, 'j'));
        write("web/sw.js", "worker");
        write("secret", "the secret");
    }
    ~GatewayTest() override {
        gateway_.reset();
        std::filesystem::remove_all(folder_);
    }

    static std::filesystem::path make_folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "muster-gateway-XXXXXX").string();
        return ::mkdtemp(name.data());
    }
    void write(const std::string& name, const std::string& bytes) {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
    }
    uint16_t start() {
        gateway_ = std::make_unique<Gateway>(
            config_,
            service_.channel(),
            GatewayPorts{.metrics_text = [] { return std::string("muster_test 1\n"); },
                         .obstacles =
                             [this] {
                                 return ready_ ? std::vector<v1::Reason>{}
                                               : std::vector{make_reason("hub.stopping")};
                             },
                         .trust = [] { return TrustFacts{}; }},
            limits_);
        const Status status = gateway_->start();
        EXPECT_TRUE(status.ok()) << status;
        return gateway_->http_port();
    }
    HttpAnswer ask(const std::string& request, bool head_only = false) {
        HttpClient client(gateway_ ? gateway_->http_port() : start());
        EXPECT_TRUE(client.send(request));
        return client.answer(head_only).value_or(HttpAnswer{});
    }

    TestService service_;
    const std::filesystem::path folder_ = make_folder();
    GatewayConfig config_;
    HttpLimits limits_;
    std::atomic<bool> ready_ = true;
    std::unique_ptr<Gateway> gateway_;
};

}  // namespace muster
