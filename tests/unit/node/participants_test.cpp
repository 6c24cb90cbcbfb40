// Who is in rooms, as the node follows it, and how what they publish does.
#include "media/participants.h"

#include <gmock/gmock.h>

#include "tests/support/manual_strand.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kAlice[] = "01000000-0000-7000-8000-00000000000a";
constexpr char kBob[] = "01000000-0000-7000-8000-00000000000b";
constexpr char kAliceStream[] = "01000000-0000-7000-8000-0000000000aa";
constexpr char kBobStream[] = "01000000-0000-7000-8000-0000000000bb";

struct FakeFanout final : ParticipantsPort {
    void end_participant(const std::string& id) override { ended.push_back(id); }
    void forget(const std::string& id) override { forgotten.push_back(id); }
    void set_muted(const std::string& id, bool on) override { muted.emplace_back(id, on); }
    std::vector<std::string> take_heard() override { return std::exchange(heard, {}); }
    std::optional<PublisherStats> publisher_stats(const std::string& id) const override {
        const auto found = stats.find(id);
        if (found == stats.end()) return std::nullopt;
        return found->second;
    }

    std::vector<std::string> ended;
    std::vector<std::string> forgotten;
    std::vector<std::pair<std::string, bool>> muted;
    std::vector<std::string> heard;
    std::map<std::string, PublisherStats> stats;
};

class ParticipantsTest : public testing::Test {
protected:
    static media::v1::DesiredParticipant one(const char* id,
                                             const char* stream,
                                             bool muted = false) {
        media::v1::DesiredParticipant participant;
        participant.set_participant_id(id);
        participant.set_stream_id(stream);
        participant.set_muted(muted);
        return participant;
    }
    void desire(const std::vector<media::v1::DesiredParticipant>& all) {
        media::v1::DesiredState state;
        for (const auto& participant : all) *state.add_participants() = participant;
        participants_.apply(state.participants());
    }
    void desire_both() { desire({one(kAlice, kAliceStream), one(kBob, kBobStream)}); }

    // As the fan-out counts while packets come.
    void send_packets() {
        auto& stats = fanout_.stats[kAliceStream];
        stats.connected = true;
        stats.last_packet_at = clock_.now();
        stats.video.packets += 10;
        stats.video.codec = Codec::vp8;
        stats.video.fps = 15;
        stats.video.bitrate_bps = 300'000;
        stats.video.width_px = 320;
        stats.video.height_px = 180;
        stats.audio_bitrate_bps = 24'000;
    }
    void send_packets_for(milliseconds span) {
        for (milliseconds gone{0}; gone < span; gone += milliseconds(100)) {
            send_packets();
            strand_.advance(milliseconds(100));
        }
    }
    const v1::StreamHealth& last() const { return told_.back(); }

    ManualClock clock_;
    ManualStrand strand_{clock_};
    FakeFanout fanout_;
    std::vector<v1::StreamHealth> told_;
    std::vector<std::vector<std::string>> heard_;
    Participants participants_{
        strand_,
        clock_,
        fanout_,
        {[this](const v1::StreamHealth& health) { told_.push_back(health); },
         [this](std::vector<std::string> ids) { heard_.push_back(std::move(ids)); }}};
};

TEST_F(ParticipantsTest, WhoIsNotNamedAnyMoreEndsAtOnce) {
    desire_both();
    EXPECT_TRUE(participants_.is_in(kAlice));
    EXPECT_TRUE(participants_.owns(kAlice, kAliceStream));
    EXPECT_FALSE(participants_.owns(kAlice, kBobStream));
    EXPECT_TRUE(participants_.knows(kBobStream));
    desire_both();
    EXPECT_THAT(fanout_.ended, IsEmpty()) << "the same again changes nothing";
    desire({one(kBob, kBobStream)});
    EXPECT_THAT(fanout_.ended, ElementsAre(kAlice));
    EXPECT_THAT(fanout_.forgotten, ElementsAre(kAliceStream));
    EXPECT_FALSE(participants_.is_in(kAlice));
    EXPECT_FALSE(participants_.knows(kAliceStream));
    EXPECT_TRUE(participants_.is_in(kBob));
}

TEST_F(ParticipantsTest, MutesWhenItChanges) {
    desire({one(kAlice, kAliceStream, true), one(kBob, kBobStream)});
    desire({one(kAlice, kAliceStream, true), one(kBob, kBobStream, true)});
    desire({one(kAlice, kAliceStream), one(kBob, kBobStream, true)});
    EXPECT_THAT(fanout_.muted,
                ElementsAre(std::pair(std::string(kAliceStream), true),
                            std::pair(std::string(kBobStream), true),
                            std::pair(std::string(kAliceStream), false)));
}

