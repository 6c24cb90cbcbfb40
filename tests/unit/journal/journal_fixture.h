#pragma once

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "hub/desk/batch.h"
#include "hub/journal/journal_reader.h"
#include "hub/journal/sqlite_journal.h"
#include "hub/journal/verify.h"
#include "tests/support/desk_world.h"

namespace muster {

namespace fs = std::filesystem;

inline std::string slurp(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline v1::Entity team(uint64_t id, const std::string& name, uint32_t version) {
    v1::Entity entity;
    entity.mutable_team()->set_id(nth_id(id).text());
    entity.mutable_team()->set_name(name);
    entity.mutable_team()->set_version(version);
    return entity;
}

inline ChangeQuery page_of(uint64_t before, size_t limit) {
    ChangeQuery query;
    query.before = before;
    query.limit = limit;
    return query;
}

// A journal in a folder of the test's own, and short ways to fill and to harm it.
class Journal : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "muster-journal-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        file_ = folder_ / "journal.db";
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::unique_ptr<SqliteJournal> open() { return open(file_); }
    std::unique_ptr<SqliteJournal> open(const fs::path& file) {
        auto journal = SqliteJournal::open(file.string(), clock_);
        EXPECT_TRUE(journal.ok()) << journal.status();
        return *std::move(journal);
    }
    std::string refusal() {
        const auto journal = SqliteJournal::open(file_.string(), clock_);
        return code_of(journal);
    }

    DecidedChange change(uint64_t sequence, std::vector<v1::Entity> upserts) {
        DecidedChange change;
        change.sequence = sequence;
        for (auto& entity : upserts) change.upserts.push_back(store_entity(std::move(entity)));
        Act act;
        act.method = "test";
        change.caller_id = "caller";
        change.request_id = nth_id(1000 + sequence).text();
        change.request_hash = "hash";
        change.answer = "answer " + std::to_string(sequence);
        act.actor.person_id = change.caller_id;
        act.request_id = change.request_id;
        change.payload = change_payload(act, clock_.now(), change.upserts, {});
        return change;
    }
    // What the desk makes of a change that takes entities away.
    DecidedChange leaving(uint64_t sequence,
                          std::vector<v1::Entity> upserts,
                          const std::vector<EntityKey>& removals,
                          const std::vector<EntityKey>& archived,
                          const std::vector<EntityKey>& erased = {}) {
        DecidedChange leaving = change(sequence, std::move(upserts));
        leaving.removals = removals;
        leaving.archived = archived;
        leaving.erased = erased;
        Act act;
        act.method = erased.empty() ? "test" : "erase";
        act.actor.person_id = leaving.caller_id;
        act.request_id = leaving.request_id;
        leaving.payload = change_payload(act,
                                         clock_.now(),
                                         leaving.upserts,
                                         removals,
                                         archived,
                                         erased,
                                         erased.empty() ? "" : "a court's order");
        return leaving;
    }
    void take(SqliteJournal& journal, const DecidedChange& change) {
        const Status status = journal.append(std::span(&change, 1));
        ASSERT_TRUE(status.ok()) << status;
    }
    // What one value of the file is, beside the journal.
    int64_t count(const std::string& sql) {
        sqlite::Database database;
        sqlite::Statement statement;
        EXPECT_EQ(database.open(file_.string(), SQLITE_OPEN_READONLY), SQLITE_OK);
        EXPECT_EQ(database.prepare(sql.c_str(), statement), SQLITE_OK) << database.message();
        EXPECT_EQ(statement.step(), SQLITE_ROW);
        return statement.integer(0);
    }
    void append(SqliteJournal& journal, uint64_t sequence, const std::string& name = "a") {
        const std::vector group{change(sequence, {team(sequence, name, 1)})};
        const Status status = journal.append(group);
        ASSERT_TRUE(status.ok()) << status;
    }
    std::vector<std::string> names(SqliteJournal& journal) {
        std::vector<std::string> list;
        const Status status = journal.load([&](const LoadedEntity& loaded) {
            list.push_back(loaded.entity->message.team().name());
        });
        EXPECT_TRUE(status.ok()) << status;
        return list;
    }
    // Another program's hand in the file.
    void tamper(const std::string& sql) {
        sqlite::Database database;
        ASSERT_EQ(database.open(file_.string(), SQLITE_OPEN_READWRITE), SQLITE_OK);
        ASSERT_EQ(database.run(sql.c_str()), SQLITE_OK) << database.message();
    }

    ManualClock clock_;
    fs::path folder_;
    fs::path file_;
};

}  // namespace muster
