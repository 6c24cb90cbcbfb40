// One golden journal a format: what an older release wrote is migrated after a copy, what this one
// writes stays what it is.
#include <cstdlib>
#include <sstream>

#include "hub/base/sha256.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/migrate.h"
#include "tests/unit/journal/journal_fixture.h"

namespace muster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const fs::path kGolden = fs::path(MUSTER_SOURCE_DIR) / "tests/unit/journal/golden";

std::vector<std::string> lines_of(const fs::path& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// Every table of the file as text; the journal's own id is left out.
std::string dump(const fs::path& file) {
    sqlite::Database database;
    EXPECT_EQ(database.open(file.string(), SQLITE_OPEN_READONLY), SQLITE_OK);
    std::ostringstream text;
    for (const std::string table : {"sqlite_schema",
                                    "meta",
                                    "changes",
                                    "touched",
                                    "entities",
                                    "tombstones",
                                    "archive",
                                    "answers",
                                    "incident_words_docsize",
                                    "incident_words_data"}) {
        sqlite::Statement all;
        const std::string sql =
            "SELECT * FROM " + table + (table == "meta" ? " WHERE key <> 'journal_id'" : "");
        EXPECT_EQ(database.prepare(sql.c_str(), all), SQLITE_OK) << database.message();
        const int skip = table == "sqlite_schema" ? 3 : -1;
        while (all.step() == SQLITE_ROW) {
            text << table;
            for (int column = 0; column < all.columns(); ++column) {
                if (column == skip) continue;
                text << " " << (all.is_null(column) ? "null" : to_hex(all.bytes(column)));
            }
            text << "\n";
        }
    }
    return text.str();
}

class Golden : public Journal {
protected:
    // Of a copy: SQLite makes files beside what it reads.
    std::string dump_golden(const std::string& name) {
        const fs::path copy = folder_ / name;
        fs::copy_file(kGolden / name, copy);
        return dump(copy);
    }
    // As the lines of formatN.txt.
    std::vector<std::string> content(SqliteJournal& journal) {
        std::vector<std::string> lines;
        lines.push_back("chain " + std::to_string(journal.last_sequence()) + " " +
                        to_hex(verify_journal(file_.string())->head));
        EXPECT_TRUE(journal
                        .load([&](const LoadedEntity& loaded) {
                            lines.push_back("entity " + std::to_string(loaded.entity->key.kind) +
                                            " " + to_hex(id_bytes(loaded.entity->key.id)) + " " +
                                            std::to_string(loaded.entity->version) + " " +
                                            to_hex(sha256(loaded.entity->bytes)));
                        })
                        .ok());
        return lines;
    }

    // A little of everything that a journal holds.
    void tell_story(SqliteJournal& journal) {
        const auto incident = [](uint64_t id, uint32_t version, const std::string& number) {
            v1::Entity entity;
            entity.mutable_incident()->set_id(nth_id(id).text());
            entity.mutable_incident()->set_version(version);
            entity.mutable_incident()->set_number(number);
            entity.mutable_incident()->set_place("北站 east gate");
            return entity;
        };
        v1::Entity line;
        line.mutable_log_line()->set_id(nth_id(21).text());
        line.mutable_log_line()->set_version(1);
        line.mutable_log_line()->set_incident_id(nth_id(11).text());
        line.mutable_log_line()->set_text("smoke");
        take(journal, change(1, {team(1, "first", 1), team(2, "second", 1)}));
        take(journal, change(2, {incident(11, 1, "F2101"), line, incident(12, 1, "F2102")}));
        clock_.advance(std::chrono::minutes(5));
        take(journal, change(3, {team(1, "first again", 2)}));
        take(journal, leaving(4, {}, {{v1::ENTITY_KIND_TEAM, nth_id(2)}}, {}));
        take(journal,
             leaving(
                 5,
                 {incident(11, 2, "F2101")},
                 {},
                 {{v1::ENTITY_KIND_LOG_LINE, nth_id(21)}, {v1::ENTITY_KIND_INCIDENT, nth_id(11)}}));
        take(journal, leaving(6, {}, {}, {}, {{v1::ENTITY_KIND_LOG_LINE, nth_id(21)}}));
        DecidedChange login = change(7, {team(3, "third", 1)});
        login.keep_answer = false;
        take(journal, login);
    }
};

TEST_F(Golden, AJournalOfFormatOneIsMigratedAfterACopy) {
    fs::copy_file(kGolden / "format1.db", file_);
    const std::string original = slurp(file_);
    // On the day on which it was written.
    const UtcTime then(std::chrono::microseconds(count("SELECT max(at_us) FROM answers")));
    clock_.step_wall(then - clock_.now());
    const auto journal = open();
    std::vector<std::string> expected;
    for (const auto& line : lines_of(kGolden / "format1.txt")) {
        std::istringstream words(line);
        std::string kind, caller, request_id, hash, answer;
        words >> kind >> caller >> request_id >> hash >> answer;
        if (kind != "answer") {
            expected.push_back(line);
            continue;
        }
        const auto kept = journal->find_answer(caller == "-" ? "" : caller, request_id).value();
        ASSERT_TRUE(kept) << line;
        EXPECT_EQ(to_hex(kept->request_hash), hash);
        EXPECT_EQ(kept->answer_kept ? to_hex(sha256(kept->answer)) : "-", answer);
    }
    EXPECT_EQ(content(*journal), expected);
    const auto report = verify_journal(file_.string()).value();
    EXPECT_TRUE(report.intact) << report.broken_at;
    EXPECT_EQ(report.erased, 0u);
    EXPECT_EQ(count("PRAGMA user_version"), kJournalFormat);
    // What there was can be gone back to, byte for byte but for what SQLite counts.
    const fs::path copy = backup_before_migration(file_.string());
    EXPECT_EQ(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(verify_journal(copy.string())->head, report.head);
    EXPECT_EQ(slurp(copy).substr(100), original.substr(100));
    // A removal within the last seven days is told, and the audit knows who touched what.
    JournalReader reader(file_.string());
    const auto removed = journal->tombstones().value();
    ASSERT_FALSE(removed.empty());
    EXPECT_EQ(removed[0].key.kind, v1::ENTITY_KIND_CAMERA);
    ChangeQuery of_camera = page_of(0, 10);
    of_camera.entity_id = removed[0].key.id;
    const auto changes = reader.list_changes(of_camera);
    ASSERT_EQ(changes->size(), 2u);
    EXPECT_EQ(changes->at(0).method(), "muster.v1.CameraService/RemoveCamera");
    EXPECT_EQ(changes->at(1).method(), "muster.v1.CameraService/AddCamera");
    // And it goes on.
    append(*journal, journal->last_sequence() + 1);
    EXPECT_TRUE(verify_journal(file_.string())->intact);
}

TEST_F(Golden, AMigrationThatDiesAnywhereLeavesAWholeJournal) {
    struct Death {};
    fs::copy_file(kGolden / "format1.db", file_);
    const auto golden = verify_journal(file_.string()).value();
    for (const std::string point : {"migrate.copied",
                                    "migrate.begin",
                                    "migrate.middle",
                                    "migrate.commit",
                                    "migrate.committed"}) {
        fs::remove_all(folder_);
        fs::create_directory(folder_);
        fs::copy_file(kGolden / "format1.db", file_);
        bool died = false;
        try {
            const auto journal =
                SqliteJournal::open(file_.string(), clock_, [&](std::string_view at) {
                    if (at == point) throw Death();
                });
        } catch (const Death&) {
            died = true;
        }
        EXPECT_TRUE(died) << point;
        const auto left = verify_journal(file_.string()).value();
        EXPECT_TRUE(left.intact) << point;
        EXPECT_EQ(left.head, golden.head) << point;
        auto journal = open();
        EXPECT_EQ(journal->last_sequence(), golden.changes) << point;
        EXPECT_EQ(count("PRAGMA user_version"), kJournalFormat);
        journal.reset();
        EXPECT_TRUE(verify_journal(file_.string())->intact) << point;
    }
}

TEST_F(Golden, ADamagedOldJournalIsRefusedUntouched) {
    fs::copy_file(kGolden / "format1.db", file_);
    tamper("UPDATE changes SET payload = payload || x'00' WHERE sequence = 7");
    const std::string content = slurp(file_);
    EXPECT_EQ(refusal(), "journal.damaged");
    EXPECT_EQ(slurp(file_), content);
    EXPECT_FALSE(fs::exists(backup_before_migration(file_.string())));
}

// To make the file when a format is new: MUSTER_WRITE_GOLDEN=FILE names where it goes.
TEST_F(Golden, ThisFormatIsWrittenAsItsGoldenWas) {
    {
        auto journal = open();
        tell_story(*journal);
    }
    if (const char* target = std::getenv("MUSTER_WRITE_GOLDEN")) {
        fs::copy_file(file_, target, fs::copy_options::overwrite_existing);
    }
    EXPECT_EQ(dump(file_), dump_golden("format2.db"))
        << "what this release writes is another format: give it a number, migrate, keep the old "
           "golden journal";
}

TEST_F(Golden, AJournalOfThisFormatOpensAsItIs) {
    fs::copy_file(kGolden / "format2.db", file_);
    const auto journal = open();
    EXPECT_FALSE(fs::exists(backup_before_migration(file_.string())));
    EXPECT_EQ(journal->last_sequence(), 7u);
    EXPECT_THAT(names(*journal), ElementsAre("first again", "", "third"));
    EXPECT_EQ(journal->last_incident_number(), 2101u);
    const auto archived = journal->find_archived({v1::ENTITY_KIND_INCIDENT, nth_id(11)}).value();
    ASSERT_NE(archived, nullptr);
    EXPECT_EQ(archived->version, 2u);
    const auto report = verify_journal(file_.string()).value();
    EXPECT_TRUE(report.intact) << report.broken_at;
    EXPECT_EQ(report.erased, 2u);
    std::vector<uint64_t> gone;
    const auto tombstones = journal->tombstones().value();
    for (const auto& tombstone : tombstones) gone.push_back(tombstone.sequence);
    EXPECT_THAT(gone, ElementsAre(4, 5, 5));
}

}  // namespace
}  // namespace muster
