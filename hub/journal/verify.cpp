#include "hub/journal/verify.h"

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <unordered_set>

#include <sys/stat.h>

#include "hub/base/error.h"
#include "hub/journal/chain.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/journal_file.h"

namespace muster {
namespace {

// Rows of one look: between them a running hub may write its log back.
constexpr int64_t kRows = 1000;

class Verifier {
public:
    explicit Verifier(const std::string& file) : file_(file) {}

    Result<VerifyReport> run() {
        MUSTER_TRY(open());
        MUSTER_TRY(walk());
        // Entities and changes must be seen at one moment; what is left to walk is short by now.
        if (database_.run("BEGIN") != SQLITE_OK) return unreadable(SQLITE_ERROR);
        MUSTER_TRY(walk());
        if (report_.broken_at == 0) MUSTER_TRY(compare_entities());
        report_.intact = report_.broken_at == 0;
        report_.head = head_;
        return report_;
    }

private:
    struct Written {
        std::string sha;
        uint64_t sequence = 0;
    };

    // Without opening it by any hand but SQLite's: see inspect_journal_file().
    Status open() {
        struct stat info {};
        if (::stat(file_.c_str(), &info) != 0 && errno == ENOENT) {
            return refuse(absl::StatusCode::kNotFound, "journal.missing", {{"file", file_}});
        }
        if (const int code = database_.open(file_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
            code != SQLITE_OK) {
            return unreadable(code);
        }
        sqlite3_busy_timeout(database_.handle(), 2000);
        MUSTER_ASSIGN(format_, read_format(database_, file_));
        const int code = database_.prepare(
            format_ == 1 ? "SELECT sequence, payload, payload_sha, chain FROM changes "
                           "WHERE sequence > ? ORDER BY sequence LIMIT ?"
                         : "SELECT sequence, payload, payload_sha, chain, at_us, actor "
                           "FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?",
            rows_);
        return code == SQLITE_OK ? absl::OkStatus() : unreadable(code);
    }

    Status unreadable(int code) const {
        return sqlite_status(database_, code, file_, "journal.cannot_open");
    }

    Status walk() {
        for (;;) {
            int64_t count = 0;
            int code = rows_.bind(1, static_cast<int64_t>(report_.changes)).bind(2, kRows).step();
            for (; code == SQLITE_ROW; code = rows_.step(), ++count) check_row();
            rows_.reset();
            if (code != SQLITE_DONE) return unreadable(code);
            if (count < kRows || report_.broken_at != 0) return absl::OkStatus();
        }
    }

    void check_row() {
        if (report_.broken_at != 0) return;
        const auto sequence = static_cast<uint64_t>(rows_.integer(0));
        const std::string payload_sha = rows_.bytes(2);
        const std::string chain = rows_.bytes(3);
        const bool erased = rows_.is_null(1);
        const std::string payload = erased ? std::string() : rows_.bytes(1);
        const uint64_t expected = report_.changes + 1;
        if (sequence != expected || (!erased && sha256(payload) != payload_sha) ||
            chain_next(head_, expected, payload_sha) != chain ||
            (!erased && !take(payload, expected))) {
            report_.broken_at = expected;
            return;
        }
        head_ = chain;
        report_.changes = expected;
        if (!erased) return;
        ++report_.erased;
        last_erased_ = expected;
        erased_.insert(expected);
    }

    // Remembers what the change made of its entities.
    bool take(std::string_view payload, uint64_t sequence) {
        const auto parts = read_change(payload);
        if (!parts) return false;
        if (format_ > 1 &&
            (rows_.integer(4) != parts->head.at_us || rows_.bytes(5) != parts->head.actor_id)) {
            return false;
        }
        for (const auto& key : parts->removals) written_.erase(key);
        for (const auto bytes : parts->upserts) {
            const auto key = key_of_bytes(bytes);
            if (key.id.is_nil()) return false;
            written_[key] = {sha256(bytes), sequence};
        }
        for (const auto& key : parts->erased) written_.erase(key);
        return true;
    }

    Status compare_entities() {
        MUSTER_TRY(compare("entities"));
        if (format_ > 1) MUSTER_TRY(compare("archive"));
        for (const auto& [key, written] : written_) {
            // What an erased change made of it nobody knows: it may have removed it.
            if (written.sequence > last_erased_) broken(written.sequence);
        }
        return absl::OkStatus();
    }

    Status compare(const std::string& table) {
        const std::string sequence = format_ > 1 ? "sequence" : "0";
        sqlite::Statement all;
        int code = database_.prepare(("SELECT bytes, " + sequence + " FROM " + table).c_str(), all);
        if (code != SQLITE_OK) return unreadable(code);
        for (code = all.step(); code == SQLITE_ROW; code = all.step()) {
            compare_row(all.bytes(0), static_cast<uint64_t>(all.integer(1)));
        }
        return code == SQLITE_DONE ? absl::OkStatus() : unreadable(code);
    }

    void compare_row(const std::string& bytes, uint64_t sequence) {
        const auto found = written_.find(key_of_bytes(bytes));
        const bool by_erased = erased_.contains(sequence);
        if (found == written_.end()) {
            // Nothing made it: the end of the chain is the nearest place to name.
            if (!by_erased) broken(std::max<uint64_t>(report_.changes, 1));
            return;
        }
        const auto& written = found->second;
        const bool right = format_ == 1
                               ? !erased_.empty() || sha256(bytes) == written.sha
                               : written.sequence == sequence && sha256(bytes) == written.sha;
        if (!right && !by_erased) broken(written.sequence);
        written_.erase(found);
    }

    void broken(uint64_t sequence) {
        if (report_.broken_at == 0 || sequence < report_.broken_at) report_.broken_at = sequence;
    }

    const std::string& file_;
    sqlite::Database database_;
    sqlite::Statement rows_;
    int64_t format_ = kJournalFormat;
    VerifyReport report_;
    std::unordered_set<uint64_t> erased_;
    uint64_t last_erased_ = 0;
    std::string head_ = chain_start();
    std::unordered_map<EntityKey, Written> written_;
};

}  // namespace

Result<VerifyReport> verify_journal(const std::string& file) {
    return Verifier(file).run();
}

}  // namespace muster
