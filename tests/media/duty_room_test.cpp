// The demo's standing room with the real hub, the real node and the real simulated participants:
// who joins meets somebody, whatever was killed meanwhile.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "clients/city/roster.h"
#include "clients/cpp/picture_follower.h"
#include "tests/media/test_viewer.h"
#include "tests/support/process.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr seconds kBound{40};
// Some forty log-ins, each by a hash that is slow on purpose.
constexpr seconds kSetupBound{120};
// The first notes of chimes 1 and 2.
constexpr double kFirstChime = 740.0;
constexpr double kSecondChime = 830.6;
// A chime's note fills a third of the half second that is listened to.
constexpr double kChimes = 0.004;

// What the chair sees of rooms, kept by a follower.
class Eyes {
public:
    struct Sight {
        std::map<std::string, v1::Participant> participants;
        std::map<std::string, v1::StreamHealth> streams;

        // Who is in under this name, if that is exactly one.
        const v1::Participant* joined(const std::string& name) const {
            const v1::Participant* found = nullptr;
            for (const auto& [id, one] : participants) {
                if (one.name() != name || one.status() != v1::PARTICIPANT_STATUS_JOINED) continue;
                if (found != nullptr) return nullptr;
                found = &one;
            }
            return found;
        }
        v1::StreamState state_of(const v1::Participant& one) const {
            const auto found = streams.find(one.stream_id());
            return found == streams.end() ? v1::STREAM_STATE_UNSPECIFIED : found->second.state();
        }
    };

    explicit Eyes(Client& client)
        : follower_(
              client,
              {},
              {[this](const v1::Frame&, const PictureMirror& mirror, const auto&) { look(mirror); },
               [](const Status&) {}}) {}

