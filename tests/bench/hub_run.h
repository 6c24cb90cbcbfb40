// muster-hub as a bench starts it: the release build beside the bench, on a data folder of its own
// on the disk that is measured.
#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "clients/cpp/client.h"
#include "tests/support/process.h"

namespace muster::bench {

inline std::filesystem::path beside_me(const std::string& program) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

class HubRun {
public:
    // TMPDIR says on which disk.
    HubRun() {
        std::string pattern = std::filesystem::temp_directory_path() / "muster-bench-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
        folder_ = pattern;
        std::ofstream(folder_ / "password") << "bench-password\n";
    }
    ~HubRun() {
        process_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    HubRun(const HubRun&) = delete;
    HubRun& operator=(const HubRun&) = delete;

    std::filesystem::path data() const { return folder_ / "data"; }
    std::filesystem::path journal() const { return data() / "journal.db"; }

    // Seconds from the start to ready.
    double start() {
        const auto began = std::chrono::steady_clock::now();
        process_ = std::make_unique<Process>(std::vector<std::string>{beside_me("muster-hub"),
                                                                      "--data",
                                                                      data(),
                                                                      "--grpc",
                                                                      address(),
                                                                      "--http",
                                                                      "127.0.0.1:0",
                                                                      "--https",
                                                                      "off",
                                                                      "--calls-per-s=0",
                                                                      "--admin-password-file",
                                                                      folder_ / "password"},
                                             Process::Environment{{"LANG", "C"}, {"LC_ALL", "C"}});
        if (!process_->wait_for_line("ready:", std::chrono::seconds(120))) {
            throw std::runtime_error("the hub did not start: " + process_->err());
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        return took.count();
    }
    int pid() const { return process_->pid(); }
    // All that it said, the line with its ports too.
    std::string said() const { return process_->out() + process_->err(); }
    void kill_now() { process_->kill_now(); }
    void stop() {
        process_->send(SIGTERM);
        process_->wait(std::chrono::seconds(60));
    }

    std::unique_ptr<Client> connect() const {
        ClientOptions options;
        options.address = {address(), false};
        options.deadline = std::chrono::seconds(30);
        options.token = token_;
        return std::make_unique<Client>(options);
    }
    void log_in() {
        v1::LoginRequest request;
        request.set_name("admin");
        request.set_password("bench-password");
        token_ = must(connect()->call(request)).token();
    }
    const std::string& token() const { return token_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    template <class T>
    static T must(Result<T> result) {
        if (!result.ok()) throw std::runtime_error(result.status().ToString());
        return *std::move(result);
    }

private:
    std::filesystem::path folder_;
    int port_ = free_port();
    std::string token_;
    std::unique_ptr<Process> process_;
};

}  // namespace muster::bench
