#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

#include "hub/base/sha256.h"
#include "tests/unit/journal/journal_fixture.h"

namespace muster {
namespace {

using testing::ElementsAre;

TEST_F(Journal, KeepsEntitiesInTheOrderOfMakingWithTheirBytes) {
    Uuid id;
    std::string bytes;
    {
        auto journal = open();
        id = journal->journal_id();
        EXPECT_EQ(journal->last_sequence(), 0u);
        const std::vector group{change(1, {team(9, "first", 1), team(3, "second", 1)}),
                                change(2, {team(9, "first again", 2)})};
        ASSERT_TRUE(journal->append(group).ok());
        bytes = group[1].upserts[0]->bytes;
        EXPECT_EQ(journal->last_sequence(), 2u);
    }
    auto journal = open();
    EXPECT_EQ(journal->journal_id(), id);
    EXPECT_EQ(journal->last_sequence(), 2u);
    std::vector<EntityPtr> loaded;
    ASSERT_TRUE(journal->load([&](LoadedEntity e) { loaded.push_back(std::move(e.entity)); }).ok());
    ASSERT_EQ(loaded.size(), 2u);
    EXPECT_EQ(loaded[0]->message.team().name(), "first again");
    EXPECT_EQ(loaded[0]->bytes, bytes);
    EXPECT_EQ(loaded[0]->version, 2u);
    EXPECT_EQ(loaded[1]->message.team().name(), "second");
    DecidedChange removal = change(3, {});
    removal.removals = {loaded[0]->key};
    ASSERT_TRUE(journal->append(std::vector{removal}).ok());
    EXPECT_THAT(names(*journal), ElementsAre("second"));
}

TEST_F(Journal, ItsFilesAreItsOwnersAlone) {
    ::umask(0);
    auto journal = open();
    append(*journal, 1);
    int files = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
            << entry.path();
        ++files;
    }
    // The file, its log, the log's index, the lock.
    EXPECT_EQ(files, 4);
    journal.reset();
    fs::permissions(file_, fs::perms::all);
    journal = open();
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Journal, KeepsAnswersForThirtyDays) {
    auto journal = open();
    append(*journal, 1);
    DecidedChange secret = change(2, {team(2, "b", 1)});
    secret.keep_answer = false;
    secret.answer.clear();
    ASSERT_TRUE(journal->append(std::vector{secret}).ok());
    const auto find = [&](uint64_t n, const std::string& caller = "caller") {
        return journal->find_answer(caller, nth_id(1000 + n).text()).value();
    };
    ASSERT_TRUE(find(1));
    EXPECT_EQ(find(1)->answer, "answer 1");
    EXPECT_EQ(find(1)->request_hash, "hash");
    EXPECT_TRUE(find(1)->answer_kept);
    EXPECT_FALSE(find(2)->answer_kept);
    EXPECT_FALSE(find(1, "somebody else"));
    EXPECT_FALSE(find(3));
    journal.reset();
    journal = open();
    EXPECT_TRUE(find(1));
    clock_.advance(std::chrono::hours(30 * 24));
    EXPECT_TRUE(find(1));
    clock_.advance(std::chrono::seconds(1));
    EXPECT_FALSE(find(1));
    // The next group takes old ones out, and an id of those days can be used anew.
    append(*journal, 3);
    DecidedChange again = change(4, {team(4, "d", 1)});
    again.request_id = nth_id(1001).text();
    ASSERT_TRUE(journal->append(std::vector{again}).ok());
    EXPECT_EQ(find(1)->answer, "answer 4");
    sqlite::Database database;
    sqlite::Statement count;
    ASSERT_EQ(database.open(file_.string(), SQLITE_OPEN_READONLY), SQLITE_OK);
    ASSERT_EQ(database.prepare("SELECT count(*) FROM answers", count), SQLITE_OK);
    ASSERT_EQ(count.step(), SQLITE_ROW);
    EXPECT_EQ(count.integer(0), 2);
}

TEST_F(Journal, LooksOfOneGroupEndBeforeItIsWritten) {
    auto journal = open();
    append(*journal, 1);
    {
        const JournalPort::Looks looks(*journal);
        EXPECT_TRUE(journal->find_answer("caller", nth_id(1001).text()).value());
        EXPECT_FALSE(journal->find_answer("caller", nth_id(1002).text()).value());
        EXPECT_FALSE(journal->find_archived({v1::ENTITY_KIND_TEAM, nth_id(1)}).value());
    }
    append(*journal, 2);
    EXPECT_TRUE(journal->find_answer("caller", nth_id(1002).text()).value());
    { const JournalPort::Looks unused(*journal); }
    append(*journal, 3);
    journal.reset();
    EXPECT_EQ(open()->last_sequence(), 3u);
}

TEST_F(Journal, AGroupIsThereWholeOrNotAtAll) {
    auto journal = open();
    append(*journal, 1);
    // The second one's sequence is taken, so that the group fails in the middle.
    const std::vector group{change(2, {team(2, "b", 1)}), change(1, {team(3, "c", 1)})};
    EXPECT_EQ(journal->append(group).code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(journal->last_sequence(), 1u);
    EXPECT_THAT(names(*journal), ElementsAre("a"));
    EXPECT_FALSE(journal->find_answer("caller", nth_id(1002).text()).value());
    append(*journal, 2, "b");
    EXPECT_TRUE(verify_journal(file_.string())->intact);
}

// A hub that dies leaves its files as they are at that moment: a copy of them is that moment.
TEST_F(Journal, WhatWasAnsweredIsThereAfterAKillAtAnyMoment) {
    auto journal = open();
    for (uint64_t n = 1; n <= 40; ++n) {
        append(*journal, n);
        if (n % 8 != 0) continue;
        const fs::path copy = folder_ / ("copy" + std::to_string(n));
        fs::create_directory(copy);
        for (const char* suffix : {"", "-wal"}) {
            fs::copy_file(file_.string() + suffix, copy / (std::string("journal.db") + suffix));
        }
        // A group that was being written: bytes at the end that make no whole frame.
        std::ofstream(copy / "journal.db-wal", std::ios::binary | std::ios::app)
            << std::string(3000, '\x5a');
        auto survivor = open(copy / "journal.db");
        EXPECT_EQ(survivor->last_sequence(), n);
        EXPECT_EQ(names(*survivor).size(), n);
        EXPECT_TRUE(survivor->find_answer("caller", nth_id(1000 + n).text())->has_value());
        append(*survivor, n + 1);
        const auto report = verify_journal((copy / "journal.db").string());
        EXPECT_TRUE(report->intact);
        EXPECT_EQ(report->changes, n + 1);
    }
}

TEST_F(Journal, ATornLastFrameCostsTheUnansweredGroupOnly) {
    auto journal = open();
    append(*journal, 1);
    const auto whole = fs::file_size(file_.string() + "-wal");
    append(*journal, 2);
    const fs::path copy = folder_ / "copy";
    fs::create_directory(copy);
    fs::copy_file(file_, copy / "journal.db");
    fs::copy_file(file_.string() + "-wal", copy / "journal.db-wal");
    fs::resize_file(copy / "journal.db-wal", whole + 2000);
    auto survivor = open(copy / "journal.db");
    EXPECT_EQ(survivor->last_sequence(), 1u);
}

TEST_F(Journal, ASecondHubIsRefused) {
    auto journal = open();
    EXPECT_EQ(refusal(), "journal.locked");
    append(*journal, 1);
    journal.reset();
    EXPECT_EQ(refusal(), "");
}

// Another hub makes its journal between a look at the folder and the lock.
TEST_F(Journal, WhoFindsNoFileDoesNotReplaceOneThatCameMeanwhile) {
    FileLock other;
    ASSERT_TRUE(other.take(file_.string()).ok());
    EXPECT_EQ(refusal(), "journal.locked");
    // What is there is looked at under the lock alone, so the refusal is the lock's even here.
    std::ofstream(file_) << "no journal";
    EXPECT_EQ(refusal(), "journal.locked");
}

TEST_F(Journal, TheLogOfAJournalThatIsGoneIsRefusedUntouched) {
    std::string log;
    {
        auto journal = open();
        append(*journal, 1, "of the old journal");
        log = slurp(file_.string() + "-wal");
        ASSERT_FALSE(log.empty());
    }
    fs::remove(file_);
    for (const char* end : {"-wal", "-journal"}) {
        const fs::path stale = file_.string() + end;
        std::ofstream(stale, std::ios::binary) << log;
        EXPECT_EQ(refusal(), "journal.stale_log") << end;
        EXPECT_FALSE(fs::exists(file_));
        EXPECT_EQ(slurp(stale), log);
        fs::remove(stale);
    }
    auto journal = open();
    EXPECT_EQ(journal->last_sequence(), 0u);
    EXPECT_TRUE(names(*journal).empty());
}

TEST_F(Journal, ForeignFilesAreRefusedUntouched) {
    const auto untouched = [this](const std::string& content, const std::string& code) {
        std::ofstream(file_, std::ios::binary | std::ios::trunc) << content;
        EXPECT_EQ(refusal(), code);
        EXPECT_EQ(slurp(file_), content);
        EXPECT_FALSE(fs::exists(file_.string() + "-wal"));
    };
    untouched("not a database", "journal.foreign");
    untouched(std::string(5000, '\0'), "journal.foreign");
    {
        const fs::path other = folder_ / "other.db";
        sqlite::Database database;
        ASSERT_EQ(database.open(other.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE),
                  SQLITE_OK);
        ASSERT_EQ(database.run("CREATE TABLE theirs(x)"), SQLITE_OK);
    }
    untouched(slurp(folder_ / "other.db"), "journal.foreign");
    fs::remove(file_);
    fs::create_directory(file_);
    EXPECT_EQ(refusal(), "journal.foreign");
}

TEST_F(Journal, ANewerFormatIsRefusedUntouched) {
    open().reset();
    tamper("PRAGMA user_version = 3");
    const std::string content = slurp(file_);
    EXPECT_EQ(refusal(), "journal.newer");
    EXPECT_EQ(code_of(verify_journal(file_.string())), "journal.newer");
    EXPECT_EQ(slurp(file_), content);
}

TEST_F(Journal, DamageIsRefusedUntouched) {
    {
        auto journal = open();
        for (uint64_t n = 1; n <= 30; ++n) append(*journal, n, std::string(400, 'x'));
    }
    const std::string good = slurp(file_);
    // Every page but the first is overwritten.
    std::string broken = good;
    for (size_t i = 4096; i < broken.size(); ++i) broken[i] = '\x77';
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << broken;
    EXPECT_EQ(refusal(), "journal.damaged");
    EXPECT_EQ(slurp(file_), broken);
    EXPECT_EQ(code_of(verify_journal(file_.string())), "journal.damaged");
    // The header alone is left.
    broken = good.substr(0, 100);
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << broken;
    EXPECT_EQ(refusal(), "journal.damaged");
    // The last change is gone.
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << good;
    tamper("UPDATE changes SET chain = zeroblob(32) WHERE sequence = 30");
    EXPECT_EQ(refusal(), "journal.damaged");
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << good;
    tamper("UPDATE entities SET bytes = x'ffff' WHERE sequence = 3");
    auto journal = open();
    const Status status = journal->load([](const LoadedEntity&) {});
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(code_of(status), "journal.damaged");
}

TEST_F(Journal, TamperingIsFoundWhereItWasDone) {
    {
        auto journal = open();
        for (uint64_t n = 1; n <= 20; ++n) append(*journal, n, "team " + std::to_string(n));
    }
    const std::string good = slurp(file_);
    const auto after = [&](const std::string& sql) {
        std::ofstream(file_, std::ios::binary | std::ios::trunc) << good;
        tamper(sql);
        const auto report = verify_journal(file_.string());
        EXPECT_TRUE(report.ok()) << report.status();
        EXPECT_EQ(report->intact, report->broken_at == 0);
        return report->broken_at;
    };
    EXPECT_EQ(after("SELECT 1"), 0u);
    EXPECT_EQ(after("UPDATE changes SET payload = payload || x'00' WHERE sequence = 7"), 7u);
    EXPECT_EQ(after("UPDATE changes SET payload_sha = zeroblob(32) WHERE sequence = 8"), 8u);
    EXPECT_EQ(after("UPDATE changes SET chain = zeroblob(32) WHERE sequence = 9"), 9u);
    EXPECT_EQ(after("DELETE FROM changes WHERE sequence = 10"), 10u);
    EXPECT_EQ(after("UPDATE changes SET sequence = 99 WHERE sequence = 20"), 20u);
    // Whoever changes the current state alone is found as well.
    EXPECT_EQ(after("UPDATE entities SET bytes = (SELECT bytes FROM entities WHERE sequence = 2) "
                    "WHERE sequence = 5"),
              5u);
    EXPECT_EQ(after("DELETE FROM entities WHERE sequence = 6"), 6u);
    EXPECT_EQ(after("UPDATE entities SET sequence = 8 WHERE sequence = 7"), 7u);
    // So is who claims another time or another name for a change.
    EXPECT_EQ(after("UPDATE changes SET at_us = at_us + 1 WHERE sequence = 4"), 4u);
    EXPECT_EQ(after("UPDATE changes SET actor = 'x' WHERE sequence = 11"), 11u);
}

TEST_F(Journal, AnErasedPayloadLeavesTheChainWhole) {
    {
        auto journal = open();
        for (uint64_t n = 1; n <= 5; ++n) append(*journal, n);
    }
    const auto head = verify_journal(file_.string())->head;
    tamper("UPDATE changes SET payload = NULL WHERE sequence = 3");
    const auto report = verify_journal(file_.string());
    EXPECT_TRUE(report->intact);
    EXPECT_EQ(report->erased, 1u);
    EXPECT_EQ(report->changes, 5u);
    EXPECT_EQ(report->head, head);
    EXPECT_EQ(open()->last_sequence(), 5u);
}

// SHA-256(32 zeros, 1 as 8 bytes, SHA-256(payload)), computed here in another way than there.
TEST_F(Journal, TheChainIsWhatItSaysItIs) {
    auto journal = open();
    append(*journal, 1);
    const std::string payload = change(1, {team(1, "a", 1)}).payload;
    const std::string expected =
        sha256(std::string(32, '\0') + std::string("\0\0\0\0\0\0\0\1", 8) + sha256(payload));
    const auto report = verify_journal(file_.string());
    EXPECT_EQ(to_hex(report->head), to_hex(expected));
    EXPECT_EQ(report->changes, 1u);
}

TEST_F(Journal, VerifyingNeedsAJournal) {
    EXPECT_EQ(code_of(verify_journal(file_.string())), "journal.missing");
    EXPECT_FALSE(fs::exists(file_));
    std::ofstream(file_) << "x";
    EXPECT_EQ(code_of(verify_journal(file_.string())), "journal.foreign");
}

TEST_F(Journal, IsReadBesideTheDesk) {
    auto journal = open();
    JournalReader reader(file_.string());
    EXPECT_TRUE(reader.list_changes(page_of(0, 10))->empty());
    for (uint64_t n = 1; n <= 5; ++n) append(*journal, n);
    const auto sequences = [&](uint64_t before, size_t limit) {
        std::vector<uint64_t> list;
        const auto changes = reader.list_changes(page_of(before, limit));
        for (const auto& summary : *changes) {
            list.push_back(summary.sequence());
        }
        return list;
    };
    EXPECT_THAT(sequences(0, 2), ElementsAre(5, 4));
    EXPECT_THAT(sequences(4, 2), ElementsAre(3, 2));
    EXPECT_THAT(sequences(2, 10), ElementsAre(1));
    const auto newest = reader.list_changes(page_of(0, 1))->at(0);
    EXPECT_EQ(newest.method(), "test");
    EXPECT_THAT(newest.entity_ids(), ElementsAre(nth_id(5).text()));
    EXPECT_EQ(from_proto(newest.at()), clock_.now());
    const auto verified = reader.verify().value();
    EXPECT_TRUE(verified.intact());
    EXPECT_EQ(verified.changes(), 5u);
    // A reader in the middle of a look does not keep the desk from writing.
    append(*journal, 6);
    EXPECT_THAT(sequences(0, 1), ElementsAre(6));
}

TEST_F(Journal, AReaderWithoutAJournalIsUnavailable) {
    JournalReader reader(file_.string());
    EXPECT_EQ(reader.list_changes(page_of(0, 1)).status().code(), absl::StatusCode::kUnavailable);
    open().reset();
    EXPECT_TRUE(reader.list_changes(page_of(0, 1)).ok());
}

// Files cannot grow for a while, as on a full disk.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        former_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &limit_);
        const rlimit low{bytes, limit_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &low);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, former_);
    }