    std::optional<Sight> wait(const std::function<bool(const Sight&)>& test) {
        std::unique_lock lock(mutex_);
        if (!seen_.wait_for(lock, kBound, [&] { return test(sight_); })) return std::nullopt;
        return sight_;
    }
    // Until this one is in and live; which one it is.
    std::optional<v1::Participant> wait_live(const std::string& name) {
        const auto sight = wait([&](const Sight& now) {
            const auto* one = now.joined(name);
            return one != nullptr && now.state_of(*one) == v1::STREAM_STATE_LIVE;
        });
        if (!sight) return std::nullopt;
        return *sight->joined(name);
    }

private:
    void look(const PictureMirror& mirror) {
        Sight now;
        mirror.for_each(v1::ENTITY_KIND_PARTICIPANT, [&](const v1::Entity& entity) {
            now.participants[entity.participant().id()] = entity.participant();
        });
        mirror.for_each_live(v1::ENTITY_KIND_STREAM_HEALTH, [&](const v1::Live& live) {
            now.streams[live.stream_health().id()] = live.stream_health();
        });
        {
            const std::lock_guard lock(mutex_);
            sight_ = std::move(now);
        }
        seen_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable seen_;
    Sight sight_;
    PictureFollower follower_;
};

class DutyRoomTest : public testing::Test {
protected:
    void SetUp() override {
        start_gst();
        std::string pattern = (fs::temp_directory_path() / "muster-duty-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        std::ofstream(folder_ / "password") << "of-the-admin\n";
        start_hub();
        start_node();
        set_up();
        chair_ = std::make_unique<Client>(
            ClientOptions{{hub_address(), false}, chair_token_, {}, seconds(10), seconds(20)});
        eyes_ = std::make_unique<Eyes>(*chair_);
    }
    void TearDown() override {
        if (HasFailure() && people_) std::cerr << "--- the people said:\n" << people_->err();
        if (HasFailure() && node_) std::cerr << "--- the node said:\n" << node_->err();
        eyes_.reset();
        chair_.reset();
        people_.reset();
        node_.reset();
        hub_.reset();
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    static std::string bin(const char* name) { return std::string(MUSTER_BIN_DIR "/") + name; }
    std::string hub_address() const { return "127.0.0.1:" + std::to_string(port_); }

    void start_hub() {
        hub_.reset();
        hub_ = std::make_unique<Process>(std::vector<std::string>{bin("muster-hub"),
                                                                  "--data",
                                                                  folder_ / "hub",
                                                                  "--grpc",
                                                                  hub_address(),
                                                                  "--http",
                                                                  "127.0.0.1:0",
                                                                  "--https",
                                                                  "off",
                                                                  "--admin-password-file",
                                                                  folder_ / "password"});
        ASSERT_TRUE(hub_->wait_for_line("ready:", kBound)) << hub_->err();
    }
    void start_node() {
        node_.reset();
        node_ = std::make_unique<Process>(std::vector<std::string>{bin("muster-media"),
                                                                   "--hub",
                                                                   hub_address(),
                                                                   "--token-file",
                                                                   folder_ / "hub" / "node.token",
                                                                   "--data",
                                                                   folder_ / "node",
                                                                   "--udp-port",
                                                                   std::to_string(udp_port_),
                                                                   "--advertise",
                                                                   "127.0.0.1"});
        ASSERT_TRUE(node_->wait_for_line("attached to the hub", kBound)) << node_->err();
    }
    // As deploy/demo does at every start.
    void set_up() {
        Process setup(std::vector<std::string>{bin("muster"),
                                               "simulate",
                                               "setup",
                                               "--hub",
                                               hub_address(),
                                               "--data",
                                               folder_ / "city",
                                               "--admin-password-file",
                                               folder_ / "password"});
        ASSERT_EQ(setup.wait(kSetupBound), 0) << setup.err();
        google::protobuf::ListValue users;
        ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(setup.out(), &users).ok());
        for (const auto& user : users.values()) {
            const auto& fields = user.struct_value().fields();
            if (fields.at("role").string_value() == "commander") {
                chair_token_ = fields.at("token").string_value();
            }
        }
        ASSERT_FALSE(chair_token_.empty());
    }
    void start_people() {
        people_.reset();
        people_ = std::make_unique<Process>(std::vector<std::string>{
            bin("muster-people"), "--hub", hub_address(), "--data", folder_ / "city"});
        ASSERT_TRUE(people_->wait_for_line("\"ready\":true", kBound)) << people_->err();
    }

    // The post of simulated participant number 1 or 2.
    static std::string post(size_t number) {
        for (const auto& seat : roster_seats()) {
            if (seat.user == kParticipantSeats[number - 1]) return seat.post;
        }
        return {};
    }

    std::vector<v1::Room> rooms() {
        const auto list = chair_->call(v1::ListRoomsRequest());
        EXPECT_TRUE(list.ok()) << list.status();
        if (!list.ok()) return {};
        return {list->rooms().begin(), list->rooms().end()};
    }
    // The chair comes in.
    void join() {
        v1::JoinRoomRequest request;
        request.set_room_id(rooms().at(0).id());
        const auto joined = chair_->call(request);
        ASSERT_TRUE(joined.ok()) << joined.status();
        watch_ticket_ = joined->watch_ticket();
    }
    void watch(TestViewer& viewer, const v1::Participant& whom) {
        Client by_ticket(
            ClientOptions{{hub_address(), false}, watch_ticket_, {}, seconds(10), seconds(20)});
        v1::OpenViewerRequest request;
        request.set_stream_id(whom.stream_id());
        request.set_offer_sdp(viewer.offer());
        const auto opened = by_ticket.call(request);
        ASSERT_TRUE(opened.ok()) << opened.status();
        EXPECT_TRUE(viewer.take_answer(opened->answer_sdp()));
    }
    static bool shows(TestViewer& viewer, int number) {
        return viewer
            .wait_frame([number](const SeenFrame& frame) {
                return frame.strip && frame.strip->camera == number && frame.age_ms < 1'500;
            })
            .has_value();
    }

    fs::path folder_;
    const int port_ = free_port();
    // Of TCP, but a free number is a free number; the node keeps it over its restart.
    const int udp_port_ = free_port();
    std::string chair_token_;
    std::string watch_ticket_;
    std::unique_ptr<Process> hub_;
    std::unique_ptr<Process> node_;
    std::unique_ptr<Process> people_;
    std::unique_ptr<Client> chair_;
    std::unique_ptr<Eyes> eyes_;
};

TEST_F(DutyRoomTest, WhoJoinsMeetsTwoWhoAreSeenAndHeard) {
    start_people();
    ASSERT_EQ(rooms().size(), 1u);
    const auto room = rooms().at(0);
    EXPECT_TRUE(room.standing());
    EXPECT_EQ(room.title(), kDutyRoom);
    const auto first = eyes_->wait_live(post(1));
    const auto second = eyes_->wait_live(post(2));
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_NE(first->name().find("模拟"), std::string::npos);
    EXPECT_NE(first->name().find("simulated"), std::string::npos);
    join();
    TestViewer at_first({{"H264", "VP8"}, true});
    TestViewer at_second({{"H264", "VP8"}, true});
    watch(at_first, *first);
    watch(at_second, *second);
    EXPECT_TRUE(shows(at_first, 1)) << at_first.frames() << " frames";
    EXPECT_TRUE(shows(at_second, 2)) << at_second.frames() << " frames";
    const auto chimes = [](double level) { return level > kChimes; };
    EXPECT_TRUE(at_first.wait_sound(kFirstChime, chimes));
    EXPECT_TRUE(at_second.wait_sound(kSecondChime, chimes));

    v1::MuteParticipantRequest mute;
    mute.set_participant_id(first->id());
    mute.set_muted(true);
    EXPECT_TRUE(chair_->call(mute).ok()) << "the commander is the chair";

    set_up();
    EXPECT_EQ(rooms().size(), 1u) << "a second start finds the room";
}

TEST_F(DutyRoomTest, TheyAreBackAfterEveryKill) {
    start_people();
    const auto before = eyes_->wait_live(post(1));
    ASSERT_TRUE(before);
    join();

    node_->kill_now();
    ASSERT_TRUE(eyes_->wait(
        [&](const Eyes::Sight& now) { return now.state_of(*before) != v1::STREAM_STATE_LIVE; }));
    start_node();
    auto back = eyes_->wait_live(post(1));
    ASSERT_TRUE(back) << "the node";
    EXPECT_EQ(back->id(), before->id()) << "the same stay";
    {
        TestViewer viewer({{"VP8"}, true});
        watch(viewer, *back);
        EXPECT_TRUE(shows(viewer, 1));

        hub_->kill_now();
        const uint64_t frames = viewer.frames();
        EXPECT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
            return frame.count > frames + 20 && frame.age_ms < 1'500;
        })) << "talk goes on without a hub";
        start_hub();
        const uint64_t later = viewer.frames();
        EXPECT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
            return frame.count > later + 50 && frame.age_ms < 1'500;
        })) << "and with it again";
    }
    back = eyes_->wait_live(post(1));
    ASSERT_TRUE(back) << "the hub";
    EXPECT_EQ(back->id(), before->id());

    people_->kill_now();
    ASSERT_TRUE(eyes_->wait([&](const Eyes::Sight& now) {
        return now.state_of(*before) == v1::STREAM_STATE_STALLED;
    })) << "who vanished without a word";
    start_people();
    back = eyes_->wait_live(post(1));
    ASSERT_TRUE(back) << "the people";
    EXPECT_EQ(back->id(), before->id());
}

