#include "tests/integration/hub_process.h"

#include <fstream>

#include <gmock/gmock.h>

#include "hub/base/error.h"

namespace muster {

using std::chrono::seconds;

TempFolder::TempFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "muster-it-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

HubProcess::HubProcess() : data_(folder_.path() / "data") {
    std::ofstream(folder_.path() / "password") << kPassword << "\n";
}

HubProcess::HubProcess(const std::filesystem::path& data) : HubProcess() {
    data_ = data;
}

void HubProcess::launch() {
    std::vector<std::string> argv{lever_ ? MUSTER_LEVER_HUB_BINARY : MUSTER_HUB_BINARY,
                                  "--data",
                                  data_.string(),
                                  "--grpc",
                                  address(),
                                  "--http",
                                  "127.0.0.1:0",
                                  "--https",
                                  "off",
                                  "--admin-password-file",
                                  (folder_.path() / "password").string()};
    argv.insert(argv.end(), flags_.begin(), flags_.end());
    process_ = std::make_unique<Process>(
        argv,
        Process::Environment{
            {"LANG", "C"}, {"LC_ALL", "C"}, {"MUSTER_LEVER", lever_.value_or("")}});
}

bool HubProcess::wait_until_ready() {
    const auto line = process_->wait_for_line("ready:", seconds(60));
    if (!line) return false;
    constexpr std::string_view kBefore = "http=127.0.0.1:";
    const auto at = line->find(kBefore);
    if (at != std::string::npos) {
        http_port_ = static_cast<uint16_t>(std::atoi(line->c_str() + at + kBefore.size()));
    }
    return true;
}

bool HubProcess::start() {
    launch();
    if (wait_until_ready()) return true;
    ADD_FAILURE() << "the hub did not start: " << process_->err();
    return false;
}

std::optional<int> HubProcess::stop() {
    process_->send(SIGTERM);
    return process_->wait(seconds(30));
}

std::unique_ptr<Client> HubProcess::connect() const {
    ClientOptions options;
    options.address = {address(), false};
    options.deadline = seconds(30);
    options.patience = seconds(30);
    return std::make_unique<Client>(options);
}

std::unique_ptr<Client> HubProcess::log_in(const std::string& name,
                                           const std::string& password) const {
    auto client = connect();
    v1::LoginRequest request;
    request.set_name(name);
    request.set_password(password);
    const auto response = client->call(request);
    if (response.ok()) {
        client->set_token(response->token());
    } else {
        ADD_FAILURE() << name << " cannot log in: " << response.status().ToString();
    }
    return client;
}

std::string reason_code(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

}  // namespace muster
