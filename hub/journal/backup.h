// A hub's folder as one tar archive (pax, restricted):
//   muster-backup.json   first: {"format":1,"build":..,"journal":..,"made_at":..}
//   journal.db, tracks.db, keys, certificates ...   as they lie in the data folder
//   manifest.json        last: {"files":[{"name":..,"size":..,"sha256":..}]}
// It holds secrets: whoever writes it to a file makes that file private.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

inline constexpr int kBackupFormat = 1;
// Where the journal and the tracks lie in a data folder.
inline constexpr char kJournalName[] = "journal.db";
inline constexpr char kTracksName[] = "tracks.db";

// A backup under way: the databases are copied as they are at one moment, beside a hub that writes
// them; then the archive is read piece by piece. Used by one thread at a time. What it wrote aside
// is gone when it is.
class Backup {
public:
    explicit Backup(std::filesystem::path data);
    ~Backup();
    Backup(const Backup&) = delete;
    Backup& operator=(const Backup&) = delete;

    // Copies the databases and reads what else is needed; blocks for as long as that takes, and
    // asks `go_on` now and then. Codes: resource_exhausted (backup.no_room), unavailable
    // (backup.cannot_read), cancelled.
    Status prepare(const std::string& build, UtcTime now, const std::function<bool()>& go_on);
    // The archive's length; 0 when it is not known.
    uint64_t total_bytes() const { return total_bytes_; }
    // The next bytes, at most `most`; empty at the end. Codes: unavailable (backup.cannot_read).
    Result<std::string> read(size_t most);
    // SHA-256 of all that read() returned; once it returned nothing more.
    const std::string& sha256() const { return sha256_; }

private:
    class Archive;
    struct File;

    Status copy_database(const std::string& name, const std::function<bool()>& go_on);
    Status add_files(const std::string& folder);
    Status produce();

    const std::filesystem::path data_;
    std::vector<std::unique_ptr<File>> files_;
    std::unique_ptr<Archive> archive_;
    size_t at_ = 0;
    bool done_ = false;
    uint64_t total_bytes_ = 0;
    std::string sha256_;
};

// What restore() found.
struct Restored {
    // The end of the journal's chain, hexadecimal.
    std::string head;
    std::string made_at;
    std::string build;
    uint64_t changes = 0;
    std::vector<std::string> files;
};

// Unpacks a backup into a folder that is absent or empty, verifies every hash and the journal's
// chain, makes the journal one of its own (restored.h), and only then gives it the folder's name:
// whatever goes wrong, no hub would start on what is left. `progress` hears of bytes read and the
// archive's size. Codes: failed_precondition (restore.not_empty), invalid_argument
// (restore.foreign, restore.newer, restore.bad_name), data_loss (restore.damaged, journal.damaged),
// resource_exhausted (restore.no_room), unavailable (restore.cannot_read, restore.cannot_write).
Result<Restored> restore_backup(const std::filesystem::path& archive,
                                const std::filesystem::path& data,
                                const std::function<void(uint64_t, uint64_t)>& progress = nullptr);

}  // namespace muster
