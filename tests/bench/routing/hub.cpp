#include "tests/bench/routing/hub.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace muster::bench {

using std::chrono::seconds;

BenchHub::BenchHub() {
    std::string pattern = std::filesystem::temp_directory_path() / "muster-bench-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(folder_ / "password") << "bench-password\n";
    const auto binary =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "muster-hub";
    process_ =
        std::make_unique<Process>(std::vector<std::string>{binary.string(),
                                                           "--data",
                                                           (folder_ / "data").string(),
                                                           "--grpc",
                                                           "127.0.0.1:" + std::to_string(port_),
                                                           "--http",
                                                           "127.0.0.1:0",
                                                           "--https",
                                                           "off",
                                                           // All callers are one person here.
                                                           "--calls-per-s=0",
                                                           "--admin-password-file",
                                                           (folder_ / "password").string()});
    if (!process_->wait_for_line("ready:", seconds(60))) {
        throw std::runtime_error("the hub did not start: " + process_->err());
    }
    Client client(
        {.address = {"127.0.0.1:" + std::to_string(port_), false}, .token = {}, .ca_pem = {}});
    v1::LoginRequest request;
    request.set_name("admin");
    request.set_password("bench-password");
    const auto response = client.call(request);
    if (!response.ok()) throw std::runtime_error(response.status().ToString());
    token_ = response->token();
}

BenchHub::~BenchHub() {
    process_->send(SIGTERM);
    process_->wait(seconds(30));
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Client> BenchHub::log_in() const {
    ClientOptions options;
    options.address = {"127.0.0.1:" + std::to_string(port_), false};
    options.token = token_;
    options.deadline = seconds(60);
    return std::make_unique<Client>(options);
}

}  // namespace muster::bench
