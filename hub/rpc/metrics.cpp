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

void histogram(std::string& out,
               std::string_view name,
               std::string_view label,
               const Latency::Totals& totals) {
    const std::string_view comma = label.empty() ? "" : ",";
    uint64_t upto = 0;
    for (size_t i = 0; i < Latency::kBoundsS.size(); ++i) {
        upto += totals.buckets[i];
        out += fmt::format(
            "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, label, comma, Latency::kBoundsS[i], upto);
    }
    out += fmt::format("{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, label, comma, totals.count);
    const std::string labels = label.empty() ? std::string() : fmt::format("{{{}}}", label);
    out += fmt::format("{}_sum{} {}\n", name, labels, totals.sum_s);
    out += fmt::format("{}_count{} {}\n", name, labels, totals.count);
}

}  // namespace

void Metrics::gauge(std::string name, std::string help, std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    gauges_.push_back({std::move(name), std::move(help), "gauge", std::move(read)});
}

void Metrics::counter(std::string name, std::string help, std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    gauges_.push_back({std::move(name), std::move(help), "counter", std::move(read)});
}

void Metrics::spans(std::string name, std::string help, const Latency& latency) {
    const std::lock_guard lock(mutex_);
    spans_.push_back({std::move(name), std::move(help), &latency});
}

void Metrics::count_request(std::string_view method,
                            int grpc_code,
                            std::optional<std::chrono::microseconds> took) {
    const std::lock_guard lock(mutex_);
    ++requests_[{std::string(method), grpc_code}];
    if (!took) return;
    auto found = took_.find(method);
    if (found == took_.end()) found = took_.emplace(std::string(method), Latency::Totals{}).first;
    found->second.add(*took);
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
    std::vector<Spans> all_spans;
    {
        const std::lock_guard lock(mutex_);
        gauges = gauges_;
        all_spans = spans_;
        head(out,
             "muster_request_seconds",
             "histogram",
             "Time from a call's coming to its answer, within the hub.");
        for (const auto& [method, totals] : took_) {
            histogram(out, "muster_request_seconds", fmt::format("method=\"{}\"", method), totals);
        }
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
        head(out, gauge.name, gauge.type, gauge.help);
        out += fmt::format("{} {}\n", gauge.name, gauge.read());
    }
    for (const Spans& spans : all_spans) {
        head(out, spans.name, "histogram", spans.help);
        histogram(out, spans.name, "", spans.latency->totals());
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
