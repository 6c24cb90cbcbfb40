#include "hub/journal/history.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/desk/batch.h"
#include "hub/journal/sqlite_journal.h"
#include "tests/support/desk_world.h"
#include "tests/support/write_change.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// A real journal, written change by change.
class HistoryTest : public testing::Test {
protected:
    HistoryTest() {
        folder_ = fs::temp_directory_path() / ("muster-history-" + Uuid::make().text());
        fs::create_directories(folder_);
        journal_ = SqliteJournal::open(file(), clock_).value();
        history_ = std::make_unique<History>(file());
    }
    ~HistoryTest() override {
        history_.reset();
        journal_.reset();
        fs::remove_all(folder_);
    }

    std::string file() const { return (folder_ / "journal.db").string(); }

    uint64_t write(std::vector<v1::Entity> entities,
                   std::vector<EntityKey> removed = {},
                   std::vector<EntityKey> archived = {}) {
        return write_change(
            *journal_, clock_.now(), std::move(entities), std::move(removed), std::move(archived));
    }

    v1::Entity incident(int n, const char* place) {
        v1::Entity entity;
        auto& incident = *entity.mutable_incident();
        incident.set_id(nth_id(static_cast<uint64_t>(n)).text());
        incident.set_version(1);
        incident.set_number("F" + std::to_string(n));
        incident.set_place(place);
        *incident.mutable_reported_at() = to_proto(clock_.now());
        return entity;
    }
    // Reported and archived.
    EntityKey past(int n, const char* place) {
        const v1::Entity entity = incident(n, place);
        write({entity}, {}, {key_of(entity)});
        return key_of(entity);
    }

    static std::vector<std::string> numbers(const Result<std::vector<EntityPtr>>& found) {
        EXPECT_TRUE(found.ok()) << found.status();
        std::vector<std::string> all;
        for (const auto& entity : *found) all.push_back(entity->message.incident().number());
        return all;
    }
    std::vector<std::string> search(const char* words, uint32_t below = ~0U, size_t limit = 10) {
        return numbers(history_->search(SearchQuery::parse(words).value(), below, limit));
    }

    ManualClock clock_;
    fs::path folder_;
    std::unique_ptr<SqliteJournal> journal_;
    std::unique_ptr<History> history_;
};

TEST_F(HistoryTest, FindsByKeyAndByNumber) {
    const auto key = past(2101, "北站广场");
    const v1::Entity open = incident(2102, "港口");
    write({open});
    EXPECT_EQ(history_->find(key).value()->message.incident().place(), "北站广场");
    EXPECT_EQ(history_->find(key_of(open)).value(), nullptr);
    EXPECT_NE(history_->find_incident("f2101").value(), nullptr);
    EXPECT_EQ(history_->find_incident("M2101").value(), nullptr);
    EXPECT_EQ(history_->find_incident("F2102").value(), nullptr);
    EXPECT_EQ(history_->find_incident("nonsense").value(), nullptr);
}

TEST_F(HistoryTest, ListsTheNewestFirstPageByPage) {
    for (int n = 2101; n <= 2106; ++n) {
        past(n, "");
        if (n % 2 == 0) clock_.advance(seconds(10));
    }
    History::Page page{.limit = 4};
    const auto first = history_->incidents(page).value();
    ASSERT_EQ(first.size(), 4u);
    const auto& last = first.back()->message.incident();
    page.after = std::pair(from_proto(last.reported_at()), first.back()->key.id);
    // Reports of one moment are in the order of their ids.
    EXPECT_THAT(numbers(first), ElementsAre("F2105", "F2106", "F2103", "F2104"));
    EXPECT_THAT(numbers(history_->incidents(page)), ElementsAre("F2101", "F2102"));
    page = {.from = from_proto(last.reported_at()), .limit = 10};
    page.to = *page.from + seconds(1);
    EXPECT_THAT(numbers(history_->incidents(page)), ElementsAre("F2103", "F2104"));
}

TEST_F(HistoryTest, SearchesTheNewestFirst) {
    past(2101, "北站广场");
    past(2102, "金宏大厦");
    past(2103, "北站南路");
    EXPECT_THAT(search("北站"), ElementsAre("F2103", "F2101"));
    EXPECT_THAT(search("北站", 2103), ElementsAre("F2101"));
    EXPECT_THAT(search("北站", ~0U, 1), ElementsAre("F2103"));
    EXPECT_THAT(search("jh"), ElementsAre("F2102"));
    EXPECT_THAT(search("南站"), IsEmpty());
    EXPECT_THAT(search("2102"), ElementsAre("F2102"));
}

