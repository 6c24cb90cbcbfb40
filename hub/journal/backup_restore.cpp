#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/utf8.h"
#include "hub/journal/backup.h"
#include "hub/journal/backup_manifest.h"
#include "hub/journal/digest.h"
#include "hub/journal/restored.h"
#include "hub/journal/verify.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = 256 * 1024;
constexpr size_t kMostFiles = 1'100;

Status damaged_backup(const std::string& file, const std::string& what) {
    return refuse(absl::StatusCode::kDataLoss, "restore.damaged", {{"file", file}, {"what", what}});
}

Status foreign(const std::string& file) {
    return refuse(absl::StatusCode::kInvalidArgument, "restore.foreign", {{"file", file}});
}

Status cannot_write(const std::string& file, int error) {
    const bool full = error == ENOSPC || error == EDQUOT;
    return refuse(full ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kUnavailable,
                  full ? "restore.no_room" : "restore.cannot_write",
                  {{"file", file}, {"what", std::strerror(error)}});
}

// Reads a tar archive entry by entry.
class Reader {
public:
    explicit Reader(const fs::path& file) : file_(file.string()), archive_(archive_read_new()) {
        archive_read_support_format_tar(archive_);
    }
    ~Reader() { archive_read_free(archive_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    Status open() {
        struct stat info {};
        if (::stat(file_.c_str(), &info) != 0) {
            return refuse(absl::StatusCode::kUnavailable,
                          "restore.cannot_read",
                          {{"file", file_}, {"what", std::strerror(errno)}});
        }
        if (!S_ISREG(info.st_mode)) return foreign(file_);
        size_ = static_cast<uint64_t>(info.st_size);
        return archive_read_open_filename(archive_, file_.c_str(), kPiece) == ARCHIVE_OK
                   ? Status()
                   : foreign(file_);
    }

    // False at the end.
    Result<bool> next() {
        const int code = archive_read_next_header(archive_, &entry_);
        if (code == ARCHIVE_EOF) return false;
        if (code != ARCHIVE_OK) return broken();
        const char* name = archive_entry_pathname(entry_);
        name_ = name == nullptr ? "" : name;
        return true;
    }
    const std::string& name() const { return name_; }
    bool is_file() const {
        return archive_entry_filetype(entry_) == AE_IFREG &&
               archive_entry_hardlink(entry_) == nullptr;
    }
    // The next piece of the entry; empty at its end.
    Result<std::string_view> read() {
        const auto got = archive_read_data(archive_, buffer_.data(), buffer_.size());
        if (got < 0) return broken();
        return std::string_view(buffer_.data(), static_cast<size_t>(got));
    }
    // A whole entry that is small.
    Result<std::string> read_small(size_t most) {
        std::string all;
        for (;;) {
            MUSTER_ASSIGN(const auto piece, read());
            if (piece.empty()) return all;
            if (all.size() + piece.size() > most) return damaged_backup(file_, name_);
            all += piece;
        }
    }

    uint64_t position() const { return static_cast<uint64_t>(archive_filter_bytes(archive_, -1)); }
    uint64_t size() const { return size_; }
    // What libarchive says of the bytes: the first entry tells a foreign file from a damaged one.
    Status broken() const {
        const char* what = archive_error_string(archive_);
        return damaged_backup(file_, what == nullptr ? "it cannot be read" : what);
    }

private:
    const std::string file_;
    archive* archive_;
    archive_entry* entry_ = nullptr;
    std::string name_;
    uint64_t size_ = 0;
    std::vector<char> buffer_ = std::vector<char>(kPiece);
};

// A folder beside the target, which is gone unless it was kept.
class Aside {
public:
    explicit Aside(const fs::path& data) : target_(data) {}
    ~Aside() {
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

    Status make() {
        std::error_code error;
        const fs::path parent = target_.parent_path();
        if (!parent.empty()) fs::create_directories(parent, error);
        std::string name = target_.string() + ".restoring-XXXXXX";
        if (error || ::mkdtemp(name.data()) == nullptr) {
            return cannot_write(name, error ? error.value() : errno);
        }
        folder_ = name;
        return {};
    }
    const fs::path& folder() const { return folder_; }
    // Gives it the target's name; an empty folder there makes room.
    Status keep() {
        if (::rmdir(target_.c_str()) != 0 && errno != ENOENT) {
            return cannot_write(target_.string(), errno);
        }
        if (::rename(folder_.c_str(), target_.c_str()) != 0) {
            return cannot_write(target_.string(), errno);
        }
        folder_.clear();
        const fs::path parent = target_.parent_path().empty() ? "." : target_.parent_path();
        const int descriptor = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor >= 0) {
            ::fsync(descriptor);
            ::close(descriptor);
        }
        return {};
    }

private:
    const fs::path target_;
    fs::path folder_;
};

Status check_target(const fs::path& data) {
    std::error_code error;
    const auto status = fs::symlink_status(data, error);
    if (!fs::exists(status)) return {};
    if (fs::is_directory(status) && fs::is_empty(data, error) && !error) return {};
    return refuse(
        absl::StatusCode::kFailedPrecondition, "restore.not_empty", {{"folder", data.string()}});
}

class Restore {
public:
    Restore(const fs::path& archive,
            const fs::path& data,
            const std::function<void(uint64_t, uint64_t)>& progress)
        : file_(archive.string()), reader_(archive), aside_(data), progress_(progress) {}

    Result<Restored> run() {
        MUSTER_TRY(reader_.open());
        MUSTER_TRY(read_head());
        MUSTER_TRY(aside_.make());
        for (;;) {
            MUSTER_ASSIGN(const bool more, reader_.next());
            if (!more) return damaged_backup(file_, "its end is missing");
            if (reader_.name() == kBackupManifest) break;
            MUSTER_TRY(unpack());
        }
        MUSTER_TRY(check_manifest());
        MUSTER_TRY(check_journal());
        MUSTER_TRY(aside_.keep());
        return restored_;
    }

private:
    Status read_head() {
        const auto first = reader_.next();
        if (!first.ok() || !*first || !reader_.is_file() || reader_.name() != kBackupHead) {
            return foreign(file_);
        }
        MUSTER_ASSIGN(const std::string text, reader_.read_small(kMaxManifestBytes));
        const auto head = read_head_json(text);
        if (!head) return foreign(file_);
        if (head->format > kBackupFormat) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "restore.newer",
                          {{"file", file_},
                           {"found", std::to_string(head->format)},
                           {"known", std::to_string(kBackupFormat)}});
        }
        Digest digest;
        digest.add(text);
        unpacked_[kBackupHead] = {kBackupHead, text.size(), to_hex(digest.finish())};
        restored_.build = head->build;
        restored_.made_at = head->made_at;
        return {};
    }

