#include "hub/journal/journal_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "hub/base/error.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/verify.h"
#include "muster/v1/change.pb.h"

namespace muster {
namespace {

constexpr uint32_t kDefaultPage = 200;
constexpr uint32_t kLargestPage = 1000;

// The sequence before which a page begins.
Result<int64_t> before_of(std::string_view token) {
    if (token.empty()) return std::numeric_limits<int64_t>::max();
    int64_t before = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), before);
    if (error != std::errc() || end != token.data() + token.size() || before < 1) {
        return refuse(absl::StatusCode::kInvalidArgument, "page.token_unknown", {}, "page_token");
    }
    return before;
}

// An erased payload leaves the sequence alone.
void summarise(std::string_view payload, v1::ChangeSummary& summary) {
    v1::Change change;
    if (!change.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return;
    *summary.mutable_at() = change.at();
    summary.set_actor_id(change.actor_id());
    summary.set_method(change.method());
    summary.set_request_id(change.request_id());
    for (const auto& entity : change.upserts()) {
        summary.add_entity_ids(key_of(entity).id.text());
    }
    for (const auto& removal : change.removals()) summary.add_entity_ids(removal.id());
}

}  // namespace

Status JournalReader::connect() {
    if (connected_) return absl::OkStatus();
    int code = database_.open(file_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(database_.handle(), 2000);
        code = database_.prepare(
            "SELECT sequence, payload FROM changes WHERE sequence < ? "
            "ORDER BY sequence DESC LIMIT ?",
            page_);
    }
    if (code != SQLITE_OK) return sqlite_status(database_, code, file_, "journal.cannot_open");
    connected_ = true;
    return absl::OkStatus();
}

Result<v1::VerifyJournalResponse> JournalReader::verify() {
    MUSTER_ASSIGN(const auto report, verify_journal(file_));
    v1::VerifyJournalResponse response;
    response.set_intact(report.intact);
    response.set_changes(report.changes);
    response.set_broken_at(report.broken_at);
    response.set_head(report.head);
    return response;
}

Result<v1::ListChangesResponse> JournalReader::list_changes(uint32_t page_size,
                                                            std::string_view page_token) {
    MUSTER_ASSIGN(const int64_t before, before_of(page_token));
    if (page_size > kLargestPage) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.out_of_range",
                      {{"field", "page_size"},
                       {"value", std::to_string(page_size)},
                       {"low", "0"},
                       {"high", std::to_string(kLargestPage)}},
                      "page_size");
    }
    const int64_t size = page_size == 0 ? kDefaultPage : page_size;
    const std::lock_guard lock(mutex_);
    MUSTER_TRY(connect());
    v1::ListChangesResponse response;
    int code = page_.bind(1, before).bind(2, size + 1).step();
    for (; code == SQLITE_ROW; code = page_.step()) {
        if (response.changes_size() == size) {
            response.set_next_page_token(
                std::to_string(response.changes(response.changes_size() - 1).sequence()));
            break;
        }
        auto& summary = *response.add_changes();
        summary.set_sequence(static_cast<uint64_t>(page_.integer(0)));
        if (!page_.is_null(1)) summarise(page_.bytes(1), summary);
    }
    page_.reset();
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return sqlite_status(database_, code, file_, "journal.cannot_open");
    }
    return response;
}

}  // namespace muster
