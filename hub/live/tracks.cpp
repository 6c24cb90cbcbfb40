#include "hub/live/tracks.h"

#include <cstdio>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "hub/base/error.h"
#include "hub/base/log.h"

namespace muster {
namespace {

constexpr char kTables[] = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA journal_size_limit = 16777216;
CREATE TABLE IF NOT EXISTS fixes(
    team BLOB NOT NULL,
    heard_us INTEGER NOT NULL,
    fix BLOB NOT NULL,
    PRIMARY KEY(team, heard_us)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fixes_by_time ON fixes(heard_us);
)sql";

int64_t micros(UtcTime time) {
    return time.time_since_epoch().count();
}

std::string_view bytes_of(const Uuid& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

// A connection with its statements. Used by one thread at a time.
class Tracks::Store {
public:
    ~Store() {
        for (auto* statement : {insert_, select_, forget_}) sqlite3_finalize(statement);
        sqlite3_close_v2(database_);
    }

    // False when it cannot be opened: trouble() says why.
    bool open_to_write(const std::string& file) {
        // Only when it is new: closing a file by hand drops SQLite's locks on it.
        const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (made >= 0) ::close(made);
        return connect(file, SQLITE_OPEN_READWRITE) && run(kTables) &&
               prepare("INSERT OR REPLACE INTO fixes(team, heard_us, fix) VALUES(?, ?, ?)",
                       insert_) &&
               prepare(
                   "DELETE FROM fixes WHERE (team, heard_us) IN (SELECT team, heard_us FROM "
                   "fixes WHERE heard_us < ? ORDER BY heard_us LIMIT ?)",
                   forget_);
    }
    bool open_to_read(const std::string& file) {
        return connect(file, SQLITE_OPEN_READONLY) &&
               prepare(
                   "SELECT fix FROM fixes WHERE team = ? AND heard_us <= ? "
                   "ORDER BY heard_us DESC LIMIT 1",
                   select_);
    }

    bool write(const std::vector<v1::Position>& positions) {
        if (!run("BEGIN IMMEDIATE")) return false;
        bool good = true;
        for (const auto& position : positions) {
            const auto team = Uuid::parse(position.id());
            if (!team) continue;
            const std::string fix = position.SerializeAsString();
            bind(insert_, 1, bytes_of(*team));
            sqlite3_bind_int64(insert_, 2, micros(from_proto(position.heard_at())));
            bind(insert_, 3, fix);
            good = good && finish(insert_);
        }
        if (good && run("COMMIT")) return true;
        const std::string why = trouble_;
        if (sqlite3_get_autocommit(database_) == 0) run("ROLLBACK");
        trouble_ = why;
        return false;
    }

    bool forget(UtcTime before, int64_t rows) {
        sqlite3_bind_int64(forget_, 1, micros(before));
        sqlite3_bind_int64(forget_, 2, rows);
        return finish(forget_);
    }
    bool forgot_all_there_was() const { return sqlite3_changes(database_) == 0; }

    // Nothing without an error when nothing is known; else trouble() is set.
    std::optional<v1::Position> newest(const Uuid& team, UtcTime time) {
        bind(select_, 1, bytes_of(team));
        sqlite3_bind_int64(select_, 2, micros(time));
        std::optional<v1::Position> found;
        const int code = sqlite3_step(select_);
        if (code == SQLITE_ROW) {
            v1::Position position;
            if (position.ParseFromArray(sqlite3_column_blob(select_, 0),
                                        sqlite3_column_bytes(select_, 0))) {
                found = std::move(position);
            }
        } else if (code != SQLITE_DONE) {
            failed(code);
        }
        sqlite3_reset(select_);
        return found;
    }

    const std::string& trouble() const { return trouble_; }
    // The file is no database, or one whose pages are broken.
    bool is_damaged() const { return damaged_; }

private:
    bool connect(const std::string& file, int flags) {
        const int code =
            sqlite3_open_v2(file.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
        if (code != SQLITE_OK) return failed(code);
        sqlite3_busy_timeout(database_, 1'000);
        return true;
    }
    bool run(const char* sql) {
        const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
        return code == SQLITE_OK || failed(code);
    }
    bool prepare(const char* sql, sqlite3_stmt*& statement) {
        const int code =
            sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        return code == SQLITE_OK || failed(code);
    }
    static void bind(sqlite3_stmt* statement, int at, std::string_view bytes) {
        sqlite3_bind_blob64(statement, at, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    }
    bool finish(sqlite3_stmt* statement) {
        const int code = sqlite3_step(statement);
        const bool good = code == SQLITE_DONE || failed(code);
        sqlite3_reset(statement);
        return good;
    }
    bool failed(int code) {
        trouble_ = sqlite3_errmsg(database_);
        const int primary = code & 0xff;
        damaged_ = damaged_ || primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT;
        return false;
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* select_ = nullptr;
    sqlite3_stmt* forget_ = nullptr;
    std::string trouble_;
    bool damaged_ = false;
};

struct Tracks::Guard {
    std::mutex mutex;
    Tracks* tracks = nullptr;
};

Tracks::Tracks(Strand& strand,
               const Clock& clock,
               std::string file,
               std::function<std::vector<v1::Position>()> positions,
               TrackOptions options)
    : strand_(strand),
      clock_(clock),
      file_(std::move(file)),
      positions_(std::move(positions)),
      options_(options),
      guard_(std::make_shared<Guard>()) {
    guard_->tracks = this;
}

Tracks::~Tracks() {
    const std::lock_guard lock(guard_->mutex);
    guard_->tracks = nullptr;
}

void Tracks::start() {
    sample_later();
}

void Tracks::sample_later() {
    strand_.post_after(options_.sample, [guard = guard_] {
        const std::lock_guard lock(guard->mutex);
        if (guard->tracks == nullptr) return;
        guard->tracks->sample();
        guard->tracks->sample_later();
    });
}

void Tracks::sample() {
    std::vector<v1::Position> fresh;
    for (auto& position : positions_()) {
        const auto last = written_us_.find(position.id());
        const int64_t heard_us = micros(from_proto(position.heard_at()));
        if (last == written_us_.end() || last->second != heard_us) {
            fresh.push_back(std::move(position));
        }
    }
    if (writer_ == nullptr) {
        writer_ = std::make_unique<Store>();
        if (!writer_->open_to_write(file_)) {
            const std::string trouble = writer_->trouble();
            const bool damaged = writer_->is_damaged();
            writer_.reset();
            say_how_it_does(trouble);
            // The next sample begins a new one.
            if (damaged) {
                const std::string aside = file_ + ".damaged";
                spdlog::error("the tracks are damaged; they are kept as {}", aside);
                std::rename(file_.c_str(), aside.c_str());
                for (const char* end : {"-wal", "-shm"}) ::unlink((file_ + end).c_str());
            }
            return;
        }
    }
    bool good = fresh.empty() || writer_->write(fresh);
    if (good) {
        for (const auto& position : fresh) {
            written_us_[position.id()] = micros(from_proto(position.heard_at()));
        }
    }
    const UtcTime now = clock_.now();
    if (good && (now - forgot_at_ >= options_.forget || now < forgot_at_)) {
        good = writer_->forget(now - options_.kept, options_.forget_rows);
        if (good && writer_->forgot_all_there_was()) forgot_at_ = now;
    }
    say_how_it_does(good ? "" : writer_->trouble());
    if (!good) writer_.reset();
}

// Once when it begins to fail and once when it works again.
void Tracks::say_how_it_does(const std::string& trouble) {
    if (trouble.empty() == works_) return;
    works_ = trouble.empty();
    if (works_) {
        spdlog::info("tracks are written again");
    } else {
        spdlog::warn("tracks cannot be written: {}; positions of now are not kept", trouble);
    }
}

Result<std::vector<v1::Position>> Tracks::at(UtcTime time, const std::vector<Uuid>& teams) const {
    std::vector<v1::Position> found;
    const std::lock_guard lock(reading_);
    std::error_code error;
    if (reader_ == nullptr) {
        // Nobody was anywhere yet.
        if (!std::filesystem::exists(file_, error)) return found;
        reader_ = std::make_unique<Store>();
        reader_->open_to_read(file_);
    }
    for (const auto& team : teams) {
        if (!reader_->trouble().empty()) break;
        if (auto position = reader_->newest(team, time)) found.push_back(*std::move(position));
    }
    if (reader_->trouble().empty()) return found;
    const std::string what = reader_->trouble();
    reader_.reset();
    return refuse(
        absl::StatusCode::kUnavailable, "tracks.cannot_read", {{"file", file_}, {"what", what}});
}

}  // namespace muster
