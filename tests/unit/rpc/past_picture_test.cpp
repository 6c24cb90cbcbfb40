#include "hub/rpc/past_picture.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/journal/sqlite_journal.h"
#include "tests/support/desk_world.h"
#include "tests/support/manual_strand.h"
#include "tests/support/write_change.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::seconds;

using Mirror = std::map<EntityKey, std::string>;

// A real journal and tracks, and what the picture showed at each moment, kept on the side.
class PastPictureTest : public testing::Test {
protected:
    PastPictureTest() {
        folder_ = fs::temp_directory_path() / ("muster-past-" + Uuid::make().text());
        fs::create_directories(folder_);
        journal_ = SqliteJournal::open((folder_ / "journal.db").string(), clock_).value();
        history_ = std::make_unique<History>((folder_ / "journal.db").string());
        tracks_ = std::make_unique<Tracks>(
            strand_, clock_, (folder_ / "tracks.db").string(), [this] { return positions_; });
    }
    ~PastPictureTest() override {
        tracks_.reset();
        history_.reset();
        journal_.reset();
        fs::remove_all(folder_);
    }

    void write(std::vector<v1::Entity> entities,
               std::vector<EntityKey> removed = {},
               std::vector<EntityKey> archived = {}) {
        for (const auto& entity : entities) now_[key_of(entity)] = entity.SerializeAsString();
        for (const auto* gone : {&removed, &archived}) {
            for (const auto& key : *gone) now_.erase(key);
        }
        write_change(
            *journal_, clock_.now(), std::move(entities), std::move(removed), std::move(archived));
    }

    static View everything() {
        View view;
        view.kinds = viewable(KindSet().set());
        return view;
    }

    std::vector<v1::PastFrame> frames(UtcTime time, const View& view) {
        PastReader reader(*history_, *tracks_, view);
        std::vector<v1::PastFrame> all;
        const Status began = reader.begin(time);
        EXPECT_TRUE(began.ok()) << began;
        while (began.ok() && !reader.ended()) {
            const auto bytes = reader.next();
            EXPECT_TRUE(bytes.ok()) << bytes.status();
            if (!bytes.ok()) break;
            EXPECT_LE(bytes->size(), kPastFrameBytes);
            EXPECT_TRUE(all.emplace_back().ParseFromString(*bytes));
        }
        for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].more(), i + 1 < all.size());
        return all;
    }
    Mirror picture_at(UtcTime time, const View& view) {
        Mirror mirror;
        for (const auto& frame : frames(time, view)) {
            for (const auto& entity : frame.upserts()) {
                const auto fresh = mirror.emplace(key_of(entity), entity.SerializeAsString());
                EXPECT_TRUE(fresh.second) << "twice";
            }
        }
        return mirror;
    }

    v1::Entity incident(uint64_t n, uint32_t version = 1) {
        v1::Entity entity;
        entity.mutable_incident()->set_id(nth_id(n).text());
        entity.mutable_incident()->set_version(version);
        entity.mutable_incident()->set_number("F" + std::to_string(2100 + n));
        *entity.mutable_incident()->mutable_at() = point(38.9, 121.6);
        return entity;
    }
    v1::Entity line(uint64_t n, uint64_t incident_n) {
        v1::Entity entity;
        entity.mutable_log_line()->set_id(nth_id(n).text());
        entity.mutable_log_line()->set_version(1);
        entity.mutable_log_line()->set_incident_id(nth_id(incident_n).text());
        return entity;
    }
    v1::Entity team(uint64_t n, uint32_t version = 1) {
        v1::Entity entity;
        entity.mutable_team()->set_id(nth_id(n).text());
        entity.mutable_team()->set_version(version);
        entity.mutable_team()->set_name("队" + std::to_string(n));
        return entity;
    }

    ManualClock clock_;
    ManualStrand strand_{clock_};
    fs::path folder_;
    std::unique_ptr<SqliteJournal> journal_;
    std::unique_ptr<History> history_;
    std::vector<v1::Position> positions_;
    std::unique_ptr<Tracks> tracks_;
    Mirror now_;
};

