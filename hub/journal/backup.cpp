#include "hub/journal/backup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/log.h"
#include "hub/base/utf8.h"
#include "hub/journal/backup_manifest.h"
#include "hub/journal/digest.h"
#include "hub/journal/sqlite.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

// Of one step of copying, 2 MiB; between two the disk is somebody else's for a moment.
constexpr int kPagesAStep = 512;
constexpr std::chrono::milliseconds kBetweenSteps{2};
// Keys, certificates, roads (256 MiB at most): whatever else lies in the folder. What is larger is
// none of ours, and a backup that leaves something out without a word is none.
constexpr uint64_t kMostFileBytes = 1024ull * 1024 * 1024;
constexpr size_t kMostFiles = 1'000;
constexpr size_t kPiece = 256 * 1024;
constexpr uint64_t kBlock = 512;
// What a plain tar header can say.
constexpr uint64_t kPlainSize = 8ull * 1024 * 1024 * 1024 - 1;

Status cannot_read(const std::string& file, const std::string& what) {
    return refuse(
        absl::StatusCode::kUnavailable, "backup.cannot_read", {{"file", file}, {"what", what}});
}

Status no_room(const std::string& file, const std::string& what) {
    return refuse(
        absl::StatusCode::kResourceExhausted, "backup.no_room", {{"file", file}, {"what", what}});
}

uint64_t in_blocks(uint64_t size) {
    return (size + kBlock - 1) / kBlock * kBlock;
}

// Not copied: what databases are made of besides themselves, locks, and what is written aside.
bool is_left_out(const std::string& name) {
    const auto ends = [&name](std::string_view end) { return name.ends_with(end); };
    return ends("-wal") || ends("-shm") || ends("-journal") || ends(".lock") || ends(".part") ||
           ends(".new") || ends(".tmp") || name.find(".before-") != std::string::npos;
}

}  // namespace

// One file of the archive: an open descriptor, or bytes.
struct Backup::File {
    std::string name;
    uint64_t size = 0;
    int descriptor = -1;
    std::string bytes;
    std::string sha256_hex;

    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

// libarchive writes into a string that read() empties.
class Backup::Archive {
public:
    Archive() : archive_(archive_write_new()) {
        archive_write_set_format_pax_restricted(archive_);
        archive_write_set_bytes_per_block(archive_, 0);
        archive_write_set_bytes_in_last_block(archive_, 1);
        archive_write_open(archive_, this, nullptr, &Archive::take, nullptr);
    }
    ~Archive() { archive_write_free(archive_); }
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    bool begin(const std::string& name, uint64_t size) {
        auto* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<int64_t>(size));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0600);
        const int code = archive_write_header(archive_, entry);
        archive_entry_free(entry);
        return code == ARCHIVE_OK;
    }
    bool write(std::string_view bytes) {
        return archive_write_data(archive_, bytes.data(), bytes.size()) ==
               static_cast<ssize_t>(bytes.size());
    }
    bool close() { return archive_write_close(archive_) == ARCHIVE_OK; }

    // Written and not read yet.
    std::string out;
    Digest digest;
    // Of the file that is being written.
    Digest file_digest;
    uint64_t file_at = 0;

private:
    static la_ssize_t take(archive*, void* self, const void* bytes, size_t size) {
        static_cast<Archive*>(self)->out.append(static_cast<const char*>(bytes), size);
        return static_cast<la_ssize_t>(size);
    }

    archive* archive_;
};

Backup::Backup(fs::path data) : data_(std::move(data)) {}

Backup::~Backup() = default;

Status Backup::prepare(const std::string& build, UtcTime now, const std::function<bool()>& go_on) {
    auto head = std::make_unique<File>();
    head->name = kBackupHead;
    files_.push_back(std::move(head));
    MUSTER_TRY(copy_database(kJournalName, go_on));
    std::error_code error;
    if (fs::exists(data_ / kTracksName, error)) {
        MUSTER_TRY(copy_database(kTracksName, go_on));
    }
    MUSTER_TRY(add_files(""));
    for (const char* folder : {"ca", "tls"}) {
        if (fs::is_directory(data_ / folder, error)) MUSTER_TRY(add_files(folder));
    }
    files_.front()->bytes = head_json({kBackupFormat, build, rfc3339(now)});
    files_.front()->size = files_.front()->bytes.size();
    Manifest manifest;
    bool plain = true;
    total_bytes_ = 2 * kBlock;
    for (const auto& file : files_) {
        manifest.push_back({file->name, file->size, std::string(64, '0')});
        total_bytes_ += kBlock + in_blocks(file->size);
        plain = plain && file->size <= kPlainSize && file->name.size() < 100;
    }
    total_bytes_ += kBlock + in_blocks(manifest_json(manifest).size());
    if (!plain) total_bytes_ = 0;
    archive_ = std::make_unique<Archive>();
    return {};
}

