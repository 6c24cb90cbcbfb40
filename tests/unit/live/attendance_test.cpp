#include "hub/live/attendance.h"

#include <gmock/gmock.h>

#include "tests/support/manual_clock.h"
#include "tests/support/manual_strand.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kSeat = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
const std::string kOther = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b11";
const std::string kPerson = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b12";
const std::string kCamera = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b13";

EntityPtr stay(const std::string& id, v1::ParticipantStatus status, bool camera = false) {
    v1::Entity entity;
    auto& participant = *entity.mutable_participant();
    participant.set_id(id);
    participant.set_version(1);
    participant.set_status(status);
    if (camera) {
        participant.set_camera_id(kCamera);
    } else {
        participant.set_person_id(kPerson);
    }
    return store_entity(std::move(entity));
}

class AttendanceTest : public testing::Test {
protected:
    AttendanceTest() { attendance_->load(std::vector{stay(kSeat, v1::PARTICIPANT_STATUS_JOINED)}); }

    void change(const EntityPtr& entity) {
        DecidedChange change;
        change.upserts.push_back(entity);
        attendance_->apply({&change, 1});
        strand_.run();
    }
    void advance(milliseconds span) { strand_.advance(span); }
    // Heard every second for a while.
    void talk(const std::string& id, seconds span) {
        for (seconds at{0}; at < span; at += seconds(1)) {
            attendance_->heard(id);
            advance(seconds(1));
        }
    }
    const v1::ParticipantState* shown(const std::string& id = kSeat) {
        strand_.run();
        const auto found = shown_.find({v1::ENTITY_KIND_PARTICIPANT_STATE, *Uuid::parse(id)});
        return found == shown_.end() ? nullptr : &found->second.participant_state();
    }

    ManualClock clock_;
    ManualStrand strand_{clock_};
    std::map<EntityKey, v1::Live> shown_;
    int applied_ = 0;
    std::vector<std::string> lost_;
    std::unique_ptr<Attendance> attendance_ = std::make_unique<Attendance>(
        strand_,
        clock_,
        Attendance::Ports{
            .sink = {.apply =
                         [this](std::span<const v1::Live> live) {
                             for (const auto& entity : live) {
                                 ++applied_;
                                 shown_[key_of(entity)] = entity;
                             }
                         },
                     .remove =
                         [this](std::span<const EntityKey> keys) {
                             for (const auto& key : keys) shown_.erase(key);
                         }},
            .lost = [this](const EntityKey& key) { lost_.push_back(key.id.text()); }});
};

TEST_F(AttendanceTest, ExistsWhileAPersonIsIn) {
    ASSERT_NE(shown(), nullptr);
    EXPECT_FALSE(shown()->gone());
    EXPECT_EQ(from_proto(shown()->heard_at()), clock_.now());
    change(stay(kOther, v1::PARTICIPANT_STATUS_JOINED, true));
    EXPECT_EQ(shown(kOther), nullptr) << "a camera has no device of its own";
    change(stay(kOther, v1::PARTICIPANT_STATUS_JOINED));
    EXPECT_NE(shown(kOther), nullptr);
    EXPECT_EQ(attendance_->size(), 2u);
    const auto before = shown(kOther)->version();
    for (const auto status : {v1::PARTICIPANT_STATUS_LEFT, v1::PARTICIPANT_STATUS_REMOVED}) {
        change(stay(kOther, status));
        EXPECT_EQ(shown(kOther), nullptr);
    }
    change(stay(kOther, v1::PARTICIPANT_STATUS_JOINED));
    EXPECT_GT(shown(kOther)->version(), before);
    DecidedChange removal;
    removal.removals.push_back({v1::ENTITY_KIND_PARTICIPANT, *Uuid::parse(kOther)});
    attendance_->apply({&removal, 1});
    EXPECT_EQ(shown(kOther), nullptr);
}

