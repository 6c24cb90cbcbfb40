#include "hub/rpc/metrics.h"

#include <fstream>

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include "hub/base/log.h"

namespace muster {
namespace {

// The names that gRPC's own tools print.
constexpr std::array<const char*, 17> kCodeNames{"OK",
                                                 "CANCELLED",
                                                 "UNKNOWN",
                                                 "INVALID_ARGUMENT",
                                                 "DEADLINE_EXCEEDED",
                                                 "NOT_FOUND",
                                                 "ALREADY_EXISTS",
                                                 "PERMISSION_DENIED",
                                                 "RESOURCE_EXHAUSTED",
                                                 "FAILED_PRECONDITION",
                                                 "ABORTED",
                                                 "OUT_OF_RANGE",
                                                 "UNIMPLEMENTED",
                                                 "INTERNAL",
                                                 "UNAVAILABLE",
                                                 "DATA_LOSS",
                                                 "UNAUTHENTICATED"};

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void Metrics::gauge(std::string name, std::string help, std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    gauges_.push_back({std::move(name), std::move(help), std::move(read)});
}

void Metrics::count_request(std::string_view method, int grpc_code) {
    const std::lock_guard lock(mutex_);
    ++requests_[{std::string(method), grpc_code}];
}

void Metrics::count_batch(size_t changes) {
    const std::lock_guard lock(mutex_);
    size_t slot = 0;
    while (slot < kBatchBounds.size() && changes > kBatchBounds[slot]) ++slot;
    ++batches_[slot];
    ++batch_count_;
    change_count_ += changes;
}

std::string Metrics::text() const {
    std::string out;
    head(out, "muster_build_info", "gauge", "Build of the hub.");
    out += fmt::format("muster_build_info{{build=\"{}\"}} 1\n", build_name());
    std::vector<Gauge> gauges;
    {
        const std::lock_guard lock(mutex_);
        gauges = gauges_;
        head(out, "muster_requests_total", "counter", "Answered calls by method and gRPC code.");
        for (const auto& [key, count] : requests_) {
            const auto code = static_cast<size_t>(key.second);
            out += fmt::format("muster_requests_total{{method=\"{}\",code=\"{}\"}} {}\n",
                               key.first,
                               code < kCodeNames.size() ? kCodeNames[code] : "UNKNOWN",
                               count);
        }
        head(out,
             "muster_journal_batch_changes",
             "histogram",
             "Changes made durable by one append.");
        uint64_t upto = 0;
        for (size_t i = 0; i < kBatchBounds.size(); ++i) {
            upto += batches_[i];
            out += fmt::format(
                "muster_journal_batch_changes_bucket{{le=\"{}\"}} {}\n", kBatchBounds[i], upto);
        }
        out += fmt::format("muster_journal_batch_changes_bucket{{le=\"+Inf\"}} {}\n", batch_count_);
        out += fmt::format("muster_journal_batch_changes_sum {}\n", change_count_);
        out += fmt::format("muster_journal_batch_changes_count {}\n", batch_count_);
    }
    // Asked without the lock: what they read has locks of its own.
    for (const Gauge& gauge : gauges) {
        head(out, gauge.name, "gauge", gauge.help);
        out += fmt::format("{} {}\n", gauge.name, gauge.read());
    }
    return out;
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total_pages = 0;
    double resident_pages = 0;
    file >> total_pages >> resident_pages;
    return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace muster
