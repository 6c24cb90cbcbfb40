// Readers on links of 20 kB/s among fast ones, with 2,000 units that move once a second, at the
// real hub: how old a position is when it arrives (p99 of all that arrive, those of the snapshot
// too), how soon the last of them sees that an order was recalled, what a slow reader costs in
// memory (growth of the hub by all of them), and the others in time (CPU of the hub with the slow
// ones, theirs included, and without). Such a reader gets a twelfth of what it is told: a row says
// how long the unit that waited longest waited for its turn.
#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "clients/cpp/picture_follower.h"
#include "hub/base/clock.h"
#include "muster/v1/picture.grpc.pb.h"
#include "tests/bench/hub_run.h"
#include "tests/bench/report.h"
#include "tests/bench/slow/narrow_link.h"
#include "tests/bench/slow/web_reader.h"

namespace muster::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t kUnits = 2'000;
constexpr size_t kMovers = 8;
constexpr size_t kFast = 20;
constexpr size_t kSlowOfAKind = 50;
constexpr size_t kSilent = 4;
constexpr double kLinkBytesPerS = 20'000;
constexpr seconds kAlone{10};
// The snapshot of the teams takes most of this.
constexpr seconds kCatchUp{40};
constexpr seconds kAmong{10};

v1::EntityKind const kKinds[] = {v1::ENTITY_KIND_INCIDENT,
                                 v1::ENTITY_KIND_TEAM,
                                 v1::ENTITY_KIND_ORDER,
                                 v1::ENTITY_KIND_POSITION};

// What slow readers see, together.
class Sightings {
public:
    void saw(size_t reader, const v1::Frame& frame) {
        const UtcTime now = SystemClock().now();
        const std::lock_guard lock(mutex_);
        for (const auto& live : frame.live()) {
            if (!live.has_position()) continue;
            const auto age = now - from_proto(live.position().heard_at());
            ages_[reader % 2].push_back(std::chrono::duration<double>(age).count());
            auto& last = turns_[reader][live.position().id()];
            if (last != UtcTime()) longest_turn_ = std::max(longest_turn_, now - last);
            last = now;
        }
        if (frame.has_heartbeat()) ++heartbeats_[reader];
        for (const auto& entity : frame.upserts()) {
            if (entity.has_order()) ++orders_[entity.order().id()][entity.order().status()];
        }
        changed_.notify_all();
    }
    // Until so many saw the order like this; how long that took, or the bound.
    double wait_for(const std::string& order, v1::OrderStatus status, size_t readers) {
        const auto begin = SteadyClock::now();
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, seconds(60), [&] { return orders_[order][status] >= readers; });
        return std::chrono::duration<double>(SteadyClock::now() - begin).count();
    }
    // Those of our client, and of browsers.
    std::vector<double> ages(size_t kind) {
        const std::lock_guard lock(mutex_);
        return ages_[kind];
    }
    // The longest that a unit waited for its turn, up to now; or the bound, if one had none at all.
    double longest_turn_s() {
        const UtcTime now = SystemClock().now();
        const std::lock_guard lock(mutex_);
        auto longest = longest_turn_;
        for (const auto& [reader, units] : turns_) {
            if (units.size() < kUnits) return 1'000;
            for (const auto& [unit, last] : units) longest = std::max(longest, now - last);
        }
        return turns_.empty() ? 1'000 : std::chrono::duration<double>(longest).count();
    }
    // Of the reader that got fewest.
    double fewest_heartbeats() {
        const std::lock_guard lock(mutex_);
        size_t fewest = heartbeats_.size() < 2 * kSlowOfAKind ? 0 : SIZE_MAX;
        for (const auto& [reader, count] : heartbeats_) fewest = std::min(fewest, count);
        return static_cast<double>(fewest);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<double> ages_[2];
    std::map<size_t, std::unordered_map<std::string, UtcTime>> turns_;
    UtcTime::duration longest_turn_{0};
    std::map<size_t, size_t> heartbeats_;
    std::map<std::string, std::map<v1::OrderStatus, size_t>> orders_;
};

// Teams that move, each once a second, as their devices say.
class Movers {
public:
    Movers(const HubRun& hub, const std::vector<std::string>& teams) {
        for (size_t n = 0; n < kMovers; ++n) {
            threads_.emplace_back([this, &hub, &teams, n] { drive(hub, teams, n); });
        }
    }
    ~Movers() {
        stopping_ = true;
        for (auto& thread : threads_) thread.join();
    }
    uint64_t fixes() const { return fixes_; }

private:
    void drive(const HubRun& hub, const std::vector<std::string>& teams, size_t first) {
        const auto client = hub.connect();
        auto due = SteadyClock::now();
        for (uint32_t round = 0; !stopping_; ++round) {
            for (size_t n = first; n < teams.size() && !stopping_; n += kMovers) {
                due += std::chrono::microseconds(1'000'000 * kMovers / kUnits);
                std::this_thread::sleep_until(due);
                v1::LocateTeamRequest fix;
                fix.set_team_id(teams[n]);
                fix.mutable_at()->set_lat_deg(31 + static_cast<double>(n % 100) * 0.005 +
                                              round % 100 * 0.0001);
                fix.mutable_at()->set_lon_deg(121 + static_cast<double>(n / 100) * 0.02);
                fix.set_speed_mps(11);
                if (client->call(fix).ok()) ++fixes_;
            }
        }
    }

