// integration: a hub as an operator runs it, and clients that know nothing but its address.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/support/process.h"

namespace muster {

// A folder of the test's own; gone with it.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// muster-hub on a folder and a gRPC port that stay the same over restarts.
class HubProcess {
public:
    static constexpr char kAdmin[] = "admin";
    static constexpr char kPassword[] = "integration-admin";

    HubProcess();
    // With its data elsewhere.
    explicit HubProcess(const std::filesystem::path& data);

    // From the next start on: the hub with levers (lever_hub/main.cpp) and this one set, or none.
    void set_lever(const std::string& lever) { lever_ = lever; }
    // A flag more, from the next start on.
    void add_flag(const std::string& flag) { flags_.push_back(flag); }
    // Waits until it is ready; false, with its last words as a test failure, when it is not.
    bool start();
    // Does not wait.
    void launch();
    // Until it is ready, or has ended.
    bool wait_until_ready();
    void kill_now() { process_->kill_now(); }
    // SIGTERM; its exit code.
    std::optional<int> stop();
    Process& process() { return *process_; }

    const std::filesystem::path& data() const { return data_; }
    // Of the plain HTTP listener; another one after every start.
    uint16_t http_port() const { return http_port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    std::filesystem::path journal() const { return data_ / "journal.db"; }

    // A client without a token.
    std::unique_ptr<Client> connect() const;
    // Logged in; a test failure and a client without a token when that is refused.
    std::unique_ptr<Client> log_in(const std::string& name = kAdmin,
                                   const std::string& password = kPassword) const;

private:
    TempFolder folder_;
    std::filesystem::path data_;
    int port_ = free_port();
    uint16_t http_port_ = 0;
    std::optional<std::string> lever_;
    std::vector<std::string> flags_;
    std::unique_ptr<Process> process_;
};

// The reason's code of a refusal; empty for a status without one.
std::string reason_code(const Status& status);

}  // namespace muster