TEST_F(HistoryTest, WhatHangsOnAnIncidentIsInTheOrderOfMaking) {
    const v1::Entity main = incident(2101, "");
    std::vector<v1::Entity> lines;
    std::vector<EntityKey> keys;
    for (uint64_t n = 9; n > 0; --n) {
        auto& line = *lines.emplace_back().mutable_log_line();
        line.set_id(nth_id(n).text());
        line.set_version(1);
        line.set_incident_id(main.incident().id());
        keys.push_back(key_of(lines.back()));
    }
    write({main});
    write(lines);
    write({}, {}, keys);
    const auto owned = history_->owned_by(v1::ENTITY_KIND_LOG_LINE, key_of(main).id, 100).value();
    ASSERT_EQ(owned.size(), 9u);
    EXPECT_EQ(owned.front()->key.id, nth_id(9));
    EXPECT_EQ(history_->owned_by(v1::ENTITY_KIND_LOG_LINE, key_of(main).id, 2)->size(), 2u);
}

TEST_F(HistoryTest, APastMomentHasWhatWasThereThen) {
    v1::Entity changed = incident(2101, "港口");
    write({changed});
    const UtcTime first = clock_.now();
    clock_.advance(seconds(10));
    changed.mutable_incident()->set_place("北站");
    changed.mutable_incident()->set_version(2);
    write({changed});
    clock_.advance(seconds(10));
    write({}, {}, {key_of(changed)});

    const auto place_at = [&](UtcTime time) -> std::string {
        const auto moment = history_->moment(time).value();
        const auto written = history_->written({v1::ENTITY_KIND_INCIDENT}, moment.sequence).value();
        const auto states = history_->states(written).value();
        return states.empty() ? "none" : states.front()->message.incident().place();
    };
    EXPECT_EQ(history_->moment(first - seconds(1))->sequence, 0u);
    EXPECT_EQ(history_->moment(first)->began, first);
    EXPECT_EQ(place_at(first), "港口");
    EXPECT_EQ(place_at(first + seconds(9)), "港口");
    EXPECT_EQ(place_at(first + seconds(10)), "北站");
    EXPECT_EQ(place_at(first + seconds(20)), "none");
}

// A line is written in one change with the incident that it is about: erasing the line must not
// take the incident out of the past.
TEST_F(HistoryTest, WhatWasErasedTakesNothingElseOutOfThePast) {
    const auto line = [](uint64_t id) {
        v1::Entity entity;
        entity.mutable_log_line()->set_id(nth_id(id).text());
        entity.mutable_log_line()->set_version(1);
        return entity;
    };
    const auto erase = [this](const v1::Entity& entity) {
        DecidedChange change;
        change.sequence = journal_->last_sequence() + 1;
        change.removals = change.erased = {key_of(entity)};
        Act act;
        act.method = "erase";
        change.payload = change_payload(
            act, clock_.now(), {}, change.removals, {}, change.erased, "a court's order");
        ASSERT_TRUE(journal_->append(std::span(&change, 1)).ok());
    };
    const auto places_after = [this](uint64_t sequence) {
        const auto written =
            history_->written({v1::ENTITY_KIND_INCIDENT, v1::ENTITY_KIND_LOG_LINE}, sequence)
                .value();
        std::vector<std::string> places;
        const auto states = history_->states(written).value();
        for (const auto& entity : states) {
            places.push_back(entity->message.has_incident() ? entity->message.incident().place()
                                                            : "line");
        }
        return places;
    };
    v1::Entity changed = incident(2101, "港口");
    const uint64_t reported = write({changed, line(1)});
    changed.mutable_incident()->set_place("北站");
    changed.mutable_incident()->set_version(2);
    const uint64_t moved = write({changed, line(2)});
    erase(line(2));
    // The erased change was the last of the incident: what it is now is what it was then.
    EXPECT_THAT(places_after(moved), ElementsAre("line", "北站"));
    changed.mutable_incident()->set_place("广场");
    changed.mutable_incident()->set_version(3);
    write({changed});
    // Its state of then is nowhere any more: the one before is shown.
    EXPECT_THAT(places_after(moved), testing::UnorderedElementsAre("line", "港口"));
    EXPECT_THAT(places_after(reported), testing::UnorderedElementsAre("line", "港口"));
    const uint64_t archived = write({line(3)}, {}, {key_of(changed)});
    EXPECT_THAT(places_after(archived), testing::UnorderedElementsAre("line", "line"));
    EXPECT_THAT(places_after(archived - 1), testing::UnorderedElementsAre("line", "广场"));
    erase(line(3));
    EXPECT_THAT(places_after(archived), ElementsAre("line"));
    // Nothing is left of an incident that never had another state.
    erase(line(1));
    EXPECT_THAT(places_after(reported), IsEmpty());
}

TEST_F(HistoryTest, QuestionsBesideOneAnotherWaitForAConnection) {
    past(2101, "北站");
    std::vector<std::thread> threads;
    std::atomic<int> found = 0;
    for (size_t n = 0; n < 3 * History::kConnections; ++n) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i) {
                found += history_->find_incident("F2101").value() != nullptr ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(found, static_cast<int>(3 * History::kConnections * 20));
}

TEST_F(HistoryTest, AFileThatIsNotThereIsNamed) {
    const History none((folder_ / "none.db").string());
    EXPECT_EQ(code_of(none.find_incident("F2101")), "journal.cannot_open");
    // And does not use up the connections.
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(none.find_incident("F2101").ok());
}

}  // namespace
}  // namespace muster
