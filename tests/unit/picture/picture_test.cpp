#include "hub/picture/picture.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tests/unit/picture/mirror.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Uuid id_of(int n) {
    Uuid id;
    id.bytes[0] = 0x11;
    id.bytes[14] = static_cast<uint8_t>(n >> 8);
    id.bytes[15] = static_cast<uint8_t>(n);
    return id;
}

EntityPtr stored(const v1::Entity& message) {
    auto entity = std::make_shared<StoredEntity>();
    entity->key = key_of(message);
    entity->version = version_of(message);
    entity->message = message;
    entity->bytes = message.SerializeAsString();
    return entity;
}

EntityPtr team(int n, uint32_t version, const std::string& name = "team") {
    v1::Entity entity;
    entity.mutable_team()->set_id(id_of(n).text());
    entity.mutable_team()->set_version(version);
    entity.mutable_team()->set_name(name);
    return stored(entity);
}

v1::Live position(int n, uint32_t version) {
    v1::Live live;
    live.mutable_position()->set_id(id_of(n).text());
    live.mutable_position()->set_version(version);
    live.mutable_position()->set_speed_mps(version);
    return live;
}

KindSet kinds(std::initializer_list<v1::EntityKind> list) {
    KindSet set;
    for (const auto kind : list) set.set(static_cast<size_t>(kind));
    return set;
}
const KindSet kAll = KindSet{}.set();
const KindSet kTeams = kinds({v1::ENTITY_KIND_TEAM});
const KindSet kPositions = kinds({v1::ENTITY_KIND_POSITION});

v1::Frame parse(const FrameBytes& bytes) {
    v1::Frame frame;
    EXPECT_TRUE(bytes != nullptr && frame.ParseFromString(*bytes));
    return frame;
}

class PictureTest : public testing::Test {
protected:
    std::unique_ptr<Picture> make(int boot = 1, PictureOptions options = {}) {
        // Frames of full size from the beginning, unless a test is about that.
        options.proven_bytes = pace_ ? options.proven_bytes : 0;
        return std::make_unique<Picture>(clock_, id_of(1000), id_of(2000 + boot), "b1", options);
    }
    // The state at `sequence`, each entity as old as that.
    static void load(Picture& picture, const std::vector<EntityPtr>& entities, uint64_t sequence) {
        std::vector<LoadedEntity> loaded;
        for (const auto& entity : entities) loaded.push_back({entity, sequence});
        picture.load(std::move(loaded), {}, sequence);
    }
    void change(Picture& picture,
                std::vector<EntityPtr> upserts,
                std::vector<EntityKey> gone = {}) {
        DecidedChange change;
        change.sequence = ++sequence_;
        change.upserts = std::move(upserts);
        change.removals = std::move(gone);
        picture.apply({&change, 1});
    }
    static std::unique_ptr<Subscriber> subscribe(Picture& picture,
                                                 const KindSet& view,
                                                 const std::string& token = {}) {
        return picture.subscribe({view}, token, [] {});
    }
    // Everything that there is to read now.
    static std::vector<v1::Frame> drain(Subscriber& subscriber, Mirror* mirror = nullptr) {
        std::vector<v1::Frame> frames;
        while (const auto bytes = subscriber.next()) {
            if (mirror != nullptr) mirror->apply(*bytes);
            frames.push_back(parse(bytes));
            if (frames.size() > 10'000) {
                ADD_FAILURE() << "the picture does not come to an end";
                break;
            }
        }
        return frames;
    }

    ManualClock clock_;
    uint64_t sequence_ = 0;
    bool pace_ = false;
};

