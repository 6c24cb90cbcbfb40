#include "hub/live/live.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "hub/base/error.h"
#include "tests/support/manual_clock.h"
#include "tests/support/manual_strand.h"

namespace muster {
namespace {

using std::chrono::milliseconds;

const std::string kTeam = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
const std::string kPerson = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b11";
const std::string kStream = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b12";
const std::string kNobody = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2bff";

EntityPtr stored(v1::EntityKind kind, const std::string& id) {
    auto entity = std::make_shared<StoredEntity>();
    entity->key = {kind, *Uuid::parse(id)};
    entity->version = 1;
    return entity;
}

class LiveTest : public testing::Test {
protected:
    LiveTest() {
        live_->load(std::vector{stored(v1::ENTITY_KIND_TEAM, kTeam),
                                stored(v1::ENTITY_KIND_PERSON, kPerson),
                                stored(v1::ENTITY_KIND_STREAM, kStream)});
        strand_.run();
    }
    v1::LocateTeamRequest fix(double lat_deg) {
        v1::LocateTeamRequest fix;
        fix.mutable_at()->set_lat_deg(lat_deg);
        fix.mutable_at()->set_lon_deg(121);
        *fix.mutable_fix_at() = to_proto(clock_.now());
        return fix;
    }
    Result<v1::Position> locate(const v1::LocateTeamRequest& fix, const std::string& team = kTeam) {
        return live_->locate(team, fix, v1::POSITION_SOURCE_DEVICE);
    }
    void remove(v1::EntityKind kind, const std::string& id) {
        DecidedChange change;
        change.removals.push_back({kind, *Uuid::parse(id)});
        live_->apply({&change, 1});
    }
    void settle() { strand_.advance(milliseconds(1000)); }
    // What the picture has.
    const v1::Live* shown(v1::EntityKind kind, const std::string& id) {
        const auto found = shown_.find({kind, *Uuid::parse(id)});
        return found == shown_.end() ? nullptr : &found->second;
    }
    const v1::StreamHealth& health() {
        return shown(v1::ENTITY_KIND_STREAM_HEALTH, kStream)->stream_health();
    }

