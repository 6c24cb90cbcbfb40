#include "hub/journal/verify.h"

#include <unordered_map>

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
        if (report_.broken_at == 0 && report_.erased == 0) MUSTER_TRY(compare_entities());
        report_.intact = report_.broken_at == 0;
        report_.head = head_;
        return report_;
    }

private:
    struct Written {
        std::string sha;
        uint64_t sequence = 0;
    };

    Status open() {
        MUSTER_ASSIGN(const auto state, inspect_journal_file(file_));
        if (state == FileState::absent) {
            return refuse(absl::StatusCode::kNotFound, "journal.missing", {{"file", file_}});
        }
        if (const int code = database_.open(file_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
            code != SQLITE_OK) {
            return unreadable(code);
        }
        sqlite3_busy_timeout(database_.handle(), 2000);
        MUSTER_TRY(check_format(database_, file_));
        const int code = database_.prepare(
            "SELECT sequence, payload, payload_sha, chain FROM changes WHERE sequence > ? "
            "ORDER BY sequence LIMIT ?",
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
        if (erased) ++report_.erased;
    }

    // Remembers what the change made of its entities.
    bool take(std::string_view payload, uint64_t sequence) {
        const auto parts = read_change(payload);
        if (!parts) return false;
        for (const auto& key : parts->removals) written_.erase(key);
        for (const auto bytes : parts->upserts) {
            const auto key = key_of_bytes(bytes);
            if (key.id.is_nil()) return false;
            written_[key] = {sha256(bytes), sequence};
        }
        return true;
    }

    Status compare_entities() {
        sqlite::Statement all;
        int code = database_.prepare("SELECT bytes FROM entities", all);
        if (code != SQLITE_OK) return unreadable(code);
        const auto broken = [this](uint64_t sequence) {
            if (report_.broken_at == 0 || sequence < report_.broken_at) {
                report_.broken_at = sequence;
            }
        };
        for (code = all.step(); code == SQLITE_ROW; code = all.step()) {
            const std::string bytes = all.bytes(0);
            const auto found = written_.find(key_of_bytes(bytes));
            if (found == written_.end()) {
                // Nothing made it: the end of the chain is the nearest place to name.
                broken(std::max<uint64_t>(report_.changes, 1));
                continue;
            }
            if (sha256(bytes) != found->second.sha) broken(found->second.sequence);
            written_.erase(found);
        }
        if (code != SQLITE_DONE) return unreadable(code);
        for (const auto& [key, written] : written_) broken(written.sequence);
        return absl::OkStatus();
    }

    const std::string& file_;
    sqlite::Database database_;
    sqlite::Statement rows_;
    VerifyReport report_;
    std::string head_ = chain_start();
    std::unordered_map<EntityKey, Written> written_;
};

}  // namespace

Result<VerifyReport> verify_journal(const std::string& file) {
    return Verifier(file).run();
}

}  // namespace muster
