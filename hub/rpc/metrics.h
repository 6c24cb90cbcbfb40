#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/base/latency.h"

namespace muster {

// What /metrics shows, in Prometheus' text format. Lives as long as the hub. Thread-safe.
class Metrics {
public:
    // A value that is asked for when somebody looks; `read` must be thread-safe.
    void gauge(std::string name, std::string help, std::function<double()> read);

    // The same for what only ever grows.
    void counter(std::string name, std::string help, std::function<double()> read);
    // A histogram of spans in seconds; `latency` lives as long as this.
    void spans(std::string name, std::string help, const Latency& latency);

    // A call that was answered; `took` is its time within the hub, nothing for a stream.
    void count_request(std::string_view method,
                       int grpc_code,
                       std::optional<std::chrono::microseconds> took = std::nullopt);
    void count_batch(size_t changes);

    std::string text() const;

private:
    struct Gauge {
        std::string name;
        std::string help;
        const char* type;
        std::function<double()> read;
    };
    struct Spans {
        std::string name;
        std::string help;
        const Latency* latency;
    };
    static constexpr std::array<size_t, 8> kBatchBounds{1, 2, 4, 8, 16, 32, 64, 128};

    mutable std::mutex mutex_;
    std::vector<Gauge> gauges_;
    std::vector<Spans> spans_;
    std::map<std::string, Latency::Totals, std::less<>> took_;
    std::map<std::pair<std::string, int>, uint64_t, std::less<>> requests_;
    std::array<uint64_t, kBatchBounds.size() + 1> batches_{};
    uint64_t batch_count_ = 0;
    uint64_t change_count_ = 0;
};

// Resident bytes of this process.
double resident_bytes();

}  // namespace muster
