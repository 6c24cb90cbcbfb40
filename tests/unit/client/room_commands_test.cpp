#include <sstream>

#include <gmock/gmock.h>

#include "clients/cpp/cli/cli.h"
#include "hub/base/entity_key.h"
#include "tests/unit/client/fake_hub.h"

namespace muster {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kRoom[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d01";
constexpr char kTwin[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d02";
constexpr char kOtherTwin[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d03";
constexpr char kSeat[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d04";
constexpr char kStream[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d05";
constexpr char kFormer[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d06";

struct Ran {
    Exit exit;
    std::string out;
    std::string err;
};

// A hub with three open rooms, two of one title; in whichever somebody is, and somebody was.
class RoomCommands : public testing::Test {
protected:
    RoomCommands() {
        for (const auto& [id, title] : {std::pair(kRoom, "前指会商"),
                                        std::pair(kTwin, "值班"),
                                        std::pair(kOtherTwin, "值班")}) {
            auto& room = hub_.rooms.emplace_back();
            room.set_id(id);
            room.set_title(title);
            room.set_status(v1::ROOM_STATUS_OPEN);
            room.set_chair_name("总指挥");
        }
        hub_.rooms.front().set_incident_id(FakeHub::kIncident);
        auto& seat = hub_.participants.emplace_back();
        seat.set_id(kSeat);
        seat.set_stream_id(kStream);
        seat.set_name("05席");
        seat.set_status(v1::PARTICIPANT_STATUS_JOINED);
        seat.set_muted(true);
        auto& former = hub_.participants.emplace_back();
        former.set_id(kFormer);
        former.set_name("06席");
        former.set_status(v1::PARTICIPANT_STATUS_LEFT);
        former.set_lost(true);
        hub_.serve = [](size_t, grpc::ServerContext&, grpc::ServerWriter<v1::Frame>& writer) {
            v1::Frame frame;
            auto& state = *frame.add_live()->mutable_participant_state();
            state.set_id(kSeat);
            state.set_version(1);
            state.set_gone(true);
            auto& health = *frame.add_live()->mutable_stream_health();
            health.set_id(kStream);
            health.set_version(2);
            health.set_state(v1::STREAM_STATE_STALLED);
            auto& beat = *frame.mutable_heartbeat();
            beat.set_live_count(2);
            beat.set_live_digest(digest_share(key_of(frame.live(0)), 1) +
                                 digest_share(key_of(frame.live(1)), 2));
            writer.Write(frame);
            return grpc::Status::OK;
        };
    }

    Ran run(std::vector<const char*> words, Language language = Language::english) {
        words.insert(words.begin(), "muster");
        words.insert(words.end(), {"--hub", address_.c_str()});
        std::ostringstream out;
        std::ostringstream err;
        Cli cli(out, err, language);
        const Exit exit = cli.run(static_cast<int>(words.size()), words.data());
        return {exit, out.str(), err.str()};
    }

    FakeHub hub_;
    const std::string address_ = hub_.address().target;
};

TEST_F(RoomCommands, OpenSaysWhatIsWanted) {
    const Ran ran = run({"room",
                         "open",
                         "--title",
                         "前指会商",
                         "--incident",
                         "F2104",
                         "--standing",
                         "--id",
                         kRoom,
                         "--json"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"status\":\"ROOM_STATUS_OPEN\""));
    const auto opened = hub_.heard<v1::OpenRoomRequest>();
    ASSERT_EQ(opened.size(), 1u);
    EXPECT_EQ(opened[0].title(), "前指会商");
    EXPECT_EQ(opened[0].incident_id(), "F2104");
    EXPECT_TRUE(opened[0].standing());
    EXPECT_EQ(opened[0].id(), kRoom);
    EXPECT_NE(opened[0].request_id(), "");
}

TEST_F(RoomCommands, ListIsNarrowedAndWidened) {
    EXPECT_EQ(run({"room", "list", "--json"}).exit, Exit::done);
    const Ran all = run({"room", "list", "--all", "--incident", "F2104", "--json"});
    EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 3);
    const auto lists = hub_.heard<v1::ListRoomsRequest>();
    ASSERT_EQ(lists.size(), 2u);
    EXPECT_FALSE(lists[0].include_closed());
    EXPECT_EQ(lists[0].incident_id(), "");
    EXPECT_TRUE(lists[1].include_closed());
    EXPECT_EQ(lists[1].incident_id(), "F2104");
}

TEST_F(RoomCommands, ATableNamesTheIncident) {
    const Ran table = run({"room", "list"});
    EXPECT_EQ(table.exit, Exit::done) << table.err;
    EXPECT_THAT(table.out, HasSubstr("前指会商  open    0       F2101     总指挥"));
}

TEST_F(RoomCommands, ARoomIsNamedByIdOrByATitleThatOneOpenRoomHas) {
    EXPECT_EQ(run({"room", "close", "前指会商", "--json"}).exit, Exit::done);
    EXPECT_EQ(run({"room", "close", kTwin, "--json"}).exit, Exit::done);
    const Ran unknown = run({"room", "close", "前指", "--json"});
    EXPECT_EQ(unknown.exit, Exit::refused);
    EXPECT_THAT(unknown.err, HasSubstr("No open room is called 前指;"));
    const Ran twins = run({"room", "close", "值班", "--json"});
    EXPECT_EQ(twins.exit, Exit::refused);
    EXPECT_THAT(twins.err, HasSubstr("2 open rooms are called 值班"));
    EXPECT_THAT(twins.err, HasSubstr(kTwin));
    EXPECT_THAT(twins.err, HasSubstr(kOtherTwin));
    EXPECT_THAT(run({"room", "show", "值班"}, Language::chinese).err,
                HasSubstr("有 2 个开着的会商室名为“值班”"));
    const auto closed = hub_.heard<v1::CloseRoomRequest>();
    ASSERT_EQ(closed.size(), 2u);
    EXPECT_EQ(closed[0].id(), kRoom);
    EXPECT_EQ(closed[1].id(), kTwin);
}

TEST_F(RoomCommands, ActsNameTheParticipant) {
    EXPECT_THAT(run({"room", "mute", kSeat, "--json"}).out, HasSubstr("\"muted\":true"));
    EXPECT_THAT(run({"room", "unmute", kSeat, "--json"}).out, HasSubstr("\"muted\":false"));
    EXPECT_EQ(run({"room", "remove", kSeat, "--json"}).exit, Exit::done);
    EXPECT_EQ(run({"room", "readmit", kSeat, "--json"}).exit, Exit::done);
    EXPECT_EQ(run({"room", "add-camera", "前指会商", "港口一号", "--json"}).exit, Exit::done);
    const auto muted = hub_.heard<v1::MuteParticipantRequest>();
    ASSERT_EQ(muted.size(), 2u);
    EXPECT_EQ(muted[0].participant_id(), kSeat);
    EXPECT_TRUE(muted[0].muted());
    EXPECT_FALSE(muted[1].muted());
    EXPECT_EQ(hub_.heard<v1::RemoveParticipantRequest>().at(0).participant_id(), kSeat);
    EXPECT_EQ(hub_.heard<v1::ReadmitParticipantRequest>().at(0).participant_id(), kSeat);
    const auto added = hub_.heard<v1::AddRoomCameraRequest>();
    ASSERT_EQ(added.size(), 1u);
    EXPECT_EQ(added[0].room_id(), kRoom);
    EXPECT_EQ(added[0].camera_id(), "港口一号");
}

TEST_F(RoomCommands, ShowSaysInWordsHowThoseInItAreSeen) {
    const Ran english = run({"room", "show", "前指会商"});
    EXPECT_EQ(english.exit, Exit::done) << english.err;
    EXPECT_THAT(english.out, HasSubstr("incident  F2101\n"));
    EXPECT_THAT(english.out, HasSubstr("chair     总指挥\n"));
    EXPECT_THAT(english.out, HasSubstr("joined, muted, gone"));
    EXPECT_THAT(english.out, HasSubstr("stalled"));
    EXPECT_THAT(english.out, Not(HasSubstr("06席")));
    hub_.rooms[0].set_status(v1::ROOM_STATUS_CLOSED);
    EXPECT_THAT(run({"room", "show", kRoom}).out, HasSubstr("left, lost"));
    hub_.rooms[0].set_status(v1::ROOM_STATUS_OPEN);
    const Ran chinese = run({"room", "show", "前指会商"}, Language::chinese);
    EXPECT_THAT(chinese.out, HasSubstr("主持人  总指挥\n"));
    EXPECT_THAT(chinese.out, HasSubstr("进行中"));
    EXPECT_THAT(chinese.out, HasSubstr("在会、已静音、失联"));
    // An entity, as every verb that shows one.
    const Ran json = run({"room", "show", kRoom, "--json"});
    EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 1);
    EXPECT_THAT(json.out, HasSubstr(std::string("\"id\":\"") + kRoom));
}

TEST_F(RoomCommands, ParticipantsAreThoseWhoAreInUnlessAllAreAskedFor) {
    const Ran in = run({"room", "participants", kRoom, "--json"});
    EXPECT_EQ(std::count(in.out.begin(), in.out.end(), '\n'), 1);
    EXPECT_THAT(in.out, HasSubstr("PARTICIPANT_STATUS_JOINED"));
    const Ran all = run({"room", "participants", "前指会商", "--all"});
    EXPECT_THAT(all.out, HasSubstr("joined, muted"));
    EXPECT_THAT(all.out, HasSubstr("left, lost"));
    EXPECT_THAT(run({"room", "participants", kRoom, "--all"}, Language::chinese).out,
                HasSubstr("已离开、掉线"));
}

TEST_F(RoomCommands, WatchShowsRoomsByTheirNames) {
    hub_.serve = [](size_t, grpc::ServerContext&, grpc::ServerWriter<v1::Frame>& writer) {
        v1::Frame frame;
        auto& room = *frame.add_upserts()->mutable_room();
        room.set_id(kRoom);
        room.set_version(1);
        room.set_status(v1::ROOM_STATUS_OPEN);
        auto& participant = *frame.add_upserts()->mutable_participant();
        participant.set_id(kSeat);
        participant.set_version(3);
        participant.set_status(v1::PARTICIPANT_STATUS_REMOVED);
        auto& state = *frame.add_live()->mutable_participant_state();
        state.set_id(kSeat);
        state.set_version(7);
        auto& beat = *frame.mutable_heartbeat();
        beat.set_count(2);
        beat.set_digest(digest_share(key_of(frame.upserts(0)), 1) +
                        digest_share(key_of(frame.upserts(1)), 3));
        beat.set_live_count(1);
        beat.set_live_digest(digest_share(key_of(frame.live(0)), 7));
        writer.Write(frame);
        return grpc::Status::OK;
    };
    const Ran ran =
        run({"watch", "--once", "--kinds", "room,participant,participant_state", "--json"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    for (const auto* part : {"\"room\":{",
                             "ROOM_STATUS_OPEN",
                             "\"participant\":{",
                             "PARTICIPANT_STATUS_REMOVED",
                             "\"participantState\":{",
                             "\"gone\":false"}) {
        EXPECT_THAT(ran.out, HasSubstr(part));
    }
}

}  // namespace
}  // namespace muster