    Status unpack() {
        const std::string name = reader_.name();
        if (!is_backup_name(name) || !reader_.is_file()) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "restore.bad_name",
                          {{"file", file_}, {"name", clip(name, 100)}});
        }
        if (unpacked_.contains(name) || unpacked_.size() > kMostFiles) {
            return damaged_backup(file_, clip(name, 100));
        }
        const fs::path path = aside_.folder() / name;
        if (name.find('/') != std::string::npos) {
            ::mkdir(path.parent_path().c_str(), 0700);
        }
        const int descriptor =
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0) return cannot_write(path.string(), errno);
        Status status = write(descriptor, name, path);
        if (status.ok() && ::fsync(descriptor) != 0) status = cannot_write(path.string(), errno);
        ::close(descriptor);
        return status;
    }

    Status write(int descriptor, const std::string& name, const fs::path& path) {
        Digest digest;
        uint64_t size = 0;
        for (;;) {
            MUSTER_ASSIGN(std::string_view piece, reader_.read());
            if (piece.empty()) break;
            digest.add(piece);
            size += piece.size();
            while (!piece.empty()) {
                const auto wrote = ::write(descriptor, piece.data(), piece.size());
                if (wrote < 0 && errno == EINTR) continue;
                if (wrote < 0) return cannot_write(path.string(), errno);
                piece.remove_prefix(static_cast<size_t>(wrote));
            }
            if (progress_) progress_(reader_.position(), reader_.size());
        }
        unpacked_[name] = {name, size, to_hex(digest.finish())};
        return {};
    }

    Status check_manifest() {
        MUSTER_ASSIGN(const std::string text, reader_.read_small(kMaxManifestBytes));
        const auto manifest = read_manifest_json(text);
        if (!manifest) return damaged_backup(file_, kBackupManifest);
        for (const auto& file : *manifest) {
            const auto found = unpacked_.find(file.name);
            if (found == unpacked_.end() || found->second.size != file.size ||
                found->second.sha256 != file.sha256) {
                return damaged_backup(file_, clip(file.name, 100));
            }
            if (file.name != kBackupHead) restored_.files.push_back(file.name);
        }
        if (manifest->size() != unpacked_.size()) {
            return damaged_backup(file_, "it holds more than its manifest names");
        }
        MUSTER_ASSIGN(const bool more, reader_.next());
        if (more) return damaged_backup(file_, "it goes on after its end");
        return {};
    }

    Status check_journal() {
        const std::string journal = (aside_.folder() / kJournalName).string();
        if (!unpacked_.contains(kJournalName)) return damaged_backup(file_, "no journal");
        MUSTER_ASSIGN(const auto report, verify_journal(journal));
        if (!report.intact) {
            return damaged_backup(file_,
                                  "the chain is broken at " + std::to_string(report.broken_at));
        }
        // What looking at it left there.
        ::unlink((journal + "-wal").c_str());
        ::unlink((journal + "-shm").c_str());
        restored_.changes = report.changes;
        restored_.head = to_hex(report.head);
        MUSTER_TRY(begin_restored_journal(journal));
        ::unlink((journal + ".lock").c_str());
        return {};
    }

    const std::string file_;
    Reader reader_;
    Aside aside_;
    const std::function<void(uint64_t, uint64_t)>& progress_;
    std::map<std::string, ManifestFile> unpacked_;
    Restored restored_;
};

}  // namespace

Result<Restored> restore_backup(const fs::path& archive,
                                const fs::path& data,
                                const std::function<void(uint64_t, uint64_t)>& progress) {
    // "DIR/" is DIR.
    const fs::path target = data.has_filename() ? data : data.parent_path();
    MUSTER_TRY(check_target(target));
    return Restore(archive, target, progress).run();
}

}  // namespace muster