private:
    rlimit limit_{};
    void (*former_)(int) = nullptr;
};

TEST_F(Journal, AFullDiskIsUnavailableAndEndsWithItself) {
    auto journal = open();
    append(*journal, 1);
    {
        const FullDisk full(fs::file_size(file_.string() + "-wal") + 100);
        const std::vector group{change(2, {team(2, std::string(9000, 'x'), 1)})};
        for (int i = 0; i < 3; ++i) {
            const Status status = journal->append(group);
            EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
            EXPECT_EQ(code_of(status), "journal.unavailable");
        }
        EXPECT_EQ(journal->last_sequence(), 1u);
        EXPECT_TRUE(journal->find_answer("caller", nth_id(1001).text())->has_value());
    }
    append(*journal, 2, "b");
    append(*journal, 3, "c");
    EXPECT_THAT(names(*journal), ElementsAre("a", "b", "c"));
    EXPECT_TRUE(verify_journal(file_.string())->intact);
    journal.reset();
    EXPECT_EQ(open()->last_sequence(), 3u);
}

TEST_F(Journal, AFolderThatIsNotThereIsSaid) {
    file_ = folder_ / "none" / "journal.db";
    EXPECT_EQ(refusal(), "journal.cannot_open");
}

TEST_F(Journal, CarriesTheRealDesk) {
    ManualStrand strand(clock_);
    v1::AddTeamRequest request;
    request.set_request_id(nth_id(1).text());
    request.set_name("一中队");
    request.add_capabilities(v1::CAPABILITY_FIRE);
    *request.mutable_home() = point(1, 1);
    Actor admin;
    admin.person_id = nth_id(2).text();
    admin.role = v1::ROLE_ADMIN;
    std::vector<std::string> answers;
    for (int life = 0; life < 2; ++life) {
        auto journal = open();
        Desk desk(strand, *journal, clock_);
        ASSERT_TRUE(desk.start(nullptr).ok());
        desk.submit(DeskWorld::act_of(request, admin), [&](const Result<std::string>& reply) {
            ASSERT_TRUE(reply.ok()) << reply.status();
            answers.push_back(*reply);
        });
        strand.run();
        EXPECT_EQ(journal->last_sequence(), 1u);
        EXPECT_TRUE(desk.read([](const Memory& memory) {
            return memory.find_named(v1::ENTITY_KIND_TEAM, "一中队");
        }));
    }
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0], answers[1]);
}

}  // namespace
}  // namespace muster