    ManualClock clock_;
    ManualStrand strand_{clock_};
    std::map<EntityKey, v1::Live> shown_;
    int applied_ = 0;
    std::unique_ptr<LiveState> live_ =
        std::make_unique<LiveState>(strand_,
                                    clock_,
                                    LiveSink{[this](std::span<const v1::Live> live) {
                                                 for (const auto& entity : live) {
                                                     ++applied_;
                                                     shown_[key_of(entity)] = entity;
                                                 }
                                             },
                                             [this](std::span<const EntityKey> keys) {
                                                 for (const auto& key : keys) shown_.erase(key);
                                             }});
};

TEST_F(LiveTest, A_fix_is_answered_and_shown) {
    const auto position = locate(fix(31));
    ASSERT_TRUE(position.ok());
    EXPECT_EQ(position->id(), kTeam);
    EXPECT_EQ(position->version(), 1u);
    EXPECT_EQ(position->source(), v1::POSITION_SOURCE_DEVICE);
    settle();
    EXPECT_EQ(shown(v1::ENTITY_KIND_POSITION, kTeam)->position().at().lat_deg(), 31);
    EXPECT_EQ(live_->position(kTeam)->at().lat_deg(), 31);
    EXPECT_EQ(live_->positions().size(), 1u);
    EXPECT_FALSE(live_->position(kNobody));
}

TEST_F(LiveTest, An_older_fix_and_a_repeated_one_change_nothing) {
    const auto old = fix(30);
    clock_.advance(std::chrono::seconds(1));
    const auto current = fix(31);
    ASSERT_TRUE(locate(current).ok());
    EXPECT_EQ(locate(old)->at().lat_deg(), 31);
    EXPECT_EQ(locate(current)->version(), 1u);
    EXPECT_EQ(live_->position(kTeam)->version(), 1u);
}

TEST_F(LiveTest, A_clock_that_is_ahead_does_not_silence_later_fixes) {
    auto ahead = fix(30);
    *ahead.mutable_fix_at() = to_proto(clock_.now() + std::chrono::hours(5));
    EXPECT_EQ(locate(ahead)->fix_at().seconds(), to_proto(clock_.now()).seconds());
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(locate(fix(31))->at().lat_deg(), 31);
}

TEST_F(LiveTest, A_fix_without_time_is_one_of_now) {
    auto now = fix(31);
    now.clear_fix_at();
    EXPECT_EQ(locate(now)->fix_at().seconds(), to_proto(clock_.now()).seconds());
}

TEST_F(LiveTest, Bounds_of_a_fix_are_kept) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refused = [this](auto change) {
        auto wrong = fix(31);
        change(wrong);
        const auto result = locate(wrong);
        if (result.ok()) return std::string("accepted");
        EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
        return detail_of(result.status())->field();
    };
    using Fix = v1::LocateTeamRequest;
    EXPECT_EQ(refused([](Fix& fix) { fix.clear_at(); }), "at");
    EXPECT_EQ(refused([](Fix& fix) { fix.mutable_at()->set_lat_deg(90.1); }), "at.lat_deg");
    EXPECT_EQ(refused([&](Fix& fix) { fix.mutable_at()->set_lon_deg(nan); }), "at.lon_deg");
    EXPECT_EQ(refused([](Fix& fix) { fix.set_accuracy_m(-1); }), "accuracy_m");
    EXPECT_EQ(refused([](Fix& fix) { fix.set_accuracy_m(100'001); }), "accuracy_m");
    EXPECT_EQ(refused([](Fix& fix) { fix.set_heading_deg(360); }), "heading_deg");
    EXPECT_EQ(refused([&](Fix& fix) { fix.set_heading_deg(nan); }), "heading_deg");
    EXPECT_EQ(refused([](Fix& fix) { fix.set_speed_mps(201); }), "speed_mps");
    EXPECT_NE(refused([](Fix& fix) {
                  fix.mutable_fix_at()->set_seconds(std::numeric_limits<int64_t>::max());
              }),
              "accepted");
    EXPECT_EQ(locate(fix(31), kNobody).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(locate(fix(31), "x").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LiveTest, Many_changes_of_one_entity_become_one) {
    settle();
    applied_ = 0;
    for (int i = 0; i < 100; ++i) {
        clock_.advance(std::chrono::microseconds(10));
        ASSERT_TRUE(locate(fix(30 + i * 0.01)).ok());
        strand_.run();
    }
    settle();
    EXPECT_EQ(applied_, 2) << "the first at once, the rest together";
    EXPECT_EQ(shown(v1::ENTITY_KIND_POSITION, kTeam)->position().version(), 100u);
}

TEST_F(LiveTest, A_removed_team_has_no_position_and_a_new_one_no_old_version) {
    ASSERT_TRUE(locate(fix(30)).ok());
    clock_.advance(std::chrono::seconds(1));
    ASSERT_TRUE(locate(fix(31)).ok());
    settle();
    remove(v1::ENTITY_KIND_TEAM, kTeam);
    settle();
    EXPECT_EQ(shown(v1::ENTITY_KIND_POSITION, kTeam), nullptr);
    EXPECT_EQ(locate(fix(31)).status().code(), absl::StatusCode::kNotFound);
    live_->load(std::vector{stored(v1::ENTITY_KIND_TEAM, kTeam)});
    EXPECT_GT(locate(fix(31))->version(), 2u);
}

TEST_F(LiveTest, Presence_counts_streams_and_says_when_somebody_was_heard) {
    const auto presence = [this]() -> const v1::Presence& {
        settle();
        return shown(v1::ENTITY_KIND_PRESENCE, kPerson)->presence();
    };
    live_->stream_opened(kPerson);
    live_->stream_opened(kPerson);
    EXPECT_EQ(presence().streams(), 2u);
    live_->stream_closed(kPerson);
    live_->stream_closed(kPerson);
    live_->stream_closed(kPerson);
    EXPECT_EQ(presence().streams(), 0u);
    const auto version = presence().version();
    live_->heard(kPerson);
    EXPECT_EQ(presence().version(), version) << "heard a moment ago";
    clock_.advance(std::chrono::seconds(10));
    live_->heard(kPerson);
    EXPECT_GT(presence().version(), version);
    live_->heard(kNobody);
    settle();
    EXPECT_EQ(shown(v1::ENTITY_KIND_PRESENCE, kNobody), nullptr);
}

TEST_F(LiveTest, Presence_is_dropped_after_a_shift_without_a_word) {
    live_->heard(kPerson);
    settle();
    strand_.advance(std::chrono::hours(11));
    EXPECT_NE(shown(v1::ENTITY_KIND_PRESENCE, kPerson), nullptr);
    strand_.advance(std::chrono::hours(2));
    EXPECT_EQ(shown(v1::ENTITY_KIND_PRESENCE, kPerson), nullptr);
    live_->stream_opened(kPerson);
    strand_.advance(std::chrono::hours(13));
    EXPECT_NE(shown(v1::ENTITY_KIND_PRESENCE, kPerson), nullptr) << "the stream is still open";
}

v1::StreamHealth running() {
    v1::StreamHealth health;
    health.set_id(kStream);
    health.set_state(v1::STREAM_STATE_LIVE);
    health.set_fps(25);
    health.set_codec("H264");
    return health;
}

TEST_F(LiveTest, Health_follows_the_node) {
    EXPECT_EQ(health().state(), v1::STREAM_STATE_NO_NODE);
    EXPECT_EQ(health().reason().code(), "media.no_node");
    live_->report(std::vector{running()});
    settle();
    EXPECT_EQ(health().state(), v1::STREAM_STATE_NO_NODE) << "no node, no report";
    live_->node_attached();
    settle();
    EXPECT_EQ(health().state(), v1::STREAM_STATE_IDLE);
    EXPECT_FALSE(health().has_reason());
    live_->report(std::vector{running()});
    settle();
    EXPECT_EQ(health().fps(), 25);
    const auto since = health().since().seconds();
    const auto version = health().version();
    clock_.advance(std::chrono::seconds(5));
    live_->report(std::vector{running()});
    settle();
    EXPECT_EQ(health().version(), version) << "nothing new";
    auto slower = running();
    slower.set_fps(20);
    live_->report(std::vector{slower});
    settle();
    EXPECT_EQ(health().fps(), 20);
    EXPECT_EQ(health().since().seconds(), since);
    live_->node_gone();
    settle();
    EXPECT_EQ(health().state(), v1::STREAM_STATE_NO_NODE);
    EXPECT_EQ(health().viewers(), 0u);
    EXPECT_GT(health().since().seconds(), since);
}

TEST_F(LiveTest, A_removed_stream_has_no_health) {
    live_->node_attached();
    remove(v1::ENTITY_KIND_STREAM, kStream);
    live_->report(std::vector{running()});
    settle();
    EXPECT_EQ(shown(v1::ENTITY_KIND_STREAM_HEALTH, kStream), nullptr);
}

EntityPtr stay(const std::string& stream_id, v1::ParticipantStatus status, bool camera = false) {
    v1::Entity entity;
    auto& participant = *entity.mutable_participant();
    participant.set_id("0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b20");
    participant.set_version(1);
    participant.set_stream_id(stream_id);
    participant.set_status(status);
    if (!camera) participant.set_person_id(kPerson);
    return store_entity(std::move(entity));
}

TEST_F(LiveTest, What_a_person_in_a_room_publishes_has_a_health) {
    const std::string published = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b21";
    const auto change = [this](const EntityPtr& entity) {
        DecidedChange change;
        change.upserts.push_back(entity);
        live_->apply({&change, 1});
        settle();
    };
    live_->node_attached();
    change(stay(published, v1::PARTICIPANT_STATUS_JOINED));
    const auto* shown_health = shown(v1::ENTITY_KIND_STREAM_HEALTH, published);
    ASSERT_NE(shown_health, nullptr);
    EXPECT_EQ(shown_health->stream_health().state(), v1::STREAM_STATE_IDLE);
    auto talking = running();
    talking.set_id(published);
    talking.set_audio_bitrate_bps(32'000);
    live_->report(std::vector{talking});
    // A mute is a new version of the stay: its health goes on.
    change(stay(published, v1::PARTICIPANT_STATUS_JOINED));
    shown_health = shown(v1::ENTITY_KIND_STREAM_HEALTH, published);
    EXPECT_EQ(shown_health->stream_health().state(), v1::STREAM_STATE_LIVE);
    EXPECT_EQ(shown_health->stream_health().audio_bitrate_bps(), 32'000u);
    change(stay(published, v1::PARTICIPANT_STATUS_LEFT));
    EXPECT_EQ(shown(v1::ENTITY_KIND_STREAM_HEALTH, published), nullptr);
    // A camera that leaves a room keeps its own.
    change(stay(kStream, v1::PARTICIPANT_STATUS_LEFT, true));
    EXPECT_NE(shown(v1::ENTITY_KIND_STREAM_HEALTH, kStream), nullptr);
}

// Serialized and parsed again, as it goes to every client.
bool arrives(const v1::StreamHealth& health) {
    v1::StreamHealth read;
    return read.ParseFromString(health.SerializeAsString());
}

TEST_F(LiveTest, A_report_is_cut_between_characters) {
    live_->node_attached();
    v1::StreamHealth wide = running();
    wide.set_codec("视频编码视频编码");
    wide.mutable_reason()->set_code(std::string(63, 'x') + "码");
    std::string words;
    while (words.size() < 1'000) words += "频";
    (*wide.mutable_reason()->mutable_args())["a" + words] = words;
    live_->report(std::vector{wide});
    settle();
    EXPECT_EQ(health().codec(), "视频编码视");
    EXPECT_EQ(health().reason().code(), std::string(63, 'x'));
    EXPECT_EQ(health().reason().args().begin()->first.size(), 64u);
    EXPECT_EQ(health().reason().args().begin()->second.size(), 510u);
    EXPECT_TRUE(arrives(health()));
}

TEST_F(LiveTest, A_report_that_is_no_utf8_is_readable_for_clients) {
    live_->node_attached();
    v1::StreamHealth odd = running();
    odd.set_codec(
        "H\xff"
        "4");
    odd.mutable_reason()->set_code("media.\xc0");
    (*odd.mutable_reason()->mutable_args())["wh\xe8"] = "\xed\xa0\x80";
    ASSERT_FALSE(arrives(odd));
    live_->report(std::vector{odd});
    settle();
    EXPECT_EQ(health().codec(),
              "H\xef\xbf\xbd"
              "4");
    EXPECT_TRUE(arrives(health()));
}

TEST_F(LiveTest, A_report_out_of_bounds_is_cut_to_size) {
    live_->node_attached();
    auto wild = running();
    wild.set_fps(std::numeric_limits<double>::infinity());
    wild.set_codec(std::string(10'000, 'x'));
    wild.set_width_px(1'000'000);
    wild.mutable_reason()->set_code(std::string(10'000, 'c'));
    for (int i = 0; i < 100; ++i) {
        (*wild.mutable_reason()->mutable_args())[std::to_string(i)] = std::string(10'000, 'v');
    }
    wild.mutable_last_packet_at()->set_seconds(std::numeric_limits<int64_t>::max());
    auto unknown_state = running();
    unknown_state.set_state(static_cast<v1::StreamState>(99));
    live_->report(std::vector{wild, unknown_state});
    settle();
    EXPECT_EQ(health().state(), v1::STREAM_STATE_LIVE);
    EXPECT_EQ(health().fps(), 0);
    EXPECT_EQ(health().codec().size(), 16u);
    EXPECT_EQ(health().reason().code().size(), 64u);
    EXPECT_EQ(health().reason().args_size(), 16);
    EXPECT_FALSE(health().has_last_packet_at());
    EXPECT_LE(health().ByteSizeLong(), 16u * 1024);
}

TEST_F(LiveTest, Nothing_happens_after_its_end) {
    ASSERT_TRUE(locate(fix(31)).ok());
    live_.reset();
    applied_ = 0;
    settle();
    EXPECT_EQ(applied_, 0);
}

}  // namespace
}  // namespace muster
