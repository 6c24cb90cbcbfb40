// A disk that is full, read-only, refusing or slow: what was accepted stays, requests are refused
// or wait, reads and the picture go on, and with room it works again without a restart.
#include <condition_variable>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "clients/cpp/picture_follower.h"
#include "hub/journal/verify.h"
#include "tests/integration/reporter.h"
#include "tests/unit/gateway/http_client.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A small disk of the test's own, mounted for this process and its children alone. Needs the right
// to mount, as root in a container has it; a test without it has proven nothing and fails.
class SmallDisk {
public:
    explicit SmallDisk(const std::string& bytes) {
        fs::create_directory(path());
        const std::string options = "size=" + bytes;
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("small", path().c_str(), "tmpfs", 0, options.c_str()) != 0) {
            ADD_FAILURE() << "this test needs to mount a small disk and may not: "
                          << std::strerror(errno) << ". Run it as root, or with CAP_SYS_ADMIN.";
            return;
        }
        mounted_ = true;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
    }

    bool mounted() const { return mounted_; }
    fs::path path() const { return folder_.path() / "disk"; }
    fs::path filler() const { return path() / "filler"; }
    // Takes all the room there is.
    void fill() const {
        const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        const std::string block(4096, 'x');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        ::close(file);
    }
    void make_read_only() const {
        ASSERT_EQ(::mount(nullptr, path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0)
            << std::strerror(errno);
    }

private:
    TempFolder folder_;
    bool mounted_ = false;
};

// Somebody who looks on: how often the picture was heard of.
class Onlooker {
public:
    explicit Onlooker(Client& client)
        : follower_(client,
                    {},
                    {.applied = [this](const auto&, const auto&, const auto&) { heard(); },
                     .lost = [](const Status&) {}}) {}

