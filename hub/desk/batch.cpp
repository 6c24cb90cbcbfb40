#include "hub/desk/batch.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "hub/base/log.h"
#include "hub/base/sha256.h"
#include "muster/v1/change.pb.h"

namespace muster {
namespace {

Status reused() {
    return refuse(absl::StatusCode::kInvalidArgument, "request.id_reused", {}, "request_id");
}

Status answered() {
    return refuse(absl::StatusCode::kAlreadyExists, "request.answered", {}, "request_id");
}

// A UUID in lower case; empty only for what the hub itself does.
Result<std::string> checked_request_id(const Act& act) {
    if (act.request_id.empty()) {
        if (act.actor.person_id.empty()) return std::string();
        return refuse(absl::StatusCode::kInvalidArgument, "request.id_missing", {}, "request_id");
    }
    const auto id = Uuid::parse(act.request_id);
    if (!id) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.not_uuid",
                      {{"field", "request_id"}},
                      "request_id");
    }
    return id->text();
}

Status check_sizes(const std::vector<EntityPtr>& upserts) {
    for (const auto& entity : upserts) {
        if (entity->bytes.size() > Desk::kEntityBytes) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "entity.too_long",
                          {{"kind", kind_name(entity->key.kind)},
                           {"size", std::to_string(entity->bytes.size())},
                           {"limit", std::to_string(Desk::kEntityBytes)}});
        }
    }
    return absl::OkStatus();
}

}  // namespace

Status journal_unavailable(const Status& status) {
    std::string what(status.message());
    if (const auto detail = detail_of(status)) {
        const auto argument = detail->reason().args().find("what");
        if (argument != detail->reason().args().end()) what = argument->second;
    }
    return refuse(absl::StatusCode::kUnavailable, "journal.unavailable", {{"what", what}});
}

