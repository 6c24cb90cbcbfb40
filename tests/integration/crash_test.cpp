// kill -9 in the middle of everything: what was answered is there, a repeated request gets its
// first answer, and the chain verifies.
#include <atomic>
#include <map>
#include <thread>

#include <gmock/gmock.h>

#include "hub/journal/verify.h"
#include "tests/integration/hub_process.h"

namespace muster {
namespace {

constexpr int kCrashes = 10;
constexpr int kClients = 6;

// Reports incidents one after the other, and repeats each until it is answered, as a device does.
class Reporter {
public:
    explicit Reporter(const HubProcess& hub, std::string token) {
        client_ = hub.connect();
        client_->set_token(std::move(token));
        thread_ = std::thread([this] { run(); });
    }
    ~Reporter() { stop(); }

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    uint64_t answered() const { return count_; }
    // After stop(): every request that was answered, and what.
    const std::vector<std::pair<v1::ReportIncidentRequest, v1::Incident>>& answers() const {
        return answers_;
    }
    // Refusals other than that the hub was not there.
    const std::vector<std::string>& refusals() const { return refusals_; }

private:
    void run() {
        while (!stopping_) {
            v1::ReportIncidentRequest request;
            request.set_request_id(Uuid::make().text());
            request.set_id(Uuid::make().text());
            request.set_type(v1::INCIDENT_TYPE_RESCUE);
            request.mutable_at()->set_lat_deg(31.2);
            request.mutable_at()->set_lon_deg(121.5);
            request.set_text("report " + std::to_string(answers_.size()));
            while (true) {
                const auto response = client_->call(request);
                if (response.ok()) {
                    answers_.emplace_back(request, response->incident());
                    ++count_;
                    break;
                }
                if (!absl::IsUnavailable(response.status()) &&
                    !absl::IsDeadlineExceeded(response.status())) {
                    refusals_.push_back(response.status().ToString());
                    return;
                }
            }
        }
    }

    std::unique_ptr<Client> client_;
    std::atomic<bool> stopping_ = false;
    std::atomic<uint64_t> count_ = 0;
    std::vector<std::pair<v1::ReportIncidentRequest, v1::Incident>> answers_;
    std::vector<std::string> refusals_;
    std::thread thread_;
};

uint64_t total(const std::vector<std::unique_ptr<Reporter>>& reporters) {
    uint64_t sum = 0;
    for (const auto& reporter : reporters) sum += reporter->answered();
    return sum;
}

TEST(Crash, NothingThatWasAnsweredIsLost) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    std::string token;
    {
        const auto client = hub.connect();
        v1::LoginRequest request;
        request.set_name(HubProcess::kAdmin);
        request.set_password(HubProcess::kPassword);
        const auto response = client->call(request);
        ASSERT_TRUE(response.ok()) << response.status().ToString();
        token = response->token();
    }
    std::vector<std::unique_ptr<Reporter>> reporters;
    for (int i = 0; i < kClients; ++i) reporters.push_back(std::make_unique<Reporter>(hub, token));
    for (int crash = 0; crash < kCrashes; ++crash) {
        // It is killed while it works, not while it idles: some were answered since it started.
        const uint64_t before = total(reporters);
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (total(reporters) < before + 20 && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        ASSERT_GE(total(reporters), before + 20) << "after crash " << crash;
        hub.kill_now();
        ASSERT_TRUE(hub.start());
    }
    for (const auto& reporter : reporters) reporter->stop();
    const auto client = hub.connect();
    client->set_token(token);
    std::map<std::string, v1::Incident> there;
    v1::ListIncidentsRequest list;
    list.set_page_size(1000);
    do {
        const auto page = client->call(list);
        ASSERT_TRUE(page.ok()) << page.status().ToString();
        for (const auto& incident : page->incidents()) {
            EXPECT_TRUE(there.emplace(incident.id(), incident).second) << "twice in the list";
        }
        list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
    std::map<std::string, int> numbers;
    for (const auto& reporter : reporters) {
        EXPECT_THAT(reporter->refusals(), testing::IsEmpty());
        for (const auto& [request, incident] : reporter->answers()) {
            const auto found = there.find(request.id());
            ASSERT_NE(found, there.end()) << "lost: " << incident.ShortDebugString();
            EXPECT_EQ(found->second.SerializeAsString(), incident.SerializeAsString());
            EXPECT_EQ(++numbers[incident.number()], 1) << "number given twice";
        }
        // The last one's retry gets the first answer.
        if (!reporter->answers().empty()) {
            const auto& [request, incident] = reporter->answers().back();
            const auto again = client->call(request);
            ASSERT_TRUE(again.ok()) << again.status().ToString();
            EXPECT_EQ(again->incident().SerializeAsString(), incident.SerializeAsString());
        }
    }
    const auto verified = client->call(v1::VerifyJournalRequest());
    ASSERT_TRUE(verified.ok()) << verified.status().ToString();
    EXPECT_TRUE(verified->intact());
    EXPECT_GE(verified->changes(), total(reporters));
    EXPECT_EQ(hub.stop(), 0);
    const auto offline = verify_journal(hub.journal().string());
    ASSERT_TRUE(offline.ok()) << offline.status().ToString();
    EXPECT_TRUE(offline->intact);
    EXPECT_EQ(offline->changes, verified->changes());
    EXPECT_EQ(offline->head, verified->head());
}

}  // namespace
}  // namespace muster
