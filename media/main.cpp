// muster-media: flags -> config -> Node -> exit code.
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

#include <arpa/inet.h>
#include <CLI/CLI.hpp>

#include "hub/base/addresses.h"
#include "hub/base/error.h"
#include "hub/base/log.h"
#include "media/gst/gst_ptr.h"
#include "media/node.h"

namespace {

using muster::Status;

constexpr char kDefaultHub[] = "127.0.0.1:7700";

bool is_numeric(const std::string& address) {
    in6_addr binary{};
    return inet_pton(AF_INET, address.c_str(), &binary) == 1 ||
           inet_pton(AF_INET6, address.c_str(), &binary) == 1;
}

std::string read_file(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
}

// The signals that end the process are taken by the main thread alone; every other thread inherits
// that they are blocked.
sigset_t block_signals() {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return ending;
}

Status serve(muster::NodeConfig config, const std::string& data_folder, const sigset_t& ending) {
    for (const auto& address : config.advertise) {
        if (!is_numeric(address)) {
            return muster::refuse(
                absl::StatusCode::kInvalidArgument, "node.bad_address", {{"address", address}});
        }
    }
    // The token must not cross a network in the clear.
    if (config.hub.ca_pem.empty() && !muster::is_loopback(config.hub.hub)) {
        return muster::refuse(
            absl::StatusCode::kFailedPrecondition, "node.tls_needed", {{"hub", config.hub.hub}});
    }
    MUSTER_ASSIGN(config.node_id, muster::node_id_in(data_folder));
    muster::start_gst();
    MUSTER_TRY(muster::check_rtsp_elements());
    const muster::SystemClock clock;
    const std::string hub = config.hub.hub;
    const std::string node_id = config.node_id;
    MUSTER_ASSIGN(const auto node, muster::Node::start(std::move(config), clock));
    spdlog::info("node {} for hub {}, viewers on UDP port {}", node_id, hub, node->udp_port());
    int signal = 0;
    sigwait(&ending, &signal);
    spdlog::info("ending on signal {}", signal);
    return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
    muster::NodeConfig config;
    config.hub.hub = kDefaultHub;
    std::string data_folder;
    std::string ca_file;
    std::string log_level = "info";

    CLI::App app("Muster's media node: pulls cameras and sends them to viewers by WebRTC.");
    app.add_option("--hub", config.hub.hub, "The hub's gRPC address, HOST:PORT")
        ->capture_default_str();
    app.add_option("--token-file", config.hub.token_file, "File with the node's token")->required();
    app.add_option("--data", data_folder, "Folder of what the node keeps")->required();
    app.add_option("--udp-port", config.udp_port, "For viewers; 0 takes a free one")
        ->capture_default_str();
    app.add_option("--advertise",
                   config.advertise,
                   "Address that viewers are told; repeat it. Default: this machine's");
    app.add_option("--ca", ca_file, "PEM of the CA of a hub that speaks TLS")
        ->check(CLI::ExistingFile);
    app.add_option("--log-level", log_level)
        ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    const sigset_t ending = block_signals();
    muster::start_log("media", log_level);
    if (!ca_file.empty()) config.hub.ca_pem = read_file(ca_file);
    const Status status = serve(std::move(config), data_folder, ending);
    if (!status.ok()) {
        std::cerr << "muster-media: " << status.message() << "\n";
        return 1;
    }
    return 0;
}
