#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "hub/base/error.h"
#include "media/fanout/fanout.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/fanout/webrtc_client.h"

namespace muster {

inline std::string code_of(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

// Waits for what another thread makes true.
inline bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 1'000; ++i) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

// Virtual time that passes while it lives, a millisecond at a time.
class PassingTime {
public:
    explicit PassingTime(ManualClock& clock)
        : thread_([this, &clock] {
              while (!done_) {
                  clock.advance(std::chrono::milliseconds(1));
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
          }) {}
    ~PassingTime() {
        done_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> done_{false};
    std::thread thread_;
};

// A Fanout on loopback in virtual time, with its asynchronous calls made to wait.
class FanoutHarness : public testing::Test {
protected:
    virtual void configure(FanoutConfig&) {}
    virtual FanoutEvents events() {
        FanoutEvents events;
        events.on_session_ended = [this](const std::string& id) {
            const std::lock_guard lock(mutex_);
            ended_.push_back(id);
        };
        return events;
    }
    void start_fanout() {
        FanoutConfig config;
        config.node_id = "node";
        config.bind_address = "127.0.0.1";
        config.advertise = {"127.0.0.1"};
        configure(config);
        auto started = Fanout::start(config, events(), clock_);
        ASSERT_TRUE(started.ok()) << started.status();
        fanout_ = *std::move(started);
    }

    // Before the test's own members go, which events touch.
    void TearDown() override { fanout_.reset(); }

    Result<SessionAnswer> open_viewer(ViewerRequest request) {
        std::promise<Result<SessionAnswer>> promise;
        fanout_->open_viewer(std::move(request), [&promise](Result<SessionAnswer> answer) {
            promise.set_value(std::move(answer));
        });
        return promise.get_future().get();
    }
    Result<SessionAnswer> open_publisher(PublisherRequest request) {
        std::promise<Result<SessionAnswer>> promise;
        fanout_->open_publisher(std::move(request), [&promise](Result<SessionAnswer> answer) {
            promise.set_value(std::move(answer));
        });
        return promise.get_future().get();
    }
    Status close(const std::string& session_id) {
        std::promise<Status> promise;
        fanout_->close(session_id, [&promise](Status status) { promise.set_value(status); });
        return promise.get_future().get();
    }
    Status trickle(const std::string& session_id, const std::string& fragment) {
        std::promise<Status> promise;
        fanout_->trickle(
            session_id, fragment, [&promise](Status status) { promise.set_value(status); });
        return promise.get_future().get();
    }
    std::vector<std::string> ended() {
        const std::lock_guard lock(mutex_);
        return ended_;
    }
    bool is_open(const std::string& session_id) const {
        const auto ids = fanout_->session_ids();
        return std::find(ids.begin(), ids.end(), session_id) != ids.end();
    }

    ManualClock clock_;
    std::mutex mutex_;
    std::vector<std::string> ended_;
    std::unique_ptr<Fanout> fanout_;
};

}  // namespace muster
