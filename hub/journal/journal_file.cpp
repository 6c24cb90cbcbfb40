#include "hub/journal/journal_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/error.h"

namespace muster {
namespace {

// https://www.sqlite.org/fileformat.html, 1.3: magic, and the application id at byte 68.
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr size_t kHeader = 100;
constexpr size_t kApplicationIdAt = 68;

Status cannot_open(const std::string& file, const std::string& what) {
    return refuse(
        absl::StatusCode::kUnavailable, "journal.cannot_open", {{"file", file}, {"what", what}});
}

Status foreign(const std::string& file) {
    return refuse(absl::StatusCode::kFailedPrecondition, "journal.foreign", {{"file", file}});
}

}  // namespace

Result<FileState> inspect_journal_file(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) {
        if (errno == ENOENT) return FileState::absent;
        return cannot_open(file, std::strerror(errno));
    }
    if (!S_ISREG(info.st_mode)) return foreign(file);
    // A hub that was killed while it made its journal leaves an empty file.
    if (info.st_size == 0) return FileState::absent;
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_open(file, std::strerror(errno));
    std::array<char, kHeader> header{};
    const auto got = ::pread(descriptor, header.data(), header.size(), 0);
    ::close(descriptor);
    if (got != static_cast<ssize_t>(kHeader) ||
        std::string_view(header.data(), kMagic.size()) != kMagic) {
        return foreign(file);
    }
    int64_t application = 0;
    for (size_t i = 0; i < 4; ++i) {
        application = application << 8 | static_cast<unsigned char>(header[kApplicationIdAt + i]);
    }
    if (application != kApplicationId) return foreign(file);
    return FileState::journal;
}

Status check_no_logs(const std::string& file) {
    for (const char* end : {"-wal", "-journal"}) {
        const std::string log = file + end;
        struct stat info {};
        if (::stat(log.c_str(), &info) != 0) {
            if (errno == ENOENT) continue;
            return cannot_open(log, std::strerror(errno));
        }
        if (info.st_size == 0) continue;
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "journal.stale_log",
                      {{"file", file}, {"log", log}});
    }
    return absl::OkStatus();
}

Result<int64_t> read_format(sqlite::Database& database, const std::string& file) {
    sqlite::Statement format;
    int code = database.prepare(
        "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version",
        format);
    if (code == SQLITE_OK) code = format.step();
    if ((code & 0xff) == SQLITE_NOTADB) return foreign(file);
    if (code != SQLITE_ROW) return sqlite_status(database, code, file, "journal.cannot_open");
    const int64_t found = format.integer(1);
    if (format.integer(0) != kApplicationId || found < kOldestFormat) return foreign(file);
    if (found <= kJournalFormat) return found;
    return refuse(absl::StatusCode::kFailedPrecondition,
                  "journal.newer",
                  {{"file", file},
                   {"found", std::to_string(found)},
                   {"known", std::to_string(kJournalFormat)}});
}

Status sqlite_status(const sqlite::Database& database,
                     int result,
                     const std::string& file,
                     std::string_view code) {
    const int primary = result & 0xff;
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) {
        return damaged(file, database.message());
    }
    return refuse(
        absl::StatusCode::kUnavailable, code, {{"file", file}, {"what", database.message()}});
}

Status damaged(const std::string& file, const std::string& what) {
    return refuse(absl::StatusCode::kDataLoss, "journal.damaged", {{"file", file}, {"what", what}});
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileLock::take(const std::string& journal_file) {
    const std::string file = journal_file + ".lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return cannot_open(file, std::strerror(errno));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
    if (errno != EWOULDBLOCK) return cannot_open(file, std::strerror(errno));
    return refuse(
        absl::StatusCode::kFailedPrecondition, "journal.locked", {{"file", journal_file}});
}

Status make_private_file(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return cannot_open(file, std::strerror(errno));
    const bool good = ::fchmod(descriptor, 0600) == 0;
    const int error = errno;
    ::close(descriptor);
    return good ? absl::OkStatus() : cannot_open(file, std::strerror(error));
}

Status narrow_file(const std::string& file) {
    return ::chmod(file.c_str(), 0600) == 0 ? absl::OkStatus()
                                            : cannot_open(file, std::strerror(errno));
}

Status remove_file(const std::string& file) {
    if (::unlink(file.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
    return cannot_open(file, std::strerror(errno));
}

Status move_file(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) return cannot_open(to, std::strerror(errno));
    const auto folder = std::filesystem::path(to).parent_path();
    const int descriptor =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int error = errno;
    if (descriptor >= 0) ::close(descriptor);
    return good ? absl::OkStatus() : cannot_open(to, std::strerror(error));
}

}  // namespace muster