TEST_F(PictureTest, A_new_reader_gets_a_snapshot_and_at_once_the_proof_of_it) {
    auto picture = make();
    change(*picture, {team(1, 1), team(2, 1)});
    picture->apply_live(std::vector{position(1, 1)});
    auto reader = subscribe(*picture, kAll);

    const auto snapshot = parse(reader->next());
    EXPECT_TRUE(snapshot.reset());
    EXPECT_FALSE(snapshot.more());
    EXPECT_EQ(snapshot.upserts_size(), 2);
    EXPECT_EQ(snapshot.live_size(), 1);

    const auto& proof = snapshot;
    EXPECT_EQ(proof.heartbeat().sequence(), 1u);
    EXPECT_EQ(proof.heartbeat().live_revision(), 1u);
    EXPECT_EQ(proof.heartbeat().count(), 2u);
    EXPECT_EQ(proof.heartbeat().live_count(), 1u);
    EXPECT_EQ(proof.heartbeat().build(), "b1");
    EXPECT_EQ(proof.heartbeat().server_time().seconds(), 1'800'000'000);
    EXPECT_EQ(reader->next(), nullptr);
}

TEST_F(PictureTest, An_empty_picture_says_that_it_is_empty) {
    auto picture = make();
    auto reader = subscribe(*picture, kAll);
    const auto frame = parse(reader->next());
    EXPECT_TRUE(frame.reset());
    EXPECT_TRUE(frame.has_heartbeat());
    EXPECT_EQ(frame.heartbeat().count(), 0u);
    EXPECT_EQ(reader->next(), nullptr);
}

TEST_F(PictureTest, The_digest_is_the_one_of_the_contract) {
    // FNV-1a-64 of 03, 11 00*13 00 07, 05 00 00 00, computed by hand.
    uint64_t expected = 0xcbf29ce484222325;
    std::string bytes{"\x03\x11", 2};
    bytes += std::string(14, '\0') + "\x07" + std::string("\x05\0\0\0", 4);
    for (const char c : bytes) expected = (expected ^ static_cast<uint8_t>(c)) * 0x100000001b3;

    auto picture = make();
    change(*picture, {team(7, 5)});
    auto reader = subscribe(*picture, kTeams);
    const auto frames = drain(*reader);
    EXPECT_EQ(frames.back().heartbeat().digest(), expected);
    EXPECT_EQ(frames.back().heartbeat().live_digest(), 0u);
}

TEST_F(PictureTest, A_slow_reader_gets_the_newest_state_once) {
    auto picture = make();
    auto reader = subscribe(*picture, kAll);
    drain(*reader);
    for (uint32_t version = 1; version <= 50; ++version) {
        change(*picture, {team(1, version, "v" + std::to_string(version))});
        picture->apply_live(std::vector{position(1, version)});
    }
    const auto frame = parse(reader->next());
    ASSERT_EQ(frame.upserts_size(), 1);
    EXPECT_EQ(frame.upserts(0).team().name(), "v50");
    ASSERT_EQ(frame.live_size(), 1);
    EXPECT_EQ(frame.live(0).position().version(), 50u);
    EXPECT_EQ(reader->next(), nullptr);
}

TEST_F(PictureTest, Readers_at_the_same_place_share_a_frame) {
    auto picture = make();
    change(*picture, {team(1, 1)});
    auto one = subscribe(*picture, kAll);
    auto two = subscribe(*picture, kAll);
    EXPECT_EQ(one->next(), two->next());
    // Readers whose snapshots began at different times meet.
    drain(*one);
    drain(*two);
    change(*picture, {team(2, 1)});
    auto three = subscribe(*picture, kAll);
    drain(*three);
    drain(*one);
    drain(*two);
    change(*picture, {team(1, 2)});
    const auto frame = one->next();
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(two->next(), frame);
    EXPECT_EQ(three->next(), frame);
    auto other_view = subscribe(*picture, kTeams);
    EXPECT_NE(other_view->next(), frame);
}

TEST_F(PictureTest, Nothing_is_serialised_again) {
    auto picture = make();
    // Bytes that protobuf would write in another way: an unknown field before the team.
    auto odd = std::make_shared<StoredEntity>(*team(1, 1));
    odd->bytes = std::string("\xf8\x3e\x01", 3) + odd->bytes;
    change(*picture, {odd});
    auto reader = subscribe(*picture, kAll);
    EXPECT_NE(reader->next()->find(odd->bytes), std::string::npos);
}

TEST_F(PictureTest, A_frame_is_cut_at_its_bound_and_says_that_more_follows) {
    PictureOptions options;
    options.frame_bytes = 1000;
    auto picture = make(1, options);
    std::vector<EntityPtr> teams;
    for (int n = 0; n < 40; ++n) teams.push_back(team(n, 1, std::string(50, 'x')));
    teams.push_back(team(99, 1, std::string(5000, 'y')));
    change(*picture, teams);
    auto reader = subscribe(*picture, kAll);
    size_t got = 0;
    for (bool more = true; more;) {
        const auto bytes = reader->next();
        const auto frame = parse(bytes);
        EXPECT_TRUE(bytes->size() <= 1000 || frame.upserts_size() == 1) << bytes->size();
        EXPECT_EQ(frame.reset(), got == 0);
        got += static_cast<size_t>(frame.upserts_size());
        more = frame.more();
        EXPECT_EQ(frame.has_heartbeat(), !more);
    }
    EXPECT_EQ(got, teams.size());
    EXPECT_EQ(reader->next(), nullptr);
}

TEST_F(PictureTest, A_snapshot_costs_little_more_than_its_entities) {
    auto picture = make();
    size_t stored_bytes = 0;
    constexpr int kCount = 2000;
    for (int n = 0; n < kCount; ++n) {
        const auto entity = team(n, 1, std::string(150, 'x'));
        stored_bytes += entity->bytes.size();
        change(*picture, {entity});
    }
    auto reader = subscribe(*picture, kAll);
    size_t sent_bytes = 0;
    size_t frames = 0;
    for (bool more = true; more; ++frames) {
        const auto bytes = reader->next();
        ASSERT_LE(bytes->size(), PictureOptions{}.frame_bytes);
        sent_bytes += bytes->size();
        more = parse(bytes).more();
    }
    EXPECT_LE(frames, stored_bytes / PictureOptions{}.frame_bytes + 2);
    EXPECT_LE(sent_bytes, stored_bytes + kCount * 3 + frames * 128 + 128);
}

TEST_F(PictureTest, A_removal_goes_to_those_who_knew_the_entity) {
    auto picture = make();
    change(*picture, {team(1, 1), team(2, 1)});
    auto knew = subscribe(*picture, kAll);
    drain(*knew);
    change(*picture, {}, {{v1::ENTITY_KIND_TEAM, id_of(1)}});
    const auto frame = parse(knew->next());
    ASSERT_EQ(frame.removals_size(), 1);
    EXPECT_EQ(frame.removals(0).id(), id_of(1).text());
    EXPECT_EQ(frame.removals(0).kind(), v1::ENTITY_KIND_TEAM);
    auto came_later = subscribe(*picture, kAll);
    EXPECT_EQ(parse(came_later->next()).removals_size(), 0);
}

TEST_F(PictureTest, What_nobody_may_see_is_not_there) {
    auto picture = make();
    v1::Entity credential;
    credential.mutable_credential()->set_id(id_of(1).text());
    credential.mutable_credential()->set_version(1);
    credential.mutable_credential()->set_sealed("the secret");
    v1::Entity session;
    session.mutable_session()->set_id(id_of(2).text());
    session.mutable_session()->set_version(1);
    load(*picture, {stored(credential)}, 0);
    change(*picture, {stored(credential), stored(session)});
    auto reader = subscribe(*picture, kAll);
    const auto frames = drain(*reader);
    EXPECT_EQ(frames.front().upserts_size(), 0);
    EXPECT_EQ(frames.back().heartbeat().count(), 0u);
    EXPECT_EQ(frames.back().heartbeat().sequence(), 1u);
}

TEST_F(PictureTest, A_reader_is_woken_once_and_only_for_its_view) {
    auto picture = make();
    int wakes = 0;
    auto reader = picture->subscribe({kTeams}, "", [&wakes] { ++wakes; });
    change(*picture, {team(1, 1)});
    EXPECT_EQ(wakes, 0) << "it has not said yet that it waits";
    drain(*reader);
    picture->apply_live(std::vector{position(1, 1)});
    EXPECT_EQ(wakes, 0);
    change(*picture, {team(1, 2)});
    change(*picture, {team(1, 3)});
    EXPECT_EQ(wakes, 1);
    drain(*reader);
    reader.reset();
    change(*picture, {team(1, 4)});
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(picture->subscriber_count(), 0u);
}

TEST_F(PictureTest, Heartbeats_come_in_the_clients_period) {
    auto picture = make();
    auto console = subscribe(*picture, kAll);
    auto phone = picture->subscribe({kAll, v1::CLIENT_CLASS_PHONE}, "", [] {});
    drain(*console);
    drain(*phone);
    EXPECT_EQ(console->until_heartbeat(), seconds(2));
    EXPECT_EQ(phone->until_heartbeat(), seconds(20));
    clock_.advance(seconds(2));
    EXPECT_TRUE(parse(console->next()).has_heartbeat());
    EXPECT_EQ(console->next(), nullptr);
    EXPECT_EQ(phone->next(), nullptr);
    EXPECT_EQ(phone->until_heartbeat(), seconds(18));
}

TEST_F(PictureTest, A_reader_that_is_never_idle_gets_true_heartbeats_too) {
    auto picture = make();
    auto reader = subscribe(*picture, kAll);
    Mirror mirror;
    uint32_t version = 0;
    for (int round = 0; round < 100; ++round) {
        change(*picture, {team(round % 7, ++version)});
        mirror.apply(*reader->next());
        clock_.advance(milliseconds(500));
    }
    EXPECT_GE(mirror.heartbeats(), 15);
}

// Units that all move, in the same order, between two frames of a reader that gets a tenth of that.
class BehindTest : public PictureTest {
protected:
    static constexpr int kUnits = 200;

    BehindTest() {
        PictureOptions options;
        options.frame_bytes = 1000;
        picture_ = make(1, options);
        move_all();
        reader_ = subscribe(*picture_, kAll);
    }
    void move_all() {
        ++version_;
        std::vector<v1::Live> moved;
        for (int n = 0; n < kUnits; ++n) moved.push_back(position(n, version_));
        picture_->apply_live(moved);
    }
    v1::Frame read() {
        const auto bytes = reader_->next();
        if (bytes != nullptr) mirror_.apply(*bytes);
        return parse(bytes);
    }

    std::unique_ptr<Picture> picture_;
    std::unique_ptr<Subscriber> reader_;
    Mirror mirror_;
    uint32_t version_ = 0;
};

TEST_F(BehindTest, Each_unit_has_its_turn_and_is_told_as_it_is_then) {
    std::map<std::string, int> turns;
    for (int frames = 0; frames < 1'000; ++frames) {
        const auto frame = read();
        for (const auto& live : frame.live()) {
            EXPECT_EQ(live.position().version(), version_);
            ++turns[live.position().id()];
        }
        move_all();
    }
    ASSERT_EQ(turns.size(), size_t{kUnits});
    const auto [least, most] =
        std::ranges::minmax_element(turns, {}, [](const auto& turn) { return turn.second; });
    EXPECT_LE(most->second - least->second, 1);
    EXPECT_GT(least->second, 20);
}

TEST_F(BehindTest, What_is_journalled_goes_before_all_that_moves) {
    for (int frames = 0; frames < 30; ++frames) {
        read();
        move_all();
    }
    change(*picture_, {team(7, 1)});
    EXPECT_EQ(read().upserts_size(), 1);
}

TEST_F(BehindTest, It_hears_what_time_it_is_and_no_proof_until_it_has_all) {
    read();
    int heartbeats = 0;
    for (int half_seconds = 0; half_seconds < 60; ++half_seconds) {
        clock_.advance(milliseconds(500));
        move_all();
        const auto frame = read();
        EXPECT_TRUE(frame.more());
        if (!frame.has_heartbeat()) continue;
        ++heartbeats;
        EXPECT_EQ(from_proto(frame.heartbeat().server_time()), clock_.now());
        EXPECT_EQ(frame.heartbeat().live_count(), 0u);
        EXPECT_EQ(frame.heartbeat().live_digest(), 0u);
    }
    EXPECT_EQ(heartbeats, 15);
    // They come to rest, and it has all within a round.
    const auto frames = drain(*reader_, &mirror_);
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(frames.back().heartbeat().live_count(), uint64_t{kUnits});
    EXPECT_EQ(mirror_.entities().size(), size_t{kUnits});
    EXPECT_EQ(mirror_.heartbeats(), 1);
}

TEST_F(BehindTest, What_goes_while_it_is_behind_is_removed) {
    for (int frames = 0; frames < 30; ++frames) {
        read();
        move_all();
        picture_->remove_live(std::vector{key_of(position(frames, 0))});
    }
    const auto gone = std::vector{key_of(position(3, 0)), key_of(position(150, 0))};
    picture_->remove_live(gone);
    drain(*reader_, &mirror_);
    for (const auto& key : gone) EXPECT_FALSE(mirror_.entities().contains(key));
    EXPECT_EQ(mirror_.heartbeats(), 1);
}

TEST_F(PictureTest, A_token_resumes_both_lanes) {
    auto picture = make();
    Mirror mirror;
    change(*picture, {team(1, 1), team(2, 1)});
    picture->apply_live(std::vector{position(1, 1), position(2, 1)});
    drain(*subscribe(*picture, kAll), &mirror);
    change(*picture, {team(2, 2)}, {{v1::ENTITY_KIND_TEAM, id_of(1)}});
    picture->remove_live(std::vector<EntityKey>{{v1::ENTITY_KIND_POSITION, id_of(1)}});

    auto again = subscribe(*picture, kAll, mirror.token());
    const auto frames = drain(*again, &mirror);
    EXPECT_FALSE(frames.front().reset());
    EXPECT_EQ(frames.front().upserts_size(), 1);
    EXPECT_EQ(frames.front().removals_size(), 2);
    EXPECT_EQ(frames.front().live_size(), 0);
    EXPECT_EQ(mirror.entities().size(), 2u);
}

TEST_F(PictureTest, A_resumed_reader_that_missed_nothing_gets_the_proof) {
    auto picture = make();
    Mirror mirror;
    change(*picture, {team(1, 1)});
    drain(*subscribe(*picture, kAll), &mirror);
    const auto frames = drain(*subscribe(*picture, kAll, mirror.token()), &mirror);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_TRUE(frames[0].has_heartbeat());
    EXPECT_EQ(frames[0].heartbeat().count(), 1u);
}

TEST_F(PictureTest, A_broken_snapshot_goes_on_where_it_broke) {
    PictureOptions options;
    options.frame_bytes = 600;
    // Old removals are forgotten already: that concerns nobody who starts afterwards.
    options.removals.tombstones = 0;
    auto picture = make(1, options);
    for (int n = 0; n < 30; ++n) change(*picture, {team(n, 1)});
    change(*picture, {team(500, 1)});
    change(*picture, {}, {{v1::ENTITY_KIND_TEAM, id_of(500)}});
    Mirror mirror;
    int resets = 0;
    int connections = 0;
    for (bool more = true; more && connections < 100; ++connections) {
        auto reader = subscribe(*picture, kAll, mirror.token());
        const auto bytes = reader->next();
        mirror.apply(*bytes);
        resets += parse(bytes).reset() ? 1 : 0;
        more = parse(bytes).more();
    }
    EXPECT_GT(connections, 3);
    EXPECT_EQ(resets, 1);
    EXPECT_EQ(mirror.entities().size(), 30u);
}

TEST_F(PictureTest, Tokens_that_cannot_be_resumed_get_a_snapshot) {
    auto picture = make();
    Mirror mirror;
    change(*picture, {team(1, 1)});
    drain(*subscribe(*picture, kAll), &mirror);
    const std::string good = mirror.token();
    const auto resets = [](Picture& from, const KindSet& view, const std::string& token) {
        return parse(subscribe(from, view, token)->next()).reset();
    };
    EXPECT_FALSE(resets(*picture, kAll, good));
    EXPECT_TRUE(resets(*picture, kTeams, good)) << "another view";
    EXPECT_TRUE(resets(*picture, kAll, good.substr(1)));
    EXPECT_TRUE(resets(*picture, kAll, good + "x"));
    EXPECT_TRUE(resets(*picture, kAll, std::string(256, '\xff')));

    Picture other_journal(clock_, id_of(1001), id_of(2001), "b1");
    load(other_journal, {team(1, 1)}, 1);
    EXPECT_TRUE(resets(other_journal, kAll, good));

    auto restored_from_backup = make(2);
    load(*restored_from_backup, {}, 0);
    EXPECT_TRUE(resets(*restored_from_backup, kAll, good)) << "the token is ahead";

    auto missed_changes = make(3);
    load(*missed_changes, {team(1, 2)}, 2);
    EXPECT_FALSE(resets(*missed_changes, kAll, good));
    clock_.advance(std::chrono::hours(7 * 24));
    EXPECT_TRUE(resets(*missed_changes, kAll, good)) << "what was removed is not known";
}

TEST_F(PictureTest, Any_bytes_for_a_token_are_survived) {
    auto picture = make();
    Mirror mirror;
    for (int n = 0; n < 20; ++n) {
        change(*picture, {team(n % 7, static_cast<uint32_t>(n + 1))});
        picture->apply_live(std::vector{position(n % 5, static_cast<uint32_t>(n + 1))});
    }
    drain(*subscribe(*picture, kAll), &mirror);
    const std::string good = mirror.token();
    for (size_t at = 0; at < good.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string token = good;
            token[at] = static_cast<char>(value);
            EXPECT_LE(drain(*subscribe(*picture, kAll, token)).size(), 2u);
        }
    }
}

