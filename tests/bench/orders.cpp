// From an order to the team's device: durable, then in the device's picture stream. Beside it, in
// the same run and on the same disk, what the disk's own fdatasync and an SQLite commit take.
#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>
#include <grpcpp/create_channel.h>

#include "hub/base/ids.h"
#include "muster/v1/picture.grpc.pb.h"
#include "tests/bench/hub_run.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kRuns = 3;
constexpr int kCallers = 256;
constexpr int kLatencyOrders = 1500;
constexpr seconds kRateSpan{4};

double ms_since(Clock::time_point from, Clock::time_point to = Clock::now()) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

// A team's device: a picture stream, and when each order came out of it.
class Device {
public:
    Device(const std::string& address, const std::string& token)
        : stub_(v1::PictureService::NewStub(
              grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
        context_.AddMetadata("authorization", "Bearer " + token);
        thread_ = std::thread([this] { run(); });
        std::unique_lock lock(mutex_);
        if (!came_.wait_for(lock, seconds(20), [this] { return subscribed_; })) {
            throw std::runtime_error("no picture");
        }
    }
    ~Device() {
        context_.TryCancel();
        thread_.join();
    }

    Clock::time_point wait_for(const std::string& order_id) {
        std::unique_lock lock(mutex_);
        if (!came_.wait_for(lock, seconds(20), [&] { return seen_.contains(order_id); })) {
            throw std::runtime_error("an order did not reach the device");
        }
        const auto at = seen_[order_id];
        seen_.erase(order_id);
        return at;
    }

private:
    void run() {
        v1::SubscribeRequest request;
        request.add_kinds(v1::ENTITY_KIND_ORDER);
        const auto stream = stub_->Subscribe(&context_, request);
        v1::Frame frame;
        while (stream->Read(&frame)) {
            const auto now = Clock::now();
            const std::lock_guard lock(mutex_);
            subscribed_ = true;
            for (const auto& entity : frame.upserts()) {
                if (entity.order().version() == 1) seen_.emplace(entity.order().id(), now);
            }
            came_.notify_all();
        }
    }

    std::unique_ptr<v1::PictureService::Stub> stub_;
    grpc::ClientContext context_;
    std::mutex mutex_;
    std::condition_variable came_;
    bool subscribed_ = false;
    std::unordered_map<std::string, Clock::time_point> seen_;
    std::thread thread_;
};

// What one durable write of this disk takes, without anything around it.
class BareDisk {
public:
    explicit BareDisk(const std::filesystem::path& folder)
        : file_(::open((folder / "bare").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {}
    ~BareDisk() { ::close(file_); }

    double sync_ms() {
        const auto began = Clock::now();
        if (::write(file_, block_.data(), block_.size()) < 0 || ::fdatasync(file_) != 0) {
            throw std::runtime_error("fdatasync");
        }
        return ms_since(began);
    }

private:
    const int file_;
    const std::string block_ = std::string(4096, 'x');
};

// A seat that orders a team of its own and recalls it, on a connection of its own.
struct Caller {
    std::unique_ptr<Client> client;
    std::string incident_id;
    std::string team_id;

    v1::IssueOrderRequest order() const {
        v1::IssueOrderRequest request;
        request.set_request_id(Uuid::make().text());
        request.set_id(Uuid::make().text());
        request.set_incident_id(incident_id);
        request.set_team_id(team_id);
        request.set_text("to the north gate, second floor, two persons missing");
        return request;
    }
    v1::RecallOrderRequest recall(const std::string& id) const {
        v1::RecallOrderRequest request;
        request.set_request_id(Uuid::make().text());
        request.set_id(id);
        return request;
    }
};

std::vector<Caller> make_callers(HubRun& hub) {
    std::vector<Caller> callers(kCallers);
    for (int i = 0; i < kCallers; ++i) {
        auto& caller = callers[static_cast<size_t>(i)];
        caller.client = hub.connect();
        v1::AddTeamRequest team;
        team.set_name("team " + std::to_string(i));
        team.add_capabilities(v1::CAPABILITY_FIRE);
        team.mutable_home()->set_lat_deg(31.2);
        team.mutable_home()->set_lon_deg(121.5);
        caller.team_id = HubRun::must(caller.client->call(team)).team().id();
        v1::ReportIncidentRequest report;
        report.set_type(v1::INCIDENT_TYPE_FIRE);
        *report.mutable_at() = team.home();
        caller.incident_id = HubRun::must(caller.client->call(report)).incident().id();
    }
    return callers;
}

struct Latencies {
    std::vector<double> order_ms;
    std::vector<double> answer_ms;
    std::vector<double> fsync_ms;
};

// One caller; a bare fdatasync between any two orders.
Latencies measure_latency(const Caller& caller, Device& device, BareDisk& disk) {
    Latencies measured;
    for (int i = 0; i < kLatencyOrders; ++i) {
        measured.fsync_ms.push_back(disk.sync_ms());
        const auto request = caller.order();
        const auto began = Clock::now();
        HubRun::must(caller.client->call(request));
        measured.answer_ms.push_back(ms_since(began));
        measured.order_ms.push_back(ms_since(began, device.wait_for(request.id())));
        HubRun::must(caller.client->call(caller.recall(request.id())));
    }
    return measured;
}

// Orders a second with so many callers, each of whom orders and recalls, one after the other.
class Rate {
public:
    Rate(std::span<const Caller> callers, Clock::time_point until) : until_(until) {
        const auto began = Clock::now();
        under_way_ = callers.size();
        for (const auto& caller : callers) issue(caller);
        std::unique_lock lock(mutex_);
        idle_.wait(lock, [this] { return under_way_ == 0; });
        if (!failure_.ok()) throw std::runtime_error(failure_.ToString());
        per_s_ = 1000.0 * static_cast<double>(order_ms_.size()) / ms_since(began);
    }
    double per_s() const { return per_s_; }
    std::vector<double>& answer_ms() { return order_ms_; }

private:
    void issue(const Caller& caller) {
        const auto request = caller.order();
        const auto began = Clock::now();
        caller.client->start(request, [this, &caller, began](const auto& answer) {
            if (!answer.ok()) return finish(answer.status());
            {
                const std::lock_guard lock(mutex_);
                order_ms_.push_back(ms_since(began));
            }
            recall(caller, answer->order().id());
        });
    }
    void recall(const Caller& caller, const std::string& id) {
        caller.client->start(caller.recall(id), [this, &caller](const auto& answer) {
            if (!answer.ok()) return finish(answer.status());
            if (Clock::now() >= until_) return finish({});
            issue(caller);
        });
    }
    void finish(const Status& status) {
        const std::lock_guard lock(mutex_);
        if (!status.ok()) failure_ = status;
        if (--under_way_ == 0) idle_.notify_all();
    }

    const Clock::time_point until_;
    std::mutex mutex_;
    std::condition_variable idle_;
    size_t under_way_ = 0;
    std::vector<double> order_ms_;
    Status failure_;
    double per_s_ = 0;
};

int run() {
    Report report("orders");
    report.peer("sqlite", first_line_of("sqlite3 --version"));
    Runs p50, p99, answer_p50, fsync_p50, fsync_p99, over_fsync, ratio;
    std::map<int, Runs> rate, rate_p50, rate_p99;
    for (int i = 0; i < kRuns; ++i) {
        HubRun hub;
        hub.start();
        hub.log_in();
        const auto callers = make_callers(hub);
        Device device(hub.address(), hub.token());
        BareDisk disk(hub.data());
        auto measured = measure_latency(callers[0], device, disk);
        p50.values.push_back(percentile(measured.order_ms, 50));
        p99.values.push_back(percentile(measured.order_ms, 99));
        answer_p50.values.push_back(percentile(measured.answer_ms, 50));
        fsync_p50.values.push_back(percentile(measured.fsync_ms, 50));
        fsync_p99.values.push_back(percentile(measured.fsync_ms, 99));
        over_fsync.values.push_back(p99.values.back() - fsync_p99.values.back());
        for (const int count : {1, 16, 256}) {
            Rate measure({callers.data(), static_cast<size_t>(count)}, Clock::now() + kRateSpan);
            rate[count].values.push_back(measure.per_s());
            rate_p50[count].values.push_back(percentile(measure.answer_ms(), 50));
            rate_p99[count].values.push_back(percentile(measure.answer_ms(), 99));
        }
        ratio.values.push_back(rate[256].values.back() / rate[1].values.back());
    }
    report.row("order to device, p99, 1 caller", p99, "ms");
    report.row("order to answer, p50, 1 caller", answer_p50, "ms");
    report.row("bare fdatasync of 4 KiB, p50", fsync_p50, "ms");
    report.row("bare fdatasync of 4 KiB, p99", fsync_p99, "ms");
    for (const int count : {1, 16, 256}) {
        report.row(fmt::format("orders a second, {} callers", count), rate[count], "1/s");
        report.row(fmt::format("order to answer, p50, {} callers", count), rate_p50[count], "ms");
        report.row(fmt::format("order to answer, p99, {} callers", count), rate_p99[count], "ms");
    }
    report.result("p50_ms_1", p50, "ms", "<= 1");
    report.result("p99_minus_fsync_ms_1", over_fsync, "ms", "<= 3");
    report.result("rate_256_vs_1", ratio, "", ">= 6");
    return report.print();
}

}  // namespace
}  // namespace muster::bench

int main() {
    try {
        return muster::bench::run();
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
}
