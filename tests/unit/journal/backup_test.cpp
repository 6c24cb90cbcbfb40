#include "hub/journal/backup.h"

#include <filesystem>
#include <fstream>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hub/journal/backup_manifest.h"
#include "hub/journal/digest.h"
#include "hub/journal/sqlite_journal.h"
#include "hub/journal/verify.h"
#include "tests/support/desk_world.h"
#include "tests/support/write_change.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

// A data folder with a journal that is open, as a hub has it, and places to restore to.
class BackupTest : public testing::Test {
protected:
    BackupTest() {
        folder_ = fs::temp_directory_path() / ("muster-backup-" + Uuid::make().text());
        fs::create_directories(data() / "tls");
        journal_ = SqliteJournal::open((data() / "journal.db").string(), clock_).value();
        put(data() / "secret.key", "0123456789");
        put(data() / "tls/server.crt", "certificate");
        put(data() / "something.lock", "");
        for (int n = 0; n < 20; ++n) write(n);
    }
    ~BackupTest() override {
        journal_.reset();
        fs::remove_all(folder_);
    }

    fs::path data() const { return folder_ / "data"; }
    fs::path file() const { return folder_ / "backup.tar"; }
    fs::path target() const { return folder_ / "restored"; }

    void write(int n) {
        v1::Entity entity;
        entity.mutable_team()->set_id(nth_id(static_cast<uint64_t>(n) + 1).text());
        entity.mutable_team()->set_version(1);
        entity.mutable_team()->set_name("队" + std::to_string(n));
        write_change(*journal_, clock_.now(), {entity});
    }
    static void put(const fs::path& path, std::string_view bytes) {
        std::ofstream(path, std::ios::binary) << bytes;
    }
    static std::string get(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::string archive(size_t piece_bytes = 1000) {
        Backup backup(data());
        const Status prepared = backup.prepare("test", clock_.now(), [] { return true; });
        EXPECT_TRUE(prepared.ok()) << prepared;
        std::string all;
        for (;;) {
            const auto piece = backup.read(piece_bytes);
            EXPECT_TRUE(piece.ok()) << piece.status();
            if (!piece.ok() || piece->empty()) break;
            EXPECT_LE(piece->size(), piece_bytes);
            all += *piece;
        }
        EXPECT_EQ(backup.total_bytes(), all.size());
        Digest digest;
        digest.add(all);
        EXPECT_EQ(backup.sha256(), digest.finish());
        return all;
    }
    std::string restore_code(std::string_view bytes) {
        put(file(), bytes);
        const auto restored = restore_backup(file(), target());
        EXPECT_FALSE(fs::exists(target()) && !restored.ok()) << "left something";
        for (const auto& each : fs::directory_iterator(folder_)) {
            EXPECT_EQ(each.path().string().find(".restoring-"), std::string::npos);
        }
        return code_of(restored);
    }

    // A tar archive of whatever is given: name, bytes, type.
    struct Member {
        std::string name;
        std::string bytes;
        unsigned type = AE_IFREG;
    };
    static std::string tar(const std::vector<Member>& members) {
        std::string out(4 << 20, '\0');
        size_t used = 0;
        auto* writer = archive_write_new();
        archive_write_set_format_pax_restricted(writer);
        archive_write_open_memory(writer, out.data(), out.size(), &used);
        for (const auto& member : members) {
            auto* entry = archive_entry_new();
            archive_entry_set_pathname(entry, member.name.c_str());
            archive_entry_set_filetype(entry, member.type);
            archive_entry_set_perm(entry, 0600);
            if (member.type == AE_IFLNK) {
                archive_entry_set_symlink(entry, member.bytes.c_str());
            } else {
                archive_entry_set_size(entry, static_cast<int64_t>(member.bytes.size()));
            }
            archive_write_header(writer, entry);
            if (member.type == AE_IFREG) {
                archive_write_data(writer, member.bytes.data(), member.bytes.size());
            }
            archive_entry_free(entry);
        }
        archive_write_close(writer);
        archive_write_free(writer);
        out.resize(used);
        return out;
    }
    static Member head(int format = kBackupFormat) {
        return {kBackupHead, head_json({format, "test", "2026-11-24T00:00:00.000Z"})};
    }

    ManualClock clock_;
    fs::path folder_;
    std::unique_ptr<SqliteJournal> journal_;
};

TEST_F(BackupTest, WhatIsRestoredIsWhatWasThere) {
    put(file(), archive());
    const auto restored = restore_backup(file(), target());
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->changes, 20u);
    EXPECT_EQ(get(target() / "secret.key"), "0123456789");
    EXPECT_EQ(get(target() / "tls/server.crt"), "certificate");
    EXPECT_FALSE(fs::exists(target() / "something.lock"));
    struct stat info {};
    ASSERT_EQ(::stat((target() / "secret.key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat(target().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    // A hub starts on it and goes on.
    auto opened = SqliteJournal::open((target() / "journal.db").string(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ((*opened)->last_sequence(), 20u);
    size_t teams = 0;
    EXPECT_TRUE((*opened)->load([&teams](const LoadedEntity&) { ++teams; }).ok());
    EXPECT_EQ(teams, 20u);
}

TEST_F(BackupTest, WhatIsNoFileOfTheHubsIsLeftOut) {
    for (const char* name : {".bash_history", "notes of the shift.txt", "交班.txt", "tls/.swp"}) {
        put(data() / name, "not ours");
    }
    put(file(), archive());
    const auto restored = restore_backup(file(), target());
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_THAT(restored->files,
                testing::UnorderedElementsAre("journal.db", "secret.key", "tls/server.crt"));
}

// A client's token of the time after the backup must not be taken for one of this journal.
TEST_F(BackupTest, WhatIsRestoredIsAnotherJournal) {
    put(file(), archive());
    ASSERT_TRUE(restore_backup(file(), target()).ok());
    auto opened = SqliteJournal::open((target() / "journal.db").string(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_NE((*opened)->journal_id(), journal_->journal_id());
}

TEST_F(BackupTest, LogInsEndWithTheHubThatWasLost) {
    v1::Entity person;
    person.mutable_person()->set_id(nth_id(500).text());
    person.mutable_person()->set_version(1);
    person.mutable_person()->set_name("seat-02");
    v1::Entity session;
    session.mutable_session()->set_id(nth_id(501).text());
    session.mutable_session()->set_version(1);
    session.mutable_session()->set_person_id(nth_id(500).text());
    session.mutable_session()->set_token_hash("hash");
    *session.mutable_session()->mutable_expires_at() =
        to_proto(SystemClock().now() + std::chrono::hours(12));
    write_change(*journal_, clock_.now(), {person, session});
    put(file(), archive());
    const auto restored = restore_backup(file(), target());
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->changes, 21u);
    const auto journal = (target() / "journal.db").string();
    auto opened = SqliteJournal::open(journal, clock_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    size_t revoked = 0;
    const auto look = [&revoked](const LoadedEntity& loaded) {
        if (loaded.entity->message.session().has_revoked_at()) ++revoked;
    };
    EXPECT_TRUE((*opened)->load(look).ok());
    EXPECT_EQ(revoked, 1u);
    EXPECT_TRUE(verify_journal(journal)->intact);
}

TEST_F(BackupTest, IsOfOneMomentWhileTheHubGoesOn) {
    Backup backup(data());
    int asked = 0;
    ASSERT_TRUE(backup
                    .prepare("test",
                             clock_.now(),
                             [&] {
                                 // Between two steps of copying.
                                 write(100 + asked++);
                                 return true;
                             })
                    .ok());
    std::string all;
    for (auto piece = backup.read(1 << 20); !piece->empty(); piece = backup.read(1 << 20)) {
        all += *piece;
        write(1000 + asked++);
    }
    EXPECT_GT(asked, 1);
    put(file(), all);
    const auto restored = restore_backup(file(), target());
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->changes, 20u);
}

TEST_F(BackupTest, OneThatIsGivenUpLeavesNothing) {
    {
        Backup backup(data());
        EXPECT_TRUE(absl::IsCancelled(backup.prepare("test", clock_.now(), [] { return false; })));
    }
    for (const auto& each : fs::directory_iterator(data())) {
        EXPECT_NE(each.path().extension(), ".tmp");
    }
}

TEST_F(BackupTest, RefusesAFolderThatIsNotEmpty) {
    put(file(), archive());
    fs::create_directory(target());
    EXPECT_TRUE(restore_backup(file(), target()).ok());
    EXPECT_EQ(code_of(restore_backup(file(), target())), "restore.not_empty");
    EXPECT_EQ(code_of(restore_backup(file(), file())), "restore.not_empty");
    EXPECT_EQ(code_of(restore_backup(folder_ / "none.tar", folder_ / "other")),
              "restore.cannot_read");
}

TEST_F(BackupTest, ACutOneIsRefusedWhereverItIsCut) {
    const std::string whole = archive();
    for (size_t i = 1; i < 40; ++i) {
        const std::string code = restore_code(whole.substr(0, whole.size() * i / 40));
        EXPECT_THAT(code, testing::AnyOf("restore.damaged", "restore.foreign")) << i;
    }
    EXPECT_EQ(restore_code(""), "restore.foreign");
}

TEST_F(BackupTest, AFlippedBitIsFoundWhereverItIs) {
    const std::string whole = archive();
    for (size_t i = 0; i < 60; ++i) {
        std::string flipped = whole;
        // Not in the padding between files or after the end, which holds nothing.
        const size_t at = (whole.size() - 2048) * i / 60;
        if (flipped[at] == '\0') continue;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x04);
        EXPECT_NE(restore_code(flipped), "") << at;
    }
}

TEST_F(BackupTest, HostileArchivesWriteNothing) {
    const Member manifest{kBackupManifest, manifest_json({})};
    const std::pair<std::vector<Member>, const char*> table[] = {
        {{{"readme.txt", "hello"}}, "restore.foreign"},
        {{{kBackupHead, "no json"}}, "restore.foreign"},
        {{{kBackupHead, "[1]"}}, "restore.foreign"},
        {{{kBackupHead, R"({"format":-1})"}}, "restore.foreign"},
        {{head(kBackupFormat + 1), manifest}, "restore.newer"},
        {{head(), {"../evil", "x"}, manifest}, "restore.bad_name"},
        {{head(), {"/etc/evil", "x"}, manifest}, "restore.bad_name"},
        {{head(), {"ca/../../evil", "x"}, manifest}, "restore.bad_name"},
        {{head(), {"other/evil", "x"}, manifest}, "restore.bad_name"},
        {{head(), {".profile", "x"}, manifest}, "restore.bad_name"},
        {{head(), {"journal.db", "/etc/passwd", AE_IFLNK}, manifest}, "restore.bad_name"},
        {{head(), {"tls", "", AE_IFDIR}, manifest}, "restore.bad_name"},
        {{head(), {"a\nb", "x"}, manifest}, "restore.bad_name"},
        {{head(), {"secret.key", "x"}, {"secret.key", "y"}, manifest}, "restore.damaged"},
        {{head(), {"secret.key", "x"}, manifest}, "restore.damaged"},
        {{head(), {kBackupManifest, "{}"}}, "restore.damaged"},
        {{head(), {kBackupManifest, std::string(kMaxManifestBytes + 1, ' ')}}, "restore.damaged"},
        {{head(), manifest, {"secret.key", "x"}}, "restore.damaged"},
        {{head()}, "restore.damaged"},
    };
    for (const auto& [members, code] : table) {
        EXPECT_EQ(restore_code(tar(members)), code) << members.back().name;
    }
}

TEST_F(BackupTest, AJournalThatWasChangedIsFoundByItsChain) {
    // Whoever can make a manifest can make its hashes; the chain is another proof.
    const std::string whole = archive();
    put(file(), whole);
    ASSERT_TRUE(restore_backup(file(), target()).ok());
    std::string journal = get(target() / "journal.db");
    const auto at = journal.find("队7");
    ASSERT_NE(at, std::string::npos);
    for (auto found = at; found != std::string::npos; found = journal.find("队7", found + 1)) {
        journal[found + 3] = '8';
    }
    fs::remove_all(target());
    Digest digest;
    const Member first = head();
    const auto hash = [](std::string_view bytes) {
        Digest one;
        one.add(bytes);
        return to_hex(one.finish());
    };
    const Manifest manifest{{kBackupHead, first.bytes.size(), hash(first.bytes)},
                            {"journal.db", journal.size(), hash(journal)}};
    EXPECT_EQ(restore_code(tar(
                  {first, {"journal.db", journal}, {kBackupManifest, manifest_json(manifest)}})),
              "restore.damaged");
}

}  // namespace
}  // namespace muster