    std::atomic<bool> stopping_ = false;
    std::atomic<uint64_t> fixes_ = 0;
    std::vector<std::thread> threads_;
};

// A client of somebody else's, with gRPC's own settings, which does not read.
class SilentReader {
public:
    explicit SilentReader(const HubRun& hub) {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        channel_ =
            grpc::CreateCustomChannel(hub.address(), grpc::InsecureChannelCredentials(), arguments);
        stub_ = v1::PictureService::NewStub(channel_);
        context_.AddMetadata("authorization", "Bearer " + hub.token());
        reader_ = stub_->Subscribe(&context_, v1::SubscribeRequest());
    }
    ~SilentReader() {
        context_.TryCancel();
        reader_->Finish();
    }

private:
    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<v1::PictureService::Stub> stub_;
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReader<v1::Frame>> reader_;
};

// One of our own, on the given address.
class OurReader {
public:
    OurReader(const std::string& token, int port, std::function<void(const v1::Frame&)> got)
        : client_({.address = {"127.0.0.1:" + std::to_string(port), false},
                   .token = token,
                   .ca_pem = {}}),
          follower_(client_,
                    {.kinds = {std::begin(kKinds), std::end(kKinds)}},
                    {.applied = [got](const auto& frame, const auto&, const auto&) { got(frame); },
                     .lost = nullptr}) {}

private:
    Client client_;
    PictureFollower follower_;
};