TEST_F(DutyRoomTest, WhoIsSentOutStaysOutUntilReadmittedAndWhoEndsHasLeft) {
    start_people();
    const auto out = eyes_->wait_live(post(1));
    const auto in = eyes_->wait_live(post(2));
    ASSERT_TRUE(out);
    ASSERT_TRUE(in);
    v1::RemoveParticipantRequest remove;
    remove.set_participant_id(out->id());
    ASSERT_TRUE(chair_->call(remove).ok());
    ASSERT_TRUE(people_->wait_for_line("sim-01 stays out", kBound)) << people_->err();
    EXPECT_TRUE(eyes_->wait([&](const Eyes::Sight& now) {
        return now.joined(post(1)) == nullptr && now.joined(post(2)) != nullptr;
    }));

    v1::ReadmitParticipantRequest readmit;
    readmit.set_participant_id(out->id());
    ASSERT_TRUE(chair_->call(readmit).ok());
    const auto again = eyes_->wait_live(post(1));
    ASSERT_TRUE(again) << people_->err();
    EXPECT_NE(again->id(), out->id()) << "another stay";

    people_->send(SIGTERM);
    EXPECT_EQ(people_->wait(kBound), 0);
    const auto left = eyes_->wait([&](const Eyes::Sight& now) {
        const auto one = now.participants.find(in->id());
        return one != now.participants.end() && one->second.status() == v1::PARTICIPANT_STATUS_LEFT;
    });
    ASSERT_TRUE(left);
    EXPECT_FALSE(left->participants.at(in->id()).lost()) << "it said goodbye";
}

}  // namespace
}  // namespace muster