    // Two frames or heartbeats from now on.
    bool hears_more() {
        std::unique_lock lock(mutex_);
        const int before = heard_;
        return changed_.wait_for(lock, seconds(60), [&] { return heard_ >= before + 2; });
    }

private:
    void heard() {
        const std::lock_guard lock(mutex_);
        ++heard_;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int heard_ = 0;
    PictureFollower follower_;
};

std::unique_ptr<Client> impatient(const HubProcess& hub, const std::string& token) {
    ClientOptions options;
    options.address = {hub.address(), false};
    options.deadline = seconds(30);
    options.patience = milliseconds(1);
    auto client = std::make_unique<Client>(options);
    client->set_token(token);
    return client;
}

std::string token_of(const HubProcess& hub) {
    v1::LoginRequest login;
    login.set_name(HubProcess::kAdmin);
    login.set_password(HubProcess::kPassword);
    const auto response = hub.connect()->call(login);
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? response->token() : "";
}

class Disk : public testing::Test {
protected:
    // What a disk that cannot be written must not cost.
    void goes_on(Client& client, Onlooker& onlooker, const v1::ReportIncidentRequest& accepted) {
        const auto refused = client.call(some_report("refused"));
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
        EXPECT_EQ(reason_code(refused.status()), "journal.unavailable");
        v1::GetIncidentRequest get;
        get.set_id(accepted.id());
        EXPECT_TRUE(client.call(get).ok());
        // Its retry too: the answer is there already.
        EXPECT_TRUE(client.call(accepted).ok());
        EXPECT_TRUE(onlooker.hears_more());
        EXPECT_TRUE(client.call(v1::VerifyJournalRequest())->intact());
    }
};

TEST_F(Disk, AFullOneRefusesAndGoesOnWhenThereIsRoom) {
    const SmallDisk disk("6m");
    ASSERT_TRUE(disk.mounted());
    HubProcess hub(disk.path() / "data");
    ASSERT_TRUE(hub.start());
    const std::string token = token_of(hub);
    const auto client = impatient(hub, token);
    Onlooker onlooker(*client);
    std::vector<v1::ReportIncidentRequest> accepted;
    for (int i = 0; i < 20; ++i) {
        accepted.push_back(some_report(std::string(3000, 'a')));
        ASSERT_TRUE(client->call(accepted.back()).ok());
    }
    disk.fill();
    // What the log has room for already is still taken.
    for (int i = 0; i < 2000; ++i) {
        const auto request = some_report(std::string(3000, 'b'));
        if (!client->call(request).ok()) break;
        accepted.push_back(request);
    }
    for (int i = 0; i < 3; ++i) goes_on(*client, onlooker, accepted.front());
    fs::remove(disk.filler());
    for (int i = 0; i < 20; ++i) {
        accepted.push_back(some_report("after"));
        const auto response = client->call(accepted.back());
        ASSERT_TRUE(response.ok()) << response.status().ToString();
    }
    // A full disk at the moment of a crash costs nothing either.
    disk.fill();
    hub.kill_now();
    fs::remove(disk.filler());
    ASSERT_TRUE(hub.start());
    const auto again = hub.connect();
    again->set_token(token);
    for (const auto& request : accepted) {
        v1::GetIncidentRequest get;
        get.set_id(request.id());
        EXPECT_TRUE(again->call(get).ok());
    }
    EXPECT_TRUE(again->call(v1::VerifyJournalRequest())->intact());
    EXPECT_EQ(hub.stop(), 0);
}

// As the wall, the load balancer and the operator see it.
TEST_F(Disk, AFullOneIsSaidToEverybodyAndTakenBack) {
    const SmallDisk disk("6m");
    ASSERT_TRUE(disk.mounted());
    HubProcess hub(disk.path() / "data");
    ASSERT_TRUE(hub.start());
    const auto client = impatient(hub, token_of(hub));
    const auto ready = [&hub] {
        HttpClient http(hub.http_port());
        http.send("GET /readyz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        return http.answer().value_or(HttpAnswer{});
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::set<std::string> alarms;
    PictureFollower wall(*client,
                         {.kinds = {v1::ENTITY_KIND_HUB_HEALTH}},
                         {.applied =
                              [&](const auto&, const PictureMirror& mirror, const auto&) {
                                  const std::lock_guard lock(mutex);
                                  alarms.clear();
                                  mirror.for_each_live(
                                      v1::ENTITY_KIND_HUB_HEALTH, [&](const v1::Live& live) {
                                          for (const auto& each : live.hub_health().conditions()) {
                                              if (each.severity() != v1::HEALTH_SEVERITY_ALARM)
                                                  continue;
                                              alarms.insert(each.reason().code());
                                          }
                                      });
                                  changed.notify_all();
                              },
                          .lost = [](const Status&) {}});
    const auto shows = [&](bool failing) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, seconds(60), [&] {
            return alarms.contains("health.journal_failing") == failing;
        });
    };
    // Looked at once a second.
    const auto becomes = [&](int status) {
        for (int i = 0; i < 300 && ready().status != status; ++i) {
            std::this_thread::sleep_for(milliseconds(100));
        }
        return ready();
    };
    EXPECT_EQ(ready().status, 200);
    for (int round = 0; round < 2; ++round) {
        disk.fill();
        for (int i = 0; i < 2000; ++i) {
            if (!client->call(some_report(std::string(3000, 'b'))).ok()) break;
        }
        const HttpAnswer full = becomes(503);
        EXPECT_EQ(full.status, 503);
        EXPECT_THAT(full.body, testing::HasSubstr("health.journal_failing"));
        EXPECT_THAT(full.body, testing::HasSubstr("\"zh\":"));
        EXPECT_TRUE(shows(true));
        EXPECT_TRUE(hub.process().wait_for_line("journal-failed", seconds(30)));
        fs::remove(disk.filler());
        // Somebody acts again; nobody restarts anything.
        EXPECT_TRUE(client->call(some_report("after")).ok());
        EXPECT_EQ(becomes(200).status, 200);
        EXPECT_TRUE(shows(false));
        EXPECT_TRUE(hub.process().wait_for_line("journal-works", seconds(30)));
    }
    wall.stop();
    EXPECT_EQ(hub.stop(), 0);
}

TEST_F(Disk, AReadOnlyOneIsSaidAtTheStart) {
    const SmallDisk disk("16m");
    ASSERT_TRUE(disk.mounted());
    HubProcess hub(disk.path() / "data");
    ASSERT_TRUE(hub.start());
    EXPECT_EQ(hub.stop(), 0);
    disk.make_read_only();
    hub.launch();
    EXPECT_EQ(hub.process().wait(seconds(60)), 1);
    EXPECT_THAT(hub.process().err(), testing::HasSubstr("journal.db"));
    EXPECT_THAT(hub.process().err(), testing::HasSubstr("Read-only file system"));
}

// As after an I/O error, when the kernel makes the file system read-only under a running hub.
TEST_F(Disk, OneThatTurnsAwayEveryWriteIsGotOver) {
    const TempFolder folder;
    const fs::path refusing = folder.path() / "refusing";
    HubProcess hub;
    hub.set_lever("refuse:" + refusing.string());
    ASSERT_TRUE(hub.start());
    const std::string token = token_of(hub);
    const auto client = impatient(hub, token);
    Onlooker onlooker(*client);
    const auto accepted = some_report("accepted");
    ASSERT_TRUE(client->call(accepted).ok());
    for (int round = 0; round < 2; ++round) {
        std::ofstream(refusing) << "x";
        for (int i = 0; i < 3; ++i) goes_on(*client, onlooker, accepted);
        fs::remove(refusing);
        const auto response = client->call(some_report("again"));
        EXPECT_TRUE(response.ok()) << response.status().ToString();
    }
    hub.kill_now();
    ASSERT_TRUE(hub.start());
    v1::GetIncidentRequest get;
    get.set_id(accepted.id());
    const auto again = hub.connect();
    again->set_token(token);
    EXPECT_TRUE(again->call(get).ok());
    EXPECT_TRUE(again->call(v1::VerifyJournalRequest())->intact());
}

TEST_F(Disk, ASlowOneMakesRequestsWaitAndNothingElse) {
    HubProcess hub;
    hub.set_lever("slow:400");
    // Reads are counted here, not one person's.
    hub.add_flag("--calls-per-s=0");
    ASSERT_TRUE(hub.start());
    const std::string token = token_of(hub);
    const auto client = impatient(hub, token);
    Onlooker onlooker(*client);
    const auto accepted = some_report("accepted");
    ASSERT_TRUE(client->call(accepted).ok());
    // Enough of them that one is on its way to the disk all the time.
    std::vector<std::unique_ptr<Reporter>> reporters;
    for (int i = 0; i < 8; ++i) reporters.push_back(std::make_unique<Reporter>(hub, token));
    v1::GetIncidentRequest get;
    get.set_id(accepted.id());
    // While eight wait for one sync, dozens read.
    uint64_t reads = 0;
    while (reporters[0]->answered() < 3) {
        ASSERT_TRUE(client->call(get).ok());
        ++reads;
    }
    uint64_t written = 0;
    for (const auto& reporter : reporters) written += reporter->answered();
    EXPECT_GT(reads, written);
    EXPECT_TRUE(onlooker.hears_more());
    for (const auto& reporter : reporters) {
        reporter->stop();
        EXPECT_THAT(reporter->refusals(), testing::IsEmpty());
    }
}

}  // namespace
}  // namespace muster
