// journal: where changes become durable. One SQLite file in WAL mode with synchronous FULL: a
// group of changes, the entities' new state and the answers are one transaction and one fsync.
#pragma once

#include <memory>
#include <string>

#include "hub/base/clock.h"
#include "hub/desk/journal_port.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/sqlite.h"

namespace muster {

// The journal of one hub; holds the file's lock. Lives as long as the hub; on the desk strand after
// load(). What reads beside it is journal_reader.h.
class SqliteJournal final : public JournalPort {
public:
    // Answers are kept for this long.
    static constexpr std::chrono::hours kAnswersKept{30 * 24};

    // Makes the file when there is none. Codes: failed_precondition (journal.locked, .foreign,
    // .newer, .stale_log), data_loss (journal.damaged), unavailable (journal.cannot_open). A file
    // that is refused stays as it is.
    static Result<std::unique_ptr<SqliteJournal>> open(const std::string& file, const Clock& clock);

    Uuid journal_id() const override { return journal_id_; }
    uint64_t last_sequence() const override { return last_sequence_; }
    Status load(const std::function<void(LoadedEntity)>& visit) override;
    Result<std::vector<Tombstone>> tombstones() override;
    uint32_t last_incident_number() const override { return 0; }
    Result<EntityPtr> find_archived(const EntityKey& key) override;
    Status append(std::span<const DecidedChange> changes) override;
    Result<std::optional<KeptAnswer>> find_answer(const std::string& caller_id,
                                                  const std::string& request_id) override;

private:
    SqliteJournal(std::string file, const Clock& clock) : file_(std::move(file)), clock_(clock) {}

    Status connect(FileState state);
    Status make_file();
    void set_checkpoint_on_close(bool on);
    Status prepare();
    Status read_head();
    // An SQLite code.
    int write(std::span<const DecidedChange> changes, std::string& head);
    int write_change(const DecidedChange& change, std::string& head);
    int write_answer(const DecidedChange& change);
    int forget_old_answers();
    int64_t now_us() const;

    std::string file_;
    const Clock& clock_;
    FileLock lock_;
    sqlite::Database database_;
    sqlite::Statement begin_;
    sqlite::Statement commit_;
    sqlite::Statement rollback_;
    sqlite::Statement insert_change_;
    sqlite::Statement upsert_entity_;
    sqlite::Statement delete_entity_;
    sqlite::Statement insert_answer_;
    sqlite::Statement select_answer_;
    sqlite::Statement delete_answers_;
    Uuid journal_id_;
    uint64_t last_sequence_ = 0;
    std::string head_;
    int64_t forgot_at_us_ = 0;
};

}  // namespace muster
