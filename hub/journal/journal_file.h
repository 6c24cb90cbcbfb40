// What a journal's file is, before and while SQLite reads it.
#pragma once

#include <string>

#include "hub/base/result.h"
#include "hub/journal/schema.h"
#include "hub/journal/sqlite.h"

namespace muster {

enum class FileState { absent, journal };

// Looks at the file's header without touching it. Before SQLite opens it in this process, never
// after: closing a file drops the process's locks on it, SQLite's too. Codes: failed_precondition
// journal.foreign; unavailable journal.cannot_open.
Result<FileState> inspect_journal_file(const std::string& file);

// That nothing is there which SQLite would write into a file that is made anew: the log of a
// journal that was removed or moved. Codes: failed_precondition journal.stale_log; unavailable.
Status check_no_logs(const std::string& file);

// The format as SQLite sees it, WAL included: this release's, or one that it can migrate. Codes:
// failed_precondition journal.newer, journal.foreign; data_loss journal.damaged; unavailable.
Result<int64_t> read_format(sqlite::Database& database, const std::string& file);

// The status for what SQLite said: data_loss for a damaged file, else unavailable with `code`.
Status sqlite_status(const sqlite::Database& database,
                     int result,
                     const std::string& file,
                     std::string_view code);
Status damaged(const std::string& file, const std::string& what);

// Holds a file's lock for as long as it lives. The kernel drops it when the process dies.
class FileLock {
public:
    FileLock() = default;
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    // Codes: failed_precondition journal.locked; unavailable journal.cannot_open.
    Status take(const std::string& journal_file);

private:
    int descriptor_ = -1;
};

// Makes an empty file that only its owner may read.
Status make_private_file(const std::string& file);
// Narrows an existing one to that, without opening it.
Status narrow_file(const std::string& file);
// An absent file is no error.
Status remove_file(const std::string& file);
// Within one folder; durable when it returns.
Status move_file(const std::string& from, const std::string& to);

}  // namespace muster