// Incidents come, change, are archived in parts with their lines; teams come and are removed; and
// at any moment the past is what a mirror had then.
TEST_F(PastPictureTest, AtAnyMomentItIsWhatAMirrorHadThen) {
    std::mt19937 random(20261124);
    std::vector<std::pair<UtcTime, Mirror>> moments;
    std::map<uint64_t, uint32_t> incidents;
    std::map<uint64_t, uint32_t> teams;
    std::multimap<uint64_t, uint64_t> lines;
    uint64_t next = 1;
    for (int step = 0; step < 600; ++step) {
        const auto pick = [&random](auto& from) {
            return std::next(from.begin(), static_cast<ptrdiff_t>(random() % from.size()));
        };
        switch (random() % 7) {
            case 0:
                incidents[next] = 1;
                write({incident(next)});
                ++next;
                break;
            case 1:
                teams[next] = 1;
                write({team(next)});
                ++next;
                break;
            case 2:
            case 3:
                if (incidents.empty()) break;
                {
                    auto of = pick(incidents);
                    lines.emplace(of->first, next);
                    write({incident(of->first, ++of->second), line(next, of->first)});
                    ++next;
                }
                break;
            case 4:
                if (teams.empty()) break;
                {
                    auto of = pick(teams);
                    write({team(of->first, ++of->second)});
                }
                break;
            case 5:
                if (teams.size() < 5) break;
                {
                    auto of = pick(teams);
                    write({}, {{v1::ENTITY_KIND_TEAM, nth_id(of->first)}});
                    teams.erase(of);
                }
                break;
            default:
                if (incidents.size() < 8) break;
                {
                    auto of = pick(incidents);
                    std::vector<EntityKey> keys;
                    const auto [first, last] = lines.equal_range(of->first);
                    for (auto at = first; at != last; ++at) {
                        keys.push_back({v1::ENTITY_KIND_LOG_LINE, nth_id(at->second)});
                    }
                    write({}, {}, keys);
                    clock_.advance(seconds(1));
                    // Its last state is written by the change that archives it, now and then.
                    std::vector<v1::Entity> written;
                    if (random() % 2 == 0) written = {incident(of->first, of->second + 1)};
                    write(written, {}, {{v1::ENTITY_KIND_INCIDENT, nth_id(of->first)}});
                    lines.erase(of->first);
                    incidents.erase(of);
                }
                break;
        }
        moments.emplace_back(clock_.now(), now_);
        clock_.advance(seconds(1 + random() % 5));
    }
    for (int i = 0; i < 60; ++i) {
        const auto& [time, mirror] = moments[random() % moments.size()];
        if (mirror.empty()) continue;
        ASSERT_EQ(picture_at(time, everything()), mirror) << i;
    }
}

TEST_F(PastPictureTest, ThereIsNoneBeforeTheBeginning) {
    PastReader empty(*history_, *tracks_, everything());
    EXPECT_EQ(code_of(empty.begin(clock_.now())), "picture.before_beginning");
    write({incident(1)});
    PastReader early(*history_, *tracks_, everything());
    EXPECT_EQ(code_of(early.begin(clock_.now() - seconds(1))), "picture.before_beginning");
    EXPECT_TRUE(early.begin(clock_.now()).ok());
}