// A reading transaction holds the moment; the copy has no name once it is whole, so that it is gone
// with us, whatever happens.
Status Backup::copy_database(const std::string& name, const std::function<bool()>& go_on) {
    const std::string from = (data_ / name).string();
    const std::string to = (data_ / ("backup-" + name + ".tmp")).string();
    ::unlink(to.c_str());
    const int made = ::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) {
        return errno == ENOSPC || errno == EDQUOT ? no_room(to, std::strerror(errno))
                                                  : cannot_read(to, std::strerror(errno));
    }
    auto file = std::make_unique<File>();
    file->name = name;
    file->descriptor = made;
    struct Unlink {
        const std::string& path;
        ~Unlink() {
            ::unlink(path.c_str());
            ::unlink((path + "-journal").c_str());
            ::unlink((path + "-wal").c_str());
            ::unlink((path + "-shm").c_str());
        }
    } unlink{to};

    sqlite::Database source;
    int code = source.open(from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
    if (code != SQLITE_OK) return cannot_read(from, source.message());
    sqlite3_busy_timeout(source.handle(), 2'000);
    code = source.run("BEGIN; SELECT count(*) FROM sqlite_schema");
    if (code != SQLITE_OK) return cannot_read(from, source.message());
    sqlite::Database target;
    code = target.open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
    // It is thrown away unless it is whole.
    if (code == SQLITE_OK) {
        code = target.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    }
    if (code != SQLITE_OK) return cannot_read(to, target.message());
    auto* backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
    if (backup == nullptr) return cannot_read(from, target.message());
    code = SQLITE_OK;
    while (code == SQLITE_OK && go_on()) {
        code = sqlite3_backup_step(backup, kPagesAStep);
        std::this_thread::sleep_for(kBetweenSteps);
    }
    const bool whole = code == SQLITE_DONE;
    sqlite3_backup_finish(backup);
    if (!whole) {
        if (code == SQLITE_OK) return absl::CancelledError();
        const int primary = code & 0xff;
        if (primary == SQLITE_FULL || code == SQLITE_IOERR_WRITE) {
            return no_room(to, target.message());
        }
        return cannot_read(from, target.message());
    }
    struct stat info {};
    if (::fstat(made, &info) != 0) return cannot_read(to, std::strerror(errno));
    file->size = static_cast<uint64_t>(info.st_size);
    files_.push_back(std::move(file));
    return {};
}

Status Backup::add_files(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator each(data_ / folder, error), end; !error && each != end;
         each.increment(error)) {
        std::error_code ignored;
        if (!fs::is_regular_file(fs::symlink_status(each->path(), ignored))) continue;
        const std::string name = each->path().filename().string();
        if (is_left_out(name) || name == kJournalName || name == kTracksName) continue;
        std::string path = folder.empty() ? name : folder + "/" + name;
        // What no hub writes under such a name, restore would not take.
        if (is_backup_name(path)) {
            names.push_back(std::move(path));
        } else {
            spdlog::warn("the backup leaves out {}, which is no file of the hub's",
                         clip(path, 200));
        }
    }
    if (error) return cannot_read((data_ / folder).string(), error.message());
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
        const std::string path = (data_ / name).string();
        auto file = std::make_unique<File>();
        file->name = name;
        file->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        struct stat info {};
        if (file->descriptor < 0 || ::fstat(file->descriptor, &info) != 0) {
            // A certificate that is renewed just now is another file: the next one has its name.
            if (errno == ENOENT) continue;
            return cannot_read(path, std::strerror(errno));
        }
        file->size = static_cast<uint64_t>(info.st_size);
        if (file->size > kMostFileBytes) {
            return refuse(absl::StatusCode::kFailedPrecondition,
                          "backup.file_too_large",
                          {{"file", path}, {"limit_mib", std::to_string(kMostFileBytes >> 20)}});
        }
        if (files_.size() == kMostFiles) return cannot_read(data_.string(), "too many files");
        files_.push_back(std::move(file));
    }
    return {};
}

// Writes one more piece into the archive's string.
Status Backup::produce() {
    if (at_ == files_.size()) {
        Manifest manifest;
        for (const auto& file : files_) {
            manifest.push_back({file->name, file->size, file->sha256_hex});
        }
        const std::string json = manifest_json(manifest);
        if (!archive_->begin(kBackupManifest, json.size()) || !archive_->write(json) ||
            !archive_->close()) {
            return cannot_read(kBackupManifest, "the archive cannot be written");
        }
        done_ = true;
        return {};
    }
    File& file = *files_[at_];
    uint64_t& at = archive_->file_at;
    if (at == 0) {
        archive_->file_digest = Digest();
        if (!archive_->begin(file.name, file.size)) return cannot_read(file.name, "its name");
    }
    if (at < file.size) {
        std::string piece(std::min<uint64_t>(kPiece, file.size - at), '\0');
        if (file.descriptor < 0) {
            piece = file.bytes.substr(at, piece.size());
        } else {
            const auto got =
                ::pread(file.descriptor, piece.data(), piece.size(), static_cast<off_t>(at));
            if (got <= 0) {
                return cannot_read(file.name, got < 0 ? std::strerror(errno) : "it was cut");
            }
            piece.resize(static_cast<size_t>(got));
        }
        if (!archive_->write(piece)) return cannot_read(file.name, "the archive cannot be written");
        archive_->file_digest.add(piece);
        at += piece.size();
    }
    if (at == file.size) {
        file.sha256_hex = to_hex(archive_->file_digest.finish());
        at = 0;
        ++at_;
    }
    return {};
}

Result<std::string> Backup::read(size_t most) {
    while (archive_->out.size() < most && !done_) MUSTER_TRY(produce());
    std::string piece = archive_->out.substr(0, most);
    archive_->out.erase(0, piece.size());
    archive_->digest.add(piece);
    if (piece.empty() && sha256_.empty()) sha256_ = archive_->digest.finish();
    return piece;
}

}  // namespace muster
