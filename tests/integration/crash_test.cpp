// kill -9 in the middle of everything, at every named point of a change's path and at random: after
// each restart what was answered is there, a repeated request gets its first answer, and the chain
// verifies.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "hub/journal/verify.h"
#include "tests/integration/reporter.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int kReporters = 6;

// On the way of a change: decided, written, durable, applied, told; then the log is written back.
const std::vector<std::string> kPoints{
    "journal.begin",
    "journal.changed",
    "journal.answered",
    "journal.commit",
    "wal.write",
    "wal.half",
    "wal.sync",
    "wal.synced",
    "journal.committed",
    "desk.applied",
    "desk.told",
    "db.write",
    "db.half",
    "db.sync",
    "db.synced",
};

int crashes() {
    const char* wanted = std::getenv("MUSTER_CRASHES");
    return wanted == nullptr ? 20 : std::atoi(wanted);
}

class Crash : public testing::Test {
protected:
    void SetUp() override {
        // So many reports a second are more than one person makes.
        hub_.add_flag("--calls-per-s=0");
        hub_.set_lever("");
        ASSERT_TRUE(hub_.start());
        v1::LoginRequest login;
        login.set_name(HubProcess::kAdmin);
        login.set_password(HubProcess::kPassword);
        const auto response = hub_.connect()->call(login);
        ASSERT_TRUE(response.ok()) << response.status().ToString();
        token_ = response->token();
        for (int i = 0; i < kReporters; ++i) {
            reporters_.push_back(std::make_unique<Reporter>(hub_, token_));
        }
        checked_.resize(kReporters);
    }

    uint64_t total() const {
        uint64_t sum = 0;
        for (const auto& reporter : reporters_) sum += reporter->answered();
        return sum;
    }

    // Until some more were answered: it is to die while it works.
    void wait_for_work(uint64_t more) {
        const uint64_t before = total();
        const auto end = Clock::now() + seconds(60);
        while (total() < before + more && Clock::now() < end) {
            std::this_thread::sleep_for(milliseconds(2));
        }
        ASSERT_GE(total(), before + more);
    }

    // Everything that was answered since the last look.
    void check(Client& client) {
        for (size_t i = 0; i < reporters_.size(); ++i) {
            const auto answers = reporters_[i]->answers(checked_[i]);
            checked_[i] += answers.size();
            for (const auto& [request, incident] : answers) {
                v1::GetIncidentRequest get;
                get.set_id(request.id());
                const auto there = client.call(get);
                ASSERT_TRUE(there.ok())
                    << "lost: " << incident.ShortDebugString() << ": " << there.status().ToString();
                EXPECT_EQ(there->incident().SerializeAsString(), incident.SerializeAsString());
                EXPECT_EQ(++numbers_[incident.number()], 1) << "number given twice";
            }
            if (answers.empty()) continue;
            const auto& [request, incident] = answers.back();
            const auto again = client.call(request);
            ASSERT_TRUE(again.ok()) << again.status().ToString();
            EXPECT_EQ(again->incident().SerializeAsString(), incident.SerializeAsString());
        }
        const auto verified = client.call(v1::VerifyJournalRequest());
        ASSERT_TRUE(verified.ok()) << verified.status().ToString();
        EXPECT_TRUE(verified->intact()) << verified->broken_at();
    }

    HubProcess hub_;
    std::string token_;
    std::vector<std::unique_ptr<Reporter>> reporters_;
    // Of each reporter's answers.
    std::vector<size_t> checked_;
    std::map<std::string, int> numbers_;
};