std::string change_payload(const Act& act,
                           UtcTime at,
                           const std::vector<EntityPtr>& upserts,
                           const std::vector<EntityKey>& removals,
                           const std::vector<EntityKey>& archived,
                           const std::vector<EntityKey>& erased,
                           const std::string& erasure_reason) {
    using google::protobuf::internal::WireFormatLite;
    v1::Change head;
    *head.mutable_at() = to_proto(at);
    head.set_actor_id(act.actor.person_id);
    head.set_method(act.method);
    head.set_request_id(act.request_id);
    std::string payload = head.SerializeAsString();
    {
        google::protobuf::io::StringOutputStream stream(&payload);
        google::protobuf::io::CodedOutputStream out(&stream);
        for (const auto& entity : upserts) {
            out.WriteTag(WireFormatLite::MakeTag(v1::Change::kUpsertsFieldNumber,
                                                 WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
            out.WriteVarint32(static_cast<uint32_t>(entity->bytes.size()));
            out.WriteString(entity->bytes);
        }
    }
    v1::Change tail;
    const auto name = [](v1::Removal& removal, const EntityKey& key) {
        removal.set_kind(key.kind);
        removal.set_id(key.id.text());
    };
    for (const auto& key : removals) name(*tail.add_removals(), key);
    for (const auto& key : archived) name(*tail.add_archived(), key);
    for (const auto& key : erased) name(*tail.add_erased(), key);
    tail.set_erasure_reason(erasure_reason);
    return payload + tail.SerializeAsString();
}

void Desk::Batch::decide(Waiting waiting) {
    const size_t index = outcomes_.size();
    outcomes_.push_back({std::move(waiting.reply), absl::UnknownError("undecided")});
    auto& outcome = outcomes_.back();
    auto& act = waiting.act;
    auto request_id = checked_request_id(act);
    if (!request_id.ok()) {
        outcome.result = request_id.status();
        outcome.rests = false;
        return;
    }
    act.request_id = *std::move(request_id);
    const std::string hash = sha256({act.method, std::string_view("\0", 1), act.body});
    const std::pair key(act.actor.person_id, act.request_id);
    if (!act.request_id.empty()) {
        if (const auto first = firsts_.find(key); first != firsts_.end()) {
            if (first->second.hash != hash) {
                outcome.result = reused();
            } else if (!first->second.keep_answer) {
                outcome.result = answered();
            } else {
                outcome.result = outcomes_[first->second.outcome].result;
            }
            return;
        }
        auto first = find_first(act, hash);
        if (!first.ok() || first->has_value()) {
            outcome.rests = false;
            if (first.ok()) {
                outcome.result = **std::move(first);
            } else {
                outcome.result = first.status();
            }
            return;
        }
    }
    outcome.result = decide_new(act, hash);
    if (outcome.result.ok() && !act.request_id.empty()) {
        firsts_.emplace(key, First{hash, index, act.keep_answer});
    }
}

Result<std::optional<std::string>> Desk::Batch::find_first(const Act& act,
                                                           const std::string& hash) {
    auto kept = desk_.journal_.find_answer(act.actor.person_id, act.request_id);
    if (!kept.ok()) {
        return journal_unavailable(kept.status());
    }
    if (!kept->has_value()) return std::optional<std::string>();
    if ((*kept)->request_hash != hash) return reused();
    if (!(*kept)->answer_kept) return answered();
    return std::optional((*kept)->answer);
}

Status Desk::Batch::check_new(const std::vector<EntityPtr>& upserts,
                              const std::set<Uuid>& made) const {
    for (const auto& entity : upserts) {
        if (entity->version != 1 || made.contains(entity->key.id)) continue;
        if (!archived_.contains(entity->key)) {
            auto archived = desk_.journal_.find_archived(entity->key);
            if (!archived.ok()) return journal_unavailable(archived.status());
            if (*archived == nullptr) continue;
        }
        return refuse(absl::StatusCode::kAlreadyExists,
                      "entity.archived",
                      {{"kind", kind_name(entity->key.kind)}, {"id", entity->key.id.text()}},
                      "id");
    }
    return absl::OkStatus();
}

Result<std::string> Desk::Batch::decide_new(const Act& act, const std::string& hash) {
    Draft draft(desk_.memory_, &decided_);
    std::set<Uuid> made;
    const Context context{desk_.clock_.now(), act.actor, [this, &made] {
                              return *made.insert(desk_.new_id_()).first;
                          }};
    Result<std::string> answer = absl::UnknownError("undecided");
    try {
        answer = act.decide(draft, context);
    } catch (const std::exception& mistake) {
        spdlog::error("{} threw: {}", act.method, mistake.what());
        answer = refuse(absl::StatusCode::kInternal, "hub.internal", {{"what", act.method}});
    }
    if (!answer.ok()) return answer;
    DecidedChange change;
    change.upserts = draft.upserts();
    change.removals = draft.removals();
    change.archived = draft.archived();
    change.erased = draft.erased();
    MUSTER_TRY(check_sizes(change.upserts));
    MUSTER_TRY(check_new(change.upserts, made));
    const bool nothing = draft.empty();
    // What the hub found to be no longer wanted leaves no trace; a caller's answer is kept unless
    // it need not be.
    if (nothing && (act.request_id.empty() || !act.keep_unchanged)) return answer;
    change.sequence = ++sequence_;
    change.payload = change_payload(act,
                                    context.now,
                                    change.upserts,
                                    change.removals,
                                    change.archived,
                                    change.erased,
                                    draft.erasure_reason());
    change.caller_id = act.actor.person_id;
    change.request_id = act.request_id;
    if (!act.request_id.empty()) change.request_hash = hash;
    if (act.keep_answer) change.answer = *answer;
    change.keep_answer = act.keep_answer;
    draft.merge_into(decided_);
    archived_.insert(change.archived.begin(), change.archived.end());
    changes_.push_back(std::move(change));
    return answer;
}

void Desk::Batch::fail(const Status& unavailable) {
    for (auto& outcome : outcomes_) {
        if (outcome.rests) outcome.result = unavailable;
    }
}

void Desk::Batch::reply() {
    for (auto& outcome : outcomes_) outcome.reply(std::move(outcome.result));
}

}  // namespace muster
