#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "hub/live/live.h"

namespace muster {

// What is known about the hub as a machine at one moment.
struct HealthFacts {
    // From request to durable answer, over the last minute, and over the last seconds with the
    // oldest request that still waits.
    double desk_p50_ms = 0;
    double desk_p99_ms = 0;
    double desk_recent_ms = 0;
    std::optional<v1::Reason> journal_trouble;
    // Where the journal lies; both 0 when it cannot be told.
    uint64_t disk_free_bytes = 0;
    uint64_t disk_bytes = 0;
    uint32_t media_nodes = 0;
    // Of the certificate that is served; nothing when none is.
    std::optional<int> certificate_days;
    // What else somebody should know or do: a certificate without one of our names, settings that
    // could not be read.
    std::vector<std::pair<v1::HealthSeverity, v1::Reason>> others;
};

struct HealthOptions {
    std::chrono::milliseconds look{1'000};
    std::chrono::milliseconds publish{5'000};
    double desk_limit_ms = 500;
    // The desk is slow, or well again, when it was so for as long as this.
    std::chrono::seconds desk_for{10};
    uint64_t disk_bytes = 1'073'741'824;
    int disk_percent = 5;
    int certificate_days = 14;
    // Wall and steady time may drift apart by this much between two looks; a step is shown for
    // this long.
    std::chrono::seconds step{2};
    std::chrono::minutes step_shown{10};
};

// How the hub itself does (HubHealth): looked at once a second, shown to everybody whom it concerns
// when its conditions change and every few seconds. Thread-safe. Lives as long as the hub; its
// tasks on the strand do nothing once it is gone.
class HealthWatch {
public:
    // `look` runs on the strand and must not block for long.
    HealthWatch(Strand& strand,
                const Clock& clock,
                const Uuid& journal_id,
                std::function<HealthFacts()> look,
                LiveSink sink,
                HealthOptions options = {});
    ~HealthWatch();
    HealthWatch(const HealthWatch&) = delete;
    HealthWatch& operator=(const HealthWatch&) = delete;

    // Looks for the first time, and again and again from then on.
    void start();
    // As it is now; before start() without conditions.
    v1::HubHealth health() const;
    // What keeps the hub from its work, empty while it can do it.
    std::vector<v1::HealthCondition> obstacles() const;

private:
    struct Guard;

    void look();
    void look_later();
    // With mutex_ held.
    std::vector<v1::HealthCondition> judge(const HealthFacts& facts);
    void judge_desk(const HealthFacts& facts, SteadyTime now);
    void judge_clock(SteadyTime now);

    Strand& strand_;
    const Clock& clock_;
    const std::function<HealthFacts()> look_;
    const LiveSink sink_;
    const HealthOptions options_;
    const std::shared_ptr<Guard> guard_;

    mutable std::mutex mutex_;
    v1::HubHealth health_;
    std::optional<SteadyTime> published_;
    bool desk_is_slow_ = false;
    // Since when the desk is not what desk_is_slow_ says.
    std::optional<SteadyTime> desk_differs_since_;
    std::optional<std::chrono::microseconds> offset_;
    std::optional<SteadyTime> stepped_;
    int64_t step_s_ = 0;
};

}  // namespace muster