TEST_F(AttendanceTest, WhoIsSilentForAWhileIsGoneAndComesBackWithAWord) {
    advance(milliseconds(7'499));
    EXPECT_FALSE(shown()->gone());
    // The next sweep.
    advance(milliseconds(501));
    EXPECT_TRUE(shown()->gone());
    EXPECT_EQ(from_proto(shown()->heard_at()), clock_.now() - seconds(8));
    attendance_->heard(kSeat);
    EXPECT_FALSE(shown()->gone());
    EXPECT_EQ(from_proto(shown()->heard_at()), clock_.now());
}

TEST_F(AttendanceTest, WhoVanishesIsGoneWithinTenSecondsOfItsLastPacket) {
    // The node said it last when it was a report and a tick old, just after a sweep.
    constexpr milliseconds kNodesDelay{1'250};
    advance(milliseconds(3'001));
    attendance_->heard(kSeat);
    advance(seconds(10) - kNodesDelay);
    EXPECT_TRUE(shown()->gone());
}

TEST_F(AttendanceTest, SinceWhenSomebodyIsLostIsWhenItWasLastHeard) {
    const EntityKey seat{v1::ENTITY_KIND_PARTICIPANT, *Uuid::parse(kSeat)};
    advance(seconds(5));
    attendance_->heard(kSeat);
    const UtcTime heard = clock_.now();
    advance(milliseconds(29'999));
    EXPECT_EQ(attendance_->lost_since(seat), std::nullopt);
    advance(seconds(3));
    EXPECT_EQ(attendance_->lost_since(seat), heard);
    EXPECT_EQ(attendance_->lost_since({v1::ENTITY_KIND_PARTICIPANT, *Uuid::parse(kOther)}),
              std::nullopt);
    // Reported, and then heard before anybody decided.
    ASSERT_FALSE(lost_.empty());
    attendance_->heard(kSeat);
    EXPECT_EQ(attendance_->lost_since(seat), std::nullopt);
}

TEST_F(AttendanceTest, ATimeInWhichWeWereAwayIsPartOfTheSilence) {
    const EntityKey seat{v1::ENTITY_KIND_PARTICIPANT, *Uuid::parse(kSeat)};
    const UtcTime heard = clock_.now();
    strand_.run();
    clock_.advance(std::chrono::minutes(5));
    strand_.run();
    EXPECT_EQ(attendance_->lost_since(seat), std::nullopt);
    advance(seconds(31));
    EXPECT_EQ(attendance_->lost_since(seat), heard);
}

TEST_F(AttendanceTest, TalkIsNewsEveryTenSecondsOnly) {
    strand_.run();
    applied_ = 0;
    talk(kSeat, seconds(60));
    EXPECT_FALSE(shown()->gone());
    EXPECT_LE(clock_.now() - from_proto(shown()->heard_at()), seconds(11));
    EXPECT_GE(applied_, 5);
    EXPECT_LE(applied_, 7);
    EXPECT_TRUE(lost_.empty());
}

TEST_F(AttendanceTest, WhoIsSilentForThirtySecondsIsReportedUntilItHasLeft) {
    change(stay(kOther, v1::PARTICIPANT_STATUS_JOINED));
    talk(kOther, seconds(29));
    EXPECT_TRUE(lost_.empty());
    talk(kOther, seconds(2));
    EXPECT_EQ(lost_, std::vector{kSeat});
    // The journal could not be written: it is asked for again.
    talk(kOther, seconds(5));
    EXPECT_EQ(lost_.size(), 2u);
    change(stay(kSeat, v1::PARTICIPANT_STATUS_LEFT));
    talk(kOther, seconds(30));
    EXPECT_EQ(lost_.size(), 2u);
}

TEST_F(AttendanceTest, NobodyIsLostInTheQuietTimeAfterAStepOfTheClock) {
    advance(seconds(25));
    clock_.step_wall(std::chrono::hours(1));
    advance(seconds(19));
    EXPECT_TRUE(lost_.empty()) << "44 s of silence, 19 of them after the step";
    EXPECT_TRUE(shown()->gone());
    advance(seconds(2));
    EXPECT_EQ(lost_, std::vector{kSeat});
}

TEST_F(AttendanceTest, AClockThatGoesBackDoesNotHoldNewsBack) {
    clock_.step_wall(-std::chrono::hours(1));
    attendance_->heard(kSeat);
    EXPECT_EQ(from_proto(shown()->heard_at()), clock_.now());
}

TEST_F(AttendanceTest, ATimeInWhichWeWereAwayOurselvesDoesNotCount) {
    strand_.run();
    // A stopped process: the clock goes on, nothing of ours runs.
    clock_.advance(std::chrono::minutes(5));
    strand_.run();
    EXPECT_TRUE(lost_.empty());
    EXPECT_FALSE(shown()->gone());
    advance(seconds(9));
    EXPECT_TRUE(shown()->gone());
    advance(seconds(30));
    EXPECT_EQ(lost_.front(), kSeat);
}

TEST_F(AttendanceTest, ASignOfLifeOfNobodyIsNothing) {
    for (const std::string& id :
         {std::string(), std::string("x"), kOther, std::string(5'000, '0')}) {
        attendance_->heard(id);
    }
    EXPECT_EQ(shown(kOther), nullptr);
    EXPECT_EQ(attendance_->size(), 1u);
}

TEST_F(AttendanceTest, NothingHappensAfterItsEnd) {
    attendance_.reset();
    applied_ = 0;
    advance(seconds(40));
    EXPECT_EQ(applied_, 0);
    EXPECT_TRUE(lost_.empty());
}

}  // namespace
}  // namespace muster