TEST_F(Crash, NothingThatWasAnsweredIsLost) {
    std::mt19937 random(20'261'124);
    std::map<std::string, int> died_at;
    for (int crash = 0; crash < crashes(); ++crash) {
        // Every fourth time at random, else at the next point.
        const bool anywhere = crash % 4 == 3;
        std::string point = kPoints[static_cast<size_t>(crash - crash / 4) % kPoints.size()];
        // The log is written back after some hundred changes only.
        const int passes = point.starts_with("db.") ? 1 : 1 + static_cast<int>(random() % 40);
        if (anywhere) point = "random";
        SCOPED_TRACE("crash " + std::to_string(crash) + " at " + point);
        hub_.kill_now();
        hub_.set_lever(anywhere ? "" : "kill:" + point + ":" + std::to_string(passes));
        hub_.launch();
        if (anywhere) {
            ASSERT_TRUE(hub_.wait_until_ready()) << hub_.process().err();
            wait_for_work(random() % 60);
            std::this_thread::sleep_for(milliseconds(random() % 20));
            hub_.kill_now();
        } else {
            ASSERT_EQ(hub_.process().wait(seconds(120)), -SIGKILL) << "it never came there";
        }
        ++died_at[point];
        hub_.set_lever("");
        ASSERT_TRUE(hub_.start());
        const auto client = hub_.connect();
        client->set_token(token_);
        // While it is looked at, the journal does not grow by thousands.
        for (const auto& reporter : reporters_) reporter->pause(true);
        check(*client);
        for (const auto& reporter : reporters_) reporter->pause(false);
        if (HasFatalFailure()) return;
        wait_for_work(5);
    }
    for (const auto& reporter : reporters_) reporter->stop();
    for (const auto& reporter : reporters_) {
        EXPECT_THAT(reporter->refusals(), testing::IsEmpty());
    }
    for (const auto& point : kPoints) EXPECT_GE(died_at[point], 1) << point;
    const auto client = hub_.connect();
    client->set_token(token_);
    check(*client);
    const auto verified = client->call(v1::VerifyJournalRequest());
    ASSERT_TRUE(verified.ok()) << verified.status().ToString();
    EXPECT_GE(verified->changes(), total());
    EXPECT_EQ(hub_.stop(), 0);
    const auto offline = verify_journal(hub_.journal().string());
    ASSERT_TRUE(offline.ok()) << offline.status().ToString();
    EXPECT_TRUE(offline->intact);
    EXPECT_EQ(offline->changes, verified->changes());
    EXPECT_EQ(offline->head, verified->head());
}

// A journal of an older release, and the hub dies while it brings it to its own format.
TEST(CrashOfMigration, EveryPointLeavesAWholeJournal) {
    const std::filesystem::path golden = MUSTER_GOLDEN_JOURNAL;
    for (const std::string point : {"migrate.copied",
                                    "migrate.begin",
                                    "migrate.middle",
                                    "wal.half",
                                    "migrate.commit",
                                    "wal.sync",
                                    "migrate.committed",
                                    "db.half"}) {
        SCOPED_TRACE(point);
        HubProcess hub;
        std::filesystem::create_directory(hub.data());
        std::filesystem::copy_file(golden, hub.journal());
        // A journal has its key beside it.
        const auto key = hub.data() / "secret.key";
        std::ofstream(key, std::ios::binary) << std::string(32, 'k');
        std::filesystem::permissions(key, std::filesystem::perms(0600));
        const auto before = verify_journal(hub.journal().string());
        ASSERT_TRUE(before.ok()) << before.status().ToString();
        hub.set_lever("kill:" + point + ":1");
        hub.launch();
        ASSERT_EQ(hub.process().wait(seconds(60)), -SIGKILL) << hub.process().err();
        const auto left = verify_journal(hub.journal().string());
        ASSERT_TRUE(left.ok()) << left.status().ToString();
        EXPECT_TRUE(left->intact);
        EXPECT_EQ(left->head, before->head);
        hub.set_lever("");
        ASSERT_TRUE(hub.start());
        EXPECT_EQ(hub.stop(), 0);
        const auto after = verify_journal(hub.journal().string());
        ASSERT_TRUE(after.ok()) << after.status().ToString();
        EXPECT_TRUE(after->intact);
        EXPECT_EQ(after->changes, before->changes);
    }
}

}  // namespace
}  // namespace muster
