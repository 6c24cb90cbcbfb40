// What is kept for how long, what is archived, what is erased.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/journal/change_reader.h"
#include "tests/unit/journal/journal_fixture.h"

namespace muster {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

v1::Entity incident(uint64_t id, uint32_t version, uint32_t number, const std::string& text = {}) {
    v1::Entity entity;
    auto& message = *entity.mutable_incident();
    message.set_id(nth_id(id).text());
    message.set_version(version);
    message.set_number("F" + std::to_string(number));
    message.set_place("金宏大厦");
    message.set_text(text);
    return entity;
}

v1::Entity line(uint64_t id, uint64_t incident_id, const std::string& text) {
    v1::Entity entity;
    auto& message = *entity.mutable_log_line();
    message.set_id(nth_id(id).text());
    message.set_version(1);
    message.set_incident_id(nth_id(incident_id).text());
    message.set_text(text);
    return entity;
}

EntityKey team_key(uint64_t id) {
    return {v1::ENTITY_KIND_TEAM, nth_id(id)};
}
EntityKey incident_key(uint64_t id) {
    return {v1::ENTITY_KIND_INCIDENT, nth_id(id)};
}

class Keeping : public Journal {
protected:
    std::vector<uint64_t> tombstones(SqliteJournal& journal) {
        std::vector<uint64_t> list;
        const auto all = journal.tombstones();
        EXPECT_TRUE(all.ok()) << all.status();
        for (const auto& tombstone : *all) list.push_back(tombstone.sequence);
        return list;
    }
    // In the file or its log.
    bool on_disk(const std::string& text) {
        return slurp(file_).find(text) != std::string::npos ||
               slurp(file_.string() + "-wal").find(text) != std::string::npos;
    }
};

TEST_F(Keeping, EntitiesKnowTheChangeThatWroteThemLast) {
    auto journal = open();
    append(*journal, 1);
    append(*journal, 2);
    take(*journal, change(3, {team(1, "again", 2)}));
    journal = nullptr;
    journal = open();
    std::map<std::string, uint64_t> sequences;
    ASSERT_TRUE(journal
                    ->load([&](const LoadedEntity& loaded) {
                        sequences[loaded.entity->key.id.text()] = loaded.sequence;
                    })
                    .ok());
    EXPECT_EQ(sequences[nth_id(1).text()], 3u);
    EXPECT_EQ(sequences[nth_id(2).text()], 2u);
}

TEST_F(Keeping, TombstonesAreKeptSevenDays) {
    auto journal = open();
    for (uint64_t n = 1; n <= 3; ++n) append(*journal, n);
    EXPECT_EQ(journal->tombstones_from(), 0u);
    take(*journal, leaving(4, {}, {team_key(1)}, {}));
    clock_.advance(hours(24));
    take(*journal, leaving(5, {}, {}, {team_key(2)}));
    EXPECT_THAT(tombstones(*journal), ElementsAre(4, 5));
    journal = nullptr;
    journal = open();
    EXPECT_THAT(tombstones(*journal), ElementsAre(4, 5));
    EXPECT_EQ(journal->tombstones().value()[1].key, team_key(2));
    // The first one's seven days are over; the second has one more.
    clock_.advance(hours(6 * 24) + std::chrono::seconds(1));
    append(*journal, 6);
    EXPECT_THAT(tombstones(*journal), ElementsAre(5));
    EXPECT_EQ(journal->tombstones_from(), 4u);
    clock_.advance(hours(24));
    append(*journal, 7);
    EXPECT_THAT(tombstones(*journal), IsEmpty());
    journal = nullptr;
    journal = open();
    EXPECT_EQ(journal->tombstones_from(), 5u);
}

TEST_F(Keeping, AStepOfTheClockByAnHourForgetsNothing) {
    for (const auto step : {hours(1), hours(-1)}) {
        file_ = folder_ / (step.count() > 0 ? "forward.db" : "back.db");
        auto journal = open();
        append(*journal, 1);
        append(*journal, 2);
        take(*journal, leaving(3, {}, {team_key(1)}, {}));
        clock_.step_wall(step);
        append(*journal, 4);
        const auto kept = [&](uint64_t n) {
            return journal->find_answer("caller", nth_id(1000 + n).text())->has_value();
        };
        for (const uint64_t n : {1, 2, 3, 4}) EXPECT_TRUE(kept(n)) << n;
        EXPECT_THAT(tombstones(*journal), ElementsAre(3));
        // And after it what is due is forgotten all the same.
        clock_.advance(hours(31 * 24));
        append(*journal, 5);
        EXPECT_FALSE(kept(1));
        EXPECT_THAT(tombstones(*journal), IsEmpty());
        EXPECT_TRUE(verify_journal(file_.string())->intact);
    }
}

// A month's answers do not make one request wait.
TEST_F(Keeping, ForgettingIsBoundedByTransaction) {
    auto journal = open();
    std::vector<DecidedChange> group;
    for (uint64_t n = 1; n <= 3000; ++n) {
        group.push_back(n % 2 == 1 ? change(n, {team(n, "a", 1)})
                                   : leaving(n, {}, {team_key(n - 1)}, {}));
    }
    ASSERT_TRUE(journal->append(group).ok());
    clock_.advance(hours(31 * 24));
    uint64_t next = 3001;
    const auto answers = [&] {
        return count("SELECT count(*) FROM answers WHERE at_us < 1801e12");
    };
    append(*journal, next++);
    EXPECT_EQ(answers(), 2000);
    EXPECT_EQ(tombstones(*journal).size(), 500u);
    append(*journal, next++);
    append(*journal, next++);
    append(*journal, next++);
    EXPECT_LE(answers(), 4);
    EXPECT_THAT(tombstones(*journal), IsEmpty());
}

// A large archiving, and nothing for a week: what is old is not told, though it is still there.
TEST_F(Keeping, OldTombstonesAreNotToldBeforeTheyAreForgotten) {
    auto journal = open();
    std::vector<DecidedChange> group;
    for (uint64_t n = 1; n <= 40; ++n) {
        group.push_back(n % 2 == 1 ? change(n, {team(n, "a", 1)})
                                   : leaving(n, {}, {team_key(n - 1)}, {}));
    }
    ASSERT_TRUE(journal->append(group).ok());
    clock_.advance(hours(24));
    append(*journal, 41);
    take(*journal, leaving(42, {}, {team_key(41)}, {}));
    clock_.advance(hours(6 * 24 + 1));
    journal = nullptr;
    journal = open();
    EXPECT_EQ(count("SELECT count(*) FROM tombstones"), 21);
    EXPECT_THAT(tombstones(*journal), ElementsAre(42));
    EXPECT_EQ(journal->tombstones_from(), 40u);
    clock_.advance(hours(24));
    journal = nullptr;
    journal = open();
    EXPECT_THAT(tombstones(*journal), IsEmpty());
    EXPECT_EQ(journal->tombstones_from(), 42u);
}

TEST_F(Keeping, WhatIsArchivedMovesInItsChange) {
    auto journal = open();
    take(*journal,
         change(1, {incident(11, 1, 2101), line(21, 11, "smoke"), incident(12, 1, 2102)}));
    DecidedChange last = leaving(
        2, {incident(11, 2, 2101)}, {}, {{v1::ENTITY_KIND_LOG_LINE, nth_id(21)}, incident_key(11)});
    take(*journal, last);
    EXPECT_EQ(count("SELECT count(*) FROM entities"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM archive"), 2);
    EXPECT_EQ(count("SELECT number FROM archive WHERE kind = 1"), 2101);
    EXPECT_EQ(count("SELECT count(*) FROM archive WHERE kind = 6 AND owner = (SELECT id FROM "
                    "archive WHERE kind = 1)"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM incident_words WHERE incident_words MATCH '2101'"), 1);
    // The last state, byte for byte, and after a restart too.
    for (int life = 0; life < 2; ++life) {
        const auto found = journal->find_archived(incident_key(11)).value();
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->bytes, last.upserts[0]->bytes);
        EXPECT_EQ(journal->find_archived(incident_key(12)).value(), nullptr);
        journal = nullptr;
        journal = open();
    }
    EXPECT_EQ(journal->last_incident_number(), 2101u);
    EXPECT_TRUE(verify_journal(file_.string())->intact);
    // Whoever changes what is archived is found.
    tamper("UPDATE archive SET bytes = (SELECT bytes FROM entities LIMIT 1) WHERE kind = 1");
    EXPECT_FALSE(verify_journal(file_.string())->intact);
}

TEST_F(Keeping, AGroupThatFailsArchivesNothing) {
    auto journal = open();
    take(*journal, change(1, {incident(11, 1, 2101)}));
    const std::vector group{leaving(2, {}, {}, {incident_key(11)}), change(1, {})};
    EXPECT_FALSE(journal->append(group).ok());
    EXPECT_EQ(count("SELECT count(*) FROM entities"), 1);
    EXPECT_EQ(journal->find_archived(incident_key(11)).value(), nullptr);
    EXPECT_THAT(tombstones(*journal), IsEmpty());
}

TEST_F(Keeping, WhatIsErasedIsGoneAndTheChainHolds) {
    const std::string secret = "the caller's number is 5551234";
    auto journal = open();
    JournalReader reader(file_.string());
    append(*journal, 1);
    DecidedChange report = change(2, {incident(11, 1, 2101, secret)});
    report.answer = "answered with " + secret;
    take(*journal, report);
    take(*journal, leaving(3, {}, {}, {incident_key(11)}));
    const auto head = [&] { return verify_journal(file_.string())->head; };
    EXPECT_TRUE(on_disk(secret));
    EXPECT_EQ(reader.count_changes(incident_key(11)).value(), 2u);
    DecidedChange erasure = leaving(4, {}, {}, {}, {incident_key(11)});
    take(*journal, erasure);
    const std::string erased_head = head();

    EXPECT_FALSE(on_disk(secret));
    EXPECT_EQ(journal->find_archived(incident_key(11)).value(), nullptr);
    EXPECT_EQ(count("SELECT count(*) FROM incident_words WHERE incident_words MATCH '2101'"), 0);
    EXPECT_EQ(reader.count_changes(incident_key(11)).value(), 0u);
    const auto report_now = verify_journal(file_.string()).value();
    EXPECT_TRUE(report_now.intact) << report_now.broken_at;
    EXPECT_EQ(report_now.erased, 2u);
    // The retry of an erased request acts no second time: its hash is there, its answer is not.
    const auto kept = journal->find_answer("caller", nth_id(1002).text()).value();
    ASSERT_TRUE(kept);
    EXPECT_FALSE(kept->answer_kept);
    // By what right it was done is on record, under the entity's id.
    ChangeQuery query = page_of(0, 10);
    query.entity_id = nth_id(11);
    const auto of_incident = reader.list_changes(query).value();
    ASSERT_EQ(of_incident.size(), 1u);
    EXPECT_EQ(of_incident[0].method(), "erase");
    EXPECT_EQ(of_incident[0].sequence(), 4u);
    EXPECT_TRUE(on_disk("a court's order"));
    const auto all = reader.list_changes(page_of(0, 10)).value();
    EXPECT_FALSE(all[0].erased());
    EXPECT_TRUE(all[1].erased());
    EXPECT_TRUE(all[1].actor_id().empty());
    // Erased twice, the first reason stays; the number is never given again.
    take(*journal, leaving(5, {}, {}, {}, {incident_key(11)}));
    EXPECT_EQ(verify_journal(file_.string())->erased, 2u);
    journal = nullptr;
    journal = open();
    EXPECT_EQ(journal->last_incident_number(), 2101u);
    EXPECT_TRUE(verify_journal(file_.string())->intact);
    EXPECT_NE(head(), erased_head);
}

// A backup, a search or a past picture reads an older state: the desk does not wait for it, and the
// erasure is not called done before it is.
TEST_F(Keeping, AnErasureIsPendingWhileSomebodyReadsAnOlderState) {
    const std::string secret = "the caller's number is 5551234";
    auto journal = open();
    EXPECT_FALSE(journal->erasure_pending());
    take(*journal, change(1, {incident(11, 1, 2101, secret)}));
    std::ofstream(file_.string() + ".before-2") << secret;
    sqlite::Database reader;
    ASSERT_EQ(reader.open(file_.string(), SQLITE_OPEN_READONLY), SQLITE_OK);
    ASSERT_EQ(reader.run("BEGIN; SELECT count(*) FROM changes"), SQLITE_OK);
    take(*journal, leaving(2, {}, {incident_key(11)}, {}, {incident_key(11)}));
    EXPECT_TRUE(journal->erasure_pending());
    EXPECT_FALSE(fs::exists(file_.string() + ".before-2"));
    clock_.advance(std::chrono::seconds(2));
    append(*journal, 3);
    EXPECT_TRUE(journal->erasure_pending());
    EXPECT_TRUE(on_disk(secret));

    ASSERT_EQ(reader.run("ROLLBACK"), SQLITE_OK);
    clock_.advance(std::chrono::seconds(2));
    append(*journal, 4);
    EXPECT_FALSE(journal->erasure_pending());
    EXPECT_FALSE(on_disk(secret));
    EXPECT_TRUE(verify_journal(file_.string())->intact);
}

// The hub ends while the log still holds it, as if killed: the next start finishes.
TEST_F(Keeping, AnErasureThatWasNotFinishedIsFinishedAtTheNextStart) {
    const std::string secret = "the caller's number is 5551234";
    sqlite::Database reader;
    {
        auto journal = open();
        take(*journal, change(1, {incident(11, 1, 2101, secret)}));
        ASSERT_EQ(reader.open(file_.string(), SQLITE_OPEN_READONLY), SQLITE_OK);
        ASSERT_EQ(reader.run("BEGIN; SELECT count(*) FROM changes"), SQLITE_OK);
        take(*journal, leaving(2, {}, {incident_key(11)}, {}, {incident_key(11)}));
    }
    EXPECT_TRUE(on_disk(secret));
    ASSERT_EQ(reader.run("ROLLBACK"), SQLITE_OK);
    auto journal = open();
    EXPECT_FALSE(journal->erasure_pending());
    EXPECT_FALSE(on_disk(secret));
}

// `touched` holds every change of every entity: it is sought in, never walked.
TEST_F(Keeping, ChangesOfAnEntityAreSoughtByItsKindAndId) {
    auto journal = open();
    append(*journal, 1);
    JournalReader reader(file_.string());
    ChangeQuery query = page_of(0, 10);
    query.entity_id = nth_id(1);
    sqlite::Database database;
    ASSERT_EQ(database.open(file_.string(), SQLITE_OPEN_READONLY), SQLITE_OK);
    sqlite::Statement plan;
    ASSERT_EQ(
        database.prepare(("EXPLAIN QUERY PLAN " + JournalReader::list_sql(query)).c_str(), plan),
        SQLITE_OK)
        << database.message();
    std::string steps;
    while (plan.step() == SQLITE_ROW) steps += plan.bytes(3) + "\n";
    EXPECT_THAT(steps, HasSubstr("SEARCH touched USING PRIMARY KEY (kind=? AND id=?)"));
    EXPECT_THAT(steps, Not(HasSubstr("SCAN touched")));
}

TEST_F(Keeping, ChangesAreListedByPersonEntityAndTime) {
    auto journal = open();
    for (uint64_t n = 1; n <= 6; ++n) {
        DecidedChange one = change(n, {team(n % 3, "t", static_cast<uint32_t>(n))});
        one.caller_id = n % 2 == 0 ? "even" : "odd";
        Act act;
        act.method = "test";
        act.actor.person_id = one.caller_id;
        one.payload = change_payload(act, clock_.now(), one.upserts, {});
        take(*journal, one);
        clock_.advance(hours(1));
    }
    JournalReader reader(file_.string());
    const UtcTime began = clock_.now() - hours(6);
    const auto list = [&](const std::function<void(ChangeQuery&)>& ask) {
        ChangeQuery query = page_of(0, 100);
        ask(query);
        std::vector<uint64_t> sequences;
        const auto changes = reader.list_changes(query);
        EXPECT_TRUE(changes.ok()) << changes.status();
        for (const auto& summary : changes.value()) sequences.push_back(summary.sequence());
        return sequences;
    };
    EXPECT_THAT(list([](auto& q) { q.actor_id = "even"; }), ElementsAre(6, 4, 2));
    EXPECT_THAT(list([](auto& q) { q.entity_id = nth_id(1); }), ElementsAre(4, 1));
    EXPECT_THAT(list([](auto& q) {
                    q.entity_id = nth_id(1);
                    q.actor_id = "odd";
                }),
                ElementsAre(1));
    EXPECT_THAT(list([&](auto& q) {
                    q.from = began + hours(1);
                    q.to = began + hours(3);
                }),
                ElementsAre(3, 2));
    EXPECT_THAT(list([&](auto& q) {
                    q.from = began + hours(2);
                    q.actor_id = "even";
                    q.before = 6;
                }),
                ElementsAre(4));
    EXPECT_THAT(list([](auto& q) { q.actor_id = "nobody"; }), IsEmpty());
    EXPECT_THAT(list([&](auto& q) { q.to = began; }), IsEmpty());
}

// POSIX drops a process's locks on a file with any of its descriptors that is closed: a hub that
// verifies its own journal must not let go of it, or another program's last close would take the
// log away.
TEST_F(Keeping, VerifyingDoesNotLetGoOfTheFile) {
    auto journal = open();
    append(*journal, 1);
    ASSERT_TRUE(verify_journal(file_.string())->intact);
    const pid_t child = ::fork();
    if (child == 0) {
        const int file = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
        // https://www.sqlite.org/src/file/src/os_unix.c: the bytes of the shared lock.
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = 0x40000002;
        lock.l_len = 510;
        const bool asked = file >= 0 && ::fcntl(file, F_GETLK, &lock) == 0;
        ::_exit(asked && lock.l_type != F_UNLCK ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << "the file is not locked any more";
}

TEST_F(Keeping, WhatIsRefusedIsNotTouchedWhateverTheReason) {
    {
        auto journal = open();
        for (uint64_t n = 1; n <= 5; ++n) append(*journal, n);
    }
    const std::string good = slurp(file_);
    const auto refused = [&](const std::string& sql, const std::string& code) {
        std::ofstream(file_, std::ios::binary | std::ios::trunc) << good;
        tamper(sql);
        const std::string before = slurp(file_);
        EXPECT_EQ(refusal(), code) << sql;
        EXPECT_EQ(slurp(file_), before) << sql;
        EXPECT_FALSE(fs::exists(file_.string() + ".before-2")) << sql;
    };
    refused("PRAGMA user_version = 3", "journal.newer");
    refused("PRAGMA user_version = 0", "journal.foreign");
    refused("PRAGMA application_id = 7", "journal.foreign");
    refused("DROP TABLE archive", "journal.damaged");
    refused("DROP TABLE incident_words", "journal.damaged");
    refused("DELETE FROM meta", "journal.damaged");
    refused("DELETE FROM changes WHERE sequence = 4", "journal.damaged");
    refused("UPDATE changes SET chain = zeroblob(32) WHERE sequence = 5", "journal.damaged");
    // While another hub has it: even its log stays.
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << good;
    FileLock other;
    ASSERT_TRUE(other.take(file_.string()).ok());
    EXPECT_EQ(refusal(), "journal.locked");
    EXPECT_EQ(slurp(file_), good);
}

}  // namespace
}  // namespace muster