TEST_F(PastPictureTest, PositionsAreThoseOfThen) {
    write({team(1)});
    v1::Position position;
    position.set_id(nth_id(1).text());
    position.set_version(1);
    *position.mutable_at() = point(38.9, 121.6);
    *position.mutable_heard_at() = to_proto(clock_.now());
    *position.mutable_fix_at() = to_proto(clock_.now() - seconds(2));
    positions_ = {position};
    tracks_->sample();
    const UtcTime first = clock_.now();
    clock_.advance(seconds(30));
    *positions_.front().mutable_at() = point(39.5, 122.5);
    *positions_.front().mutable_heard_at() = to_proto(clock_.now());
    tracks_->sample();

    const auto place = [&](UtcTime time) {
        const auto all = frames(time, everything());
        EXPECT_EQ(all.back().live_size(), 1);
        return all.back().live(0).position();
    };
    EXPECT_EQ(place(first + seconds(29)).at().lat_deg(), 38.9);
    EXPECT_EQ(from_proto(place(first).fix_at()), first - seconds(2));
    EXPECT_EQ(place(first + seconds(30)).at().lat_deg(), 39.5);

    // A window far away has neither; another kinds' view has no live.
    View elsewhere = everything();
    v1::Window window;
    *window.mutable_south_west() = point(10, 10);
    *window.mutable_north_east() = point(11, 11);
    elsewhere.windows = tiles_of(window);
    for (const auto& frame : frames(first, elsewhere)) EXPECT_EQ(frame.live_size(), 0);
}

TEST_F(PastPictureTest, OneIncidentAndWhatHangsOnIt) {
    write({incident(1), incident(2), line(11, 1), line(12, 2), team(3)});
    View view = everything();
    view.incident = nth_id(1);
    const auto mirror = picture_at(clock_.now(), view);
    EXPECT_TRUE(mirror.contains({v1::ENTITY_KIND_INCIDENT, nth_id(1)}));
    EXPECT_TRUE(mirror.contains({v1::ENTITY_KIND_LOG_LINE, nth_id(11)}));
    EXPECT_FALSE(mirror.contains({v1::ENTITY_KIND_INCIDENT, nth_id(2)}));
    EXPECT_FALSE(mirror.contains({v1::ENTITY_KIND_LOG_LINE, nth_id(12)}));
    EXPECT_TRUE(mirror.contains({v1::ENTITY_KIND_TEAM, nth_id(3)}));
}

TEST_F(PastPictureTest, MuchComesInParts) {
    std::vector<v1::Entity> lines{incident(1)};
    for (uint64_t n = 0; n < 300; ++n) {
        lines.push_back(line(100 + n, 1));
        lines.back().mutable_log_line()->set_text(std::string(2000, 'x'));
    }
    write(lines);
    EXPECT_GE(frames(clock_.now(), everything()).size(), 3u);
    EXPECT_EQ(picture_at(clock_.now(), everything()), now_);
}

TEST_F(PastPictureTest, TracksThatCannotBeWrittenHurtNobody) {
    fs::create_directory(folder_ / "tracks.db");
    v1::Position position;
    position.set_id(nth_id(1).text());
    *position.mutable_heard_at() = to_proto(clock_.now());
    positions_ = {position};
    tracks_->sample();
    fs::remove(folder_ / "tracks.db");
    // And works again when it can.
    tracks_->sample();
    EXPECT_EQ(tracks_->at(clock_.now(), {nth_id(1)})->size(), 1u);
}

TEST_F(PastPictureTest, TracksOfMoreThanAMonthGo) {
    v1::Position position;
    position.set_id(nth_id(1).text());
    *position.mutable_heard_at() = to_proto(clock_.now());
    positions_ = {position};
    tracks_->sample();
    const UtcTime then = clock_.now();
    EXPECT_EQ(tracks_->at(then, {nth_id(1)})->size(), 1u);
    clock_.advance(hours(31 * 24));
    positions_.clear();
    tracks_->sample();
    EXPECT_EQ(tracks_->at(then, {nth_id(1)})->size(), 0u);
}

TEST_F(PastPictureTest, DamagedTracksArePutAside) {
    {
        std::ofstream out(folder_ / "tracks.db");
        for (int i = 0; i < 1000; ++i) out << "no database ";
    }
    v1::Position position;
    position.set_id(nth_id(1).text());
    *position.mutable_heard_at() = to_proto(clock_.now());
    positions_ = {position};
    tracks_->sample();
    tracks_->sample();
    EXPECT_TRUE(fs::exists(folder_ / "tracks.db.damaged"));
    EXPECT_EQ(tracks_->at(clock_.now(), {nth_id(1)})->size(), 1u);
}

}  // namespace
}  // namespace muster
