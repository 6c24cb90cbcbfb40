// Start to ready after kill -9 in the middle of work, with a million changes and 50,000 entities in
// the journal; and whether everything that was answered is there.
#include <atomic>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

#include "hub/base/clock.h"
#include "hub/desk/batch.h"
#include "hub/journal/sqlite_journal.h"
#include "tests/bench/hub_run.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

constexpr int kRuns = 5;
constexpr uint64_t kChanges = 1'000'000;
constexpr uint64_t kEntities = 50'000;
constexpr size_t kGroup = 1000;
constexpr int kReporters = 8;

// What a city's hub holds: a tenth each incidents and teams, then orders and log lines.
v1::Entity entity(const std::vector<Uuid>& ids, uint64_t n, uint32_t version, UtcTime at) {
    v1::Entity entity;
    const std::string id = ids[n].text();
    const std::string incident = ids[n - n % 10].text();
    switch (n % 10) {
        case 0: {
            auto& message = *entity.mutable_incident();
            message.set_id(id);
            message.set_version(version);
            message.set_number("F" + std::to_string(2101 + n / 10));
            message.set_type(v1::INCIDENT_TYPE_FIRE);
            message.set_status(v1::INCIDENT_STATUS_ACTIVE);
            message.mutable_at()->set_lat_deg(31.2 + static_cast<double>(n % 997) * 1e-4);
            message.mutable_at()->set_lon_deg(121.5);
            message.set_place("北站东路 " + std::to_string(n));
            message.set_text("smoke on the second floor, two persons missing");
            *message.mutable_reported_at() = to_proto(at);
            break;
        }
        case 1: {
            auto& message = *entity.mutable_team();
            message.set_id(id);
            message.set_version(version);
            message.set_name("team " + std::to_string(n));
            message.add_capabilities(v1::CAPABILITY_FIRE);
            message.set_status(v1::TEAM_STATUS_AVAILABLE);
            message.mutable_home()->set_lat_deg(31.2);
            message.mutable_home()->set_lon_deg(121.5);
            break;
        }
        case 2:
        case 3: {
            auto& message = *entity.mutable_order();
            message.set_id(id);
            message.set_version(version);
            message.set_incident_id(incident);
            message.set_team_id(ids[n - n % 10 + 1].text());
            message.set_status(v1::ORDER_STATUS_COMPLETE);
            message.set_text("to the north gate");
            *message.mutable_issued_at() = to_proto(at);
            break;
        }
        default: {
            auto& message = *entity.mutable_log_line();
            message.set_id(id);
            message.set_version(version);
            message.set_incident_id(incident);
            message.set_text("the crew reports the stairs clear up to the third floor");
            *message.mutable_at() = to_proto(at);
            break;
        }
    }
    return entity;
}

// Appended by the journal itself, so that the file is what a hub leaves.
void fill(const std::string& file) {
    SystemClock clock;
    auto journal = HubRun::must(SqliteJournal::open(file, clock));
    std::vector<Uuid> ids;
    for (uint64_t n = 0; n < kEntities; ++n) ids.push_back(Uuid::make());
    uint64_t sequence = journal->last_sequence();
    for (uint64_t n = 0; sequence < kChanges;) {
        std::vector<DecidedChange> group;
        for (; group.size() < kGroup && sequence < kChanges; ++n) {
            DecidedChange change;
            change.sequence = ++sequence;
            const auto version = static_cast<uint32_t>(1 + n / kEntities);
            change.upserts = {store_entity(entity(ids, n % kEntities, version, clock.now()))};
            Act act;
            act.method = "muster.v1.OrderService/AcknowledgeOrder";
            act.actor.person_id = ids[n % 100].text();
            act.request_id = Uuid::make().text();
            change.caller_id = act.actor.person_id;
            change.request_id = act.request_id;
            change.request_hash = std::string(32, 'h');
            change.answer = change.upserts[0]->bytes;
            change.payload = change_payload(act, clock.now(), change.upserts, {});
            group.push_back(std::move(change));
        }
        const Status status = journal->append(group);
        if (!status.ok()) throw std::runtime_error(status.ToString());
    }
}

// Reports from several seats; each says afterwards what was answered.
class Load {
public:
    explicit Load(const HubRun& hub) {
        for (int i = 0; i < kReporters; ++i) {
            threads_.emplace_back([this, client = hub.connect()] {
                while (!stopping_) report(*client);
            });
        }
    }
    std::vector<std::string> stop() {
        stopping_ = true;
        for (auto& thread : threads_) thread.join();
        threads_.clear();
        return answered_;
    }
    size_t answered() {
        const std::lock_guard lock(mutex_);
        return answered_.size();
    }

private:
    void report(Client& client) {
        v1::ReportIncidentRequest request;
        request.set_id(Uuid::make().text());
        request.set_type(v1::INCIDENT_TYPE_RESCUE);
        request.mutable_at()->set_lat_deg(31.2);
        request.mutable_at()->set_lon_deg(121.5);
        std::promise<bool> done;
        client.start(request, [&done](const auto& answer) { done.set_value(answer.ok()); });
        if (!done.get_future().get()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            return;
        }
        const std::lock_guard lock(mutex_);
        answered_.push_back(request.id());
    }

    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::vector<std::string> answered_;
    std::vector<std::thread> threads_;
};

double lost(const HubRun& hub, const std::vector<std::string>& answered) {
    const auto client = hub.connect();
    double missing = 0;
    for (const auto& id : answered) {
        v1::GetIncidentRequest request;
        request.set_id(id);
        if (!client->call(request).ok()) ++missing;
    }
    return missing;
}

int run() {
    Report report("recovery");
    report.peer("sqlite", first_line_of("sqlite3 --version"));
    HubRun hub;
    hub.start();
    hub.stop();
    std::cerr << "filling the journal\n";
    fill(hub.journal());
    hub.start();
    hub.log_in();
    Runs ready, missing, answered;
    for (int i = 0; i < kRuns; ++i) {
        Load load(hub);
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (load.answered() < 1000 && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        hub.kill_now();
        const auto reports = load.stop();
        ready.values.push_back(hub.start());
        missing.values.push_back(lost(hub, reports));
        answered.values.push_back(static_cast<double>(reports.size()));
    }
    const auto verified = HubRun::must(hub.connect()->call(v1::VerifyJournalRequest()));
    if (!verified.intact()) throw std::runtime_error("the chain is broken");
    report.row("answered before the kill", answered, "");
    report.row("changes in the journal", {{static_cast<double>(verified.changes())}}, "");
    report.row(
        "its size", {{static_cast<double>(std::filesystem::file_size(hub.journal())) / 1e6}}, "MB");
    report.result("ready_s", ready, "s", "<= 3");
    // One lost answer in one run is one too many.
    report.result("lost", {{missing.max()}}, "", "<= 0");
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