std::vector<std::string> add_teams(const HubRun& hub) {
    std::vector<std::string> teams(kUnits);
    std::vector<std::thread> threads;
    for (size_t n = 0; n < kMovers; ++n) {
        threads.emplace_back([&, n] {
            const auto client = hub.connect();
            for (size_t at = n; at < kUnits; at += kMovers) {
                v1::AddTeamRequest request;
                request.set_name("unit " + std::to_string(at));
                request.add_capabilities(v1::CAPABILITY_WATER);
                request.mutable_home()->set_lat_deg(31.2);
                request.mutable_home()->set_lon_deg(121.5);
                teams[at] = HubRun::must(client->call(request)).team().id();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    return teams;
}

// One person has a bounded number of streams: the slow ones are another's.
std::string log_in_second(Client& admin) {
    v1::AddPersonRequest person;
    person.set_name("slow");
    person.set_role(v1::ROLE_DISPATCHER);
    person.set_password("bench-password");
    HubRun::must(admin.call(person));
    v1::LoginRequest request;
    request.set_name("slow");
    request.set_password("bench-password");
    return HubRun::must(admin.call(request)).token();
}

// An order that slow readers see, then recalled: how long until the last of them sees that.
double recall(Client& client, Sightings& sightings, const std::string& team) {
    v1::ReportIncidentRequest report;
    report.set_type(v1::INCIDENT_TYPE_FIRE);
    report.mutable_at()->set_lat_deg(31.2);
    report.mutable_at()->set_lon_deg(121.5);
    v1::IssueOrderRequest issue;
    issue.set_incident_id(HubRun::must(client.call(report)).incident().id());
    issue.set_team_id(team);
    issue.set_override_reason("bench");
    const std::string order = HubRun::must(client.call(issue)).order().id();
    sightings.wait_for(order, v1::ORDER_STATUS_ISSUED, 2 * kSlowOfAKind);
    v1::RecallOrderRequest request;
    request.set_id(order);
    request.set_reason("bench");
    HubRun::must(client.call(request));
    return sightings.wait_for(order, v1::ORDER_STATUS_RECALLED, 2 * kSlowOfAKind);
}

// The hub's CPU-seconds a second over a while.
double cpu_of(const HubRun& hub, seconds span) {
    const double before = cpu_seconds(hub.pid());
    const auto begin = SteadyClock::now();
    std::this_thread::sleep_for(span);
    return (cpu_seconds(hub.pid()) - before) /
           std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

int port_after(const std::string& text, const std::string& word) {
    const auto at = text.find(word);
    const auto colon = text.find(':', at);
    return at == std::string::npos ? 0 : std::atoi(text.c_str() + colon + 1);
}

int run(int rounds) {
    HubRun hub;
    hub.start();
    hub.log_in();
    const auto teams = add_teams(hub);
    const int grpc_port = port_after(hub.said(), "grpc=");
    const int http_port = port_after(hub.said(), "http=");
    const auto admin = hub.connect();
    const Movers movers(hub, teams);
    const std::string slow_token = log_in_second(*admin);
    std::vector<std::unique_ptr<OurReader>> fast;
    for (size_t n = 0; n < kFast; ++n) {
        fast.push_back(std::make_unique<OurReader>(hub.token(), grpc_port, [](const auto&) {}));
    }
    std::this_thread::sleep_for(seconds(5));

    Runs oldest, ours_p99, web_p99, p99, half, turns, beats, recalls, memory, silent_memory, ratio,
        fixes;
    v1::SubscribeRequest all;
    for (const auto kind : kKinds) all.add_kinds(kind);
    for (int round = 0; round < rounds; ++round) {
        const uint64_t fixes_before = movers.fixes();
        const double alone = cpu_of(hub, kAlone);
        fixes.values.push_back(static_cast<double>(movers.fixes() - fixes_before) /
                               static_cast<double>(kAlone.count()));
        const double resident = resident_bytes(hub.pid());
        Sightings sightings;
        {
            NarrowLink grpc_link(grpc_port, kLinkBytesPerS);
            NarrowLink http_link(http_port, kLinkBytesPerS);
            std::vector<std::unique_ptr<OurReader>> ours;
            std::vector<std::unique_ptr<WebReader>> web;
            const auto saw = [&sightings](size_t reader) {
                return
                    [&sightings, reader](const v1::Frame& frame) { sightings.saw(reader, frame); };
            };
            for (size_t n = 0; n < kSlowOfAKind; ++n) {
                ours.push_back(
                    std::make_unique<OurReader>(slow_token, grpc_link.port(), saw(2 * n)));
                web.push_back(
                    std::make_unique<WebReader>(http_link.port(), slow_token, all, saw(2 * n + 1)));
            }
            std::this_thread::sleep_for(kCatchUp);
            memory.values.push_back((resident_bytes(hub.pid()) - resident) / (2 * kSlowOfAKind) /
                                    1'000);
            ratio.values.push_back(cpu_of(hub, kAmong) / alone);
            recalls.values.push_back(recall(*admin, sightings, teams[static_cast<size_t>(round)]));
            turns.values.push_back(sightings.longest_turn_s());
            beats.values.push_back(sightings.fewest_heartbeats());
        }
        auto ages = sightings.ages(0);
        auto of_browsers = sightings.ages(1);
        ours_p99.values.push_back(percentile(ages, 99));
        web_p99.values.push_back(percentile(of_browsers, 99));
        ages.insert(ages.end(), of_browsers.begin(), of_browsers.end());
        half.values.push_back(percentile(ages, 50));
        p99.values.push_back(percentile(ages, 99));
        oldest.values.push_back(percentile(ages, 100));
        fmt::print(stderr,
                   "round {}: {} positions arrived, age p50 {:.2f} p99 {:.2f} (ours {:.2f}, web "
                   "{:.2f}) max {:.2f} s, longest "
                   "turn {:.1f} s, recall {:.2f} s, {:.0f} kB a slow reader, CPU ratio {:.2f}, "
                   "{:.0f} fixes/s\n",
                   round,
                   ages.size(),
                   half.values.back(),
                   p99.values.back(),
                   ours_p99.values.back(),
                   web_p99.values.back(),
                   oldest.values.back(),
                   turns.values.back(),
                   recalls.values.back(),
                   memory.values.back(),
                   ratio.values.back(),
                   fixes.values.back());
    }
    {
        const double resident = resident_bytes(hub.pid());
        std::vector<std::unique_ptr<SilentReader>> silent;
        for (size_t n = 0; n < kSilent; ++n) silent.push_back(std::make_unique<SilentReader>(hub));
        std::this_thread::sleep_for(seconds(10));
        silent_memory.values.push_back((resident_bytes(hub.pid()) - resident) / kSilent / 1'000);
    }
    Report report("slow");
    report.peer("gRPC", grpc::Version());
    report.row("fixes a second", fixes, "1/s");
    report.row("position age, p50", half, "s");
    report.row("position age, p99 at our client", ours_p99, "s");
    report.row("position age, p99 as browsers read", web_p99, "s");
    report.row("position age, oldest of all", oldest, "s");
    report.row("longest that a unit waits for its turn", turns, "s");
    report.row("heartbeats of the reader with fewest", beats, "");
    report.row("foreign client that reads nothing", silent_memory, "kB");
    report.result("position_age_s", p99, "s", "<= 5");
    report.result("recall_s", recalls, "s", "<= 5");
    report.result("memory_kb", memory, "kB", "<= 300");
    report.result("fast_cost_ratio", ratio, "ratio", "<= 1.1");
    return report.print();
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
    return muster::bench::run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 3);
}