TEST_F(PictureTest, After_a_restart_only_the_live_lane_is_sent_again) {
    auto picture = make();
    Mirror mirror;
    change(*picture, {team(1, 1), team(2, 1)});
    picture->apply_live(std::vector{position(1, 1), position(2, 1)});
    drain(*subscribe(*picture, kAll), &mirror);

    auto restarted = make(2);
    load(*restarted, {team(1, 1), team(2, 1)}, 1);
    restarted->apply_live(std::vector{position(2, 1)});
    change(*restarted, {team(1, 2)});
    const auto frames = drain(*subscribe(*restarted, kAll, mirror.token()), &mirror);
    EXPECT_FALSE(frames[0].reset());
    EXPECT_TRUE(frames[0].live_reset());
    EXPECT_EQ(frames[0].upserts_size(), 1);
    EXPECT_EQ(frames[0].live_size(), 1);
    EXPECT_EQ(mirror.entities().size(), 3u);
    EXPECT_GE(mirror.heartbeats(), 2);

    auto without_live = make(3);
    load(*without_live, {team(1, 2), team(2, 1)}, 2);
    EXPECT_TRUE(parse(subscribe(*without_live, kAll, mirror.token())->next()).live_reset());
}

TEST_F(PictureTest, Removals_are_forgotten_by_number_and_by_time) {
    PictureOptions options;
    options.removals.tombstones = 5;
    auto picture = make(1, options);
    std::vector<EntityPtr> teams;
    for (int n = 0; n < 20; ++n) teams.push_back(team(n, 1));
    change(*picture, teams);
    Mirror mirror;
    auto stalled = subscribe(*picture, kAll);
    drain(*stalled, &mirror);
    const std::string token = mirror.token();
    const auto remove = [&](int n) { change(*picture, {}, {{v1::ENTITY_KIND_TEAM, id_of(n)}}); };
    for (int n = 0; n < 5; ++n) remove(n);
    EXPECT_FALSE(parse(subscribe(*picture, kAll, token)->next()).reset());
    remove(5);
    EXPECT_TRUE(parse(subscribe(*picture, kAll, token)->next()).reset());
    // The one that is still connected, but did not read, is treated alike.
    EXPECT_TRUE(drain(*stalled, &mirror).front().reset());
    EXPECT_EQ(mirror.entities().size(), 14u);

    const std::string newer = mirror.token();
    remove(6);
    clock_.advance(std::chrono::hours(7 * 24 + 1));
    change(*picture, {team(15, 2)});
    EXPECT_TRUE(parse(subscribe(*picture, kAll, newer)->next()).reset());
}

