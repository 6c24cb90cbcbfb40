// journal: where changes become durable. One SQLite file in WAL mode with synchronous FULL: a
// group of changes, the entities' new state and the answers are one transaction and one fsync.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/lever.h"
#include "hub/desk/journal_port.h"
#include "hub/journal/change_writer.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/sqlite.h"

namespace muster {

// The journal of one hub; holds the file's lock. Lives as long as the hub; on the desk strand after
// load(). What reads beside it is journal_reader.h.
class SqliteJournal final : public JournalPort {
public:
    // Makes the file when there is none; brings an older format to this release's, after a copy
    // beside it (migrate.h). `lever` is for tests. Codes: failed_precondition (journal.locked,
    // .foreign, .newer, .stale_log), data_loss (journal.damaged), unavailable
    // (journal.cannot_open). A file that is refused stays as it is.
    static Result<std::unique_ptr<SqliteJournal>> open(const std::string& file,
                                                       const Clock& clock,
                                                       Lever lever = {});

    Uuid journal_id() const override { return journal_id_; }
    uint64_t last_sequence() const override { return last_sequence_; }
    Status load(const std::function<void(LoadedEntity)>& visit) override;
    Result<std::vector<Tombstone>> tombstones() override;
    uint64_t tombstones_from() const override { return tombstones_from_; }
    uint32_t last_incident_number() const override { return last_incident_number_; }
    Result<EntityPtr> find_archived(const EntityKey& key) override;
    Status append(std::span<const DecidedChange> changes) override;
    Result<std::optional<KeptAnswer>> find_answer(const std::string& caller_id,
                                                  const std::string& request_id) override;

    // What was erased may still be in the write-ahead log, or in the copy from before a migration:
    // somebody was reading an older state. From any thread.
    bool erasure_pending() const { return erasure_pending_; }
    // Tries again, without waiting, at most once a second; after each append too.
    void finish_erasure();

private:
    // A look that fails inside says so itself.
    void begin_looks() override { begin_looks_.run(); }
    void end_looks() override {
        if (sqlite3_get_autocommit(database_.handle()) == 0) commit_.run();
    }

    SqliteJournal(std::string file, const Clock& clock, Lever lever)
        : file_(std::move(file)), clock_(clock), lever_(std::move(lever)) {}

    Status connect(FileState state);
    Status make_file();
    void set_checkpoint_on_close(bool on);
    Status prepare();
    Status read_meta();
    Status skip_old_tombstones();
    Status read_head();
    // SQLite codes.
    int write(std::span<const DecidedChange> changes, std::string& head);
    int write_answer(const DecidedChange& change);
    int forget();
    int forget_answers(bool& more);
    int forget_tombstones(bool& more);
    int64_t now_us() const;

    std::string file_;
    const Clock& clock_;
    const Lever lever_;
    FileLock lock_;
    sqlite::Database database_;
    sqlite::Statement begin_;
    sqlite::Statement begin_looks_;
    sqlite::Statement commit_;
    sqlite::Statement rollback_;
    ChangeWriter writer_;
    sqlite::Statement insert_answer_;
    sqlite::Statement select_answer_;
    sqlite::Statement delete_answers_;
    sqlite::Statement select_archived_;
    sqlite::Statement oldest_tombstones_;
    sqlite::Statement delete_tombstones_;
    sqlite::Statement keep_from_;
    Uuid journal_id_;
    uint64_t last_sequence_ = 0;
    std::string head_;
    uint64_t tombstones_from_ = 0;
    // By the group that is being written.
    size_t made_tombstones_ = 0;
    uint32_t last_incident_number_ = 0;
    int64_t forgot_at_us_ = 0;
    std::atomic<bool> erasure_pending_ = false;
    bool erases_copy_ = false;
    std::optional<SteadyTime> tried_to_finish_;
};

}  // namespace muster
