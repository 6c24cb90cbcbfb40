#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/integration/hub_process.h"

namespace muster {

// Reports incidents one after the other, and repeats each until it is answered, as a device does.
class Reporter {
public:
    using Answer = std::pair<v1::ReportIncidentRequest, v1::Incident>;

    Reporter(const HubProcess& hub, std::string token);
    ~Reporter() { stop(); }

    void stop();
    // Between two reports; what is under way is still answered.
    void pause(bool on) { paused_ = on; }
    uint64_t answered() const { return count_; }
    // Every request that was answered from the `from`-th on, and what.
    std::vector<Answer> answers(size_t from = 0) const;
    // Refusals other than that the hub was not there.
    std::vector<std::string> refusals() const;

private:
    void run();

    std::unique_ptr<Client> client_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> paused_ = false;
    std::atomic<uint64_t> count_ = 0;
    mutable std::mutex mutex_;
    std::vector<Answer> answers_;
    std::vector<std::string> refusals_;
    std::thread thread_;
};

v1::ReportIncidentRequest some_report(const std::string& text);

}  // namespace muster