TEST_F(ParticipantsTest, WhatCannotBeIsLeftOutAndTooManyChangeNothing) {
    desire({one("alice", kAliceStream), one(kAlice, "stream"), one(kBob, kBobStream)});
    EXPECT_FALSE(participants_.is_in("alice"));
    EXPECT_FALSE(participants_.is_in(kAlice));
    EXPECT_TRUE(participants_.is_in(kBob));
    desire({one(kBob, kBobStream), one(kBob, kAliceStream), one(kAlice, kBobStream)});
    EXPECT_TRUE(participants_.owns(kBob, kBobStream)) << "the first one counts";
    EXPECT_FALSE(participants_.is_in(kAlice));
    desire(std::vector(20'001, one(kAlice, kAliceStream)));
    EXPECT_TRUE(participants_.is_in(kBob));
    EXPECT_FALSE(participants_.is_in(kAlice));
}

TEST_F(ParticipantsTest, WhoWasHeardIsToldOnceASecond) {
    desire_both();
    strand_.advance(seconds(1));
    EXPECT_THAT(heard_, IsEmpty());
    fanout_.heard = {kBob, kAlice, "somebody who left"};
    strand_.advance(seconds(3));
    ASSERT_EQ(heard_.size(), 1u);
    EXPECT_THAT(heard_[0], UnorderedElementsAre(kAlice, kBob));
    for (int i = 0; i < 40; ++i) {
        fanout_.heard = {kBob};
        strand_.advance(milliseconds(100));
    }
    EXPECT_GE(heard_.size(), 4u);
    EXPECT_LE(heard_.size(), 6u);
}

TEST_F(ParticipantsTest, AStreamLivesWhilePacketsCome) {
    desire({one(kAlice, kAliceStream)});
    ASSERT_EQ(told_.size(), 1u);
    EXPECT_EQ(last().id(), kAliceStream);
    EXPECT_EQ(last().state(), v1::STREAM_STATE_IDLE);
    EXPECT_EQ(last().reason().code(), "media.publisher_none");
    strand_.advance(seconds(5));
    EXPECT_EQ(told_.size(), 1u) << "nothing changed";

    fanout_.stats[kAliceStream] = {};
    strand_.advance(milliseconds(200));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_CONNECTING);
    EXPECT_FALSE(last().has_reason());

    told_.clear();
    send_packets_for(seconds(10));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);
    EXPECT_EQ(last().codec(), "VP8");
    EXPECT_EQ(last().fps(), 15);
    EXPECT_EQ(last().bitrate_bps(), 300'000u);
    EXPECT_EQ(last().audio_bitrate_bps(), 24'000u);
    EXPECT_EQ(last().width_px(), 320u);
    EXPECT_EQ(last().height_px(), 180u);
    EXPECT_TRUE(last().has_last_packet_at());
    EXPECT_GE(told_.size(), 9u) << "once a second";
    EXPECT_LE(told_.size(), 12u);

    // The wall's clock being set is no packet, and no silence.
    clock_.step_wall(std::chrono::hours(-1));
    send_packets_for(seconds(1));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);

    strand_.advance(milliseconds(2'800));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);
    strand_.advance(milliseconds(600));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_STALLED);
    EXPECT_EQ(last().reason().code(), "media.publisher_stalled");
    EXPECT_EQ(last().fps(), 0);
    EXPECT_EQ(last().bitrate_bps(), 0u);
    send_packets_for(milliseconds(400));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);

    fanout_.stats.clear();
    strand_.advance(milliseconds(200));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_IDLE);
    EXPECT_EQ(last().codec(), "");
}

TEST_F(ParticipantsTest, OneThatConnectsAndSendsNothingStalls) {
    desire({one(kAlice, kAliceStream)});
    strand_.advance(seconds(60));
    fanout_.stats[kAliceStream].connected = true;
    strand_.advance(seconds(2));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_CONNECTING);
    strand_.advance(seconds(2));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_STALLED);
}

TEST_F(ParticipantsTest, WhoWasCutOffIsSaid) {
    desire({one(kAlice, kAliceStream)});
    send_packets_for(seconds(1));
    fanout_.stats[kAliceStream].connected = false;
    fanout_.stats[kAliceStream].trouble = {"media.too_fast", {{"mbps", "20.1"}, {"limit", "4"}}};
    strand_.advance(milliseconds(200));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_FAILED);
    EXPECT_EQ(last().reason().code(), "media.too_fast");
    EXPECT_EQ(last().reason().args().at("mbps"), "20.1");
}

TEST_F(ParticipantsTest, WhoIsMutedOrSendsSoundAloneHasNoSuchFigures) {
    desire({one(kAlice, kAliceStream)});
    send_packets_for(seconds(1));
    fanout_.stats[kAliceStream].muted = true;
    send_packets_for(milliseconds(1'200));
    EXPECT_EQ(last().audio_bitrate_bps(), 0u);
    fanout_.stats[kAliceStream].muted = false;
    fanout_.stats[kAliceStream].video = {};
    strand_.advance(milliseconds(1'200));
    EXPECT_EQ(last().audio_bitrate_bps(), 24'000u);
    EXPECT_EQ(last().codec(), "");
}

TEST_F(ParticipantsTest, ViewersAreToldSoonAndTheHubHearsAllAgain) {
    desire_both();
    told_.clear();
    strand_.advance(seconds(1));
    participants_.set_viewers(kBobStream, 3);
    participants_.set_viewers("a camera's", 9);
    strand_.advance(milliseconds(200));
    ASSERT_EQ(told_.size(), 1u);
    EXPECT_EQ(last().id(), kBobStream);
    EXPECT_EQ(last().viewers(), 3u);
    told_.clear();
    participants_.report_all();
    EXPECT_EQ(told_.size(), 2u);
}

}  // namespace
}  // namespace muster
