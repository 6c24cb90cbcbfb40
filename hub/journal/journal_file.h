// What a journal's file is, before and while SQLite reads it.
#pragma once

#include <string>

#include "hub/base/result.h"
#include "hub/journal/sqlite.h"

namespace muster {

// In the file's header: "MUST".
inline constexpr int64_t kApplicationId = 0x4d555354;
// Of the tables; a greater one was written by a newer release.
inline constexpr int64_t kJournalFormat = 1;

enum class FileState { absent, journal };

// Looks at the file's header without touching it. Codes: failed_precondition journal.foreign;
// unavailable journal.cannot_open.
Result<FileState> inspect_journal_file(const std::string& file);

// That nothing is there which SQLite would write into a file that is made anew: the log of a
// journal that was removed or moved. Codes: failed_precondition journal.stale_log; unavailable.
Status check_no_logs(const std::string& file);

// The format as SQLite sees it, WAL included. Codes: failed_precondition journal.newer,
// journal.foreign; data_loss journal.damaged; unavailable.
Status check_format(sqlite::Database& database, const std::string& file);

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

// Makes an empty file that only its owner may read, or narrows an existing one to that.
Status make_private_file(const std::string& file);
// An absent file is no error.
Status remove_file(const std::string& file);
// Within one folder; durable when it returns.
Status move_file(const std::string& from, const std::string& to);

}  // namespace muster