TEST_F(PictureTest, Ten_thousand_views_between_two_frames_are_looked_through_once) {
    auto picture = make();
    change(*picture, {team(1, 1)});
    picture->apply_live(std::vector{position(1, 1)});
    Mirror mirror;
    auto reader = subscribe(*picture, kAll);
    drain(*reader, &mirror);
    ASSERT_EQ(mirror.entities().size(), 2u);
    for (int n = 0; n < 10'000; ++n) reader->set_view({n % 2 == 0 ? kPositions : kTeams});
    EXPECT_EQ(picture->view_changes(), 0u);
    const auto frames = drain(*reader, &mirror);
    EXPECT_EQ(picture->view_changes(), 1u);
    ASSERT_FALSE(frames.empty());
    EXPECT_FALSE(frames.front().reset());
    EXPECT_EQ(frames.front().removals_size(), 1);
    ASSERT_EQ(mirror.entities().size(), 1u);
    EXPECT_EQ(mirror.entities().begin()->first.kind, v1::ENTITY_KIND_TEAM);
    // Back where it was: nothing to look through.
    reader->set_view({kPositions});
    reader->set_view({kTeams});
    drain(*reader, &mirror);
    EXPECT_EQ(picture->view_changes(), 1u);
}

TEST_F(PictureTest, What_comes_back_after_a_removal_is_there) {
    auto picture = make();
    Mirror mirror;
    change(*picture, {team(1, 1)});
    auto reader = subscribe(*picture, kAll);
    drain(*reader, &mirror);
    change(*picture, {}, {{v1::ENTITY_KIND_TEAM, id_of(1)}});
    change(*picture, {team(1, 1, "again")});
    change(*picture, {}, {{v1::ENTITY_KIND_TEAM, id_of(1)}});
    EXPECT_EQ(parse(reader->next()).removals_size(), 1);
    change(*picture, {team(1, 1, "once more")});
    drain(*reader, &mirror);
    EXPECT_EQ(mirror.entities().size(), 1u);
}

}  // namespace
}  // namespace muster
