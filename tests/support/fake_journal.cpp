#include "tests/support/fake_journal.h"

#include <stdexcept>

namespace muster {
namespace {

Status full() {
    return refuse(
        absl::StatusCode::kUnavailable, "journal.unavailable", {{"what", "the disk is full"}});
}

}  // namespace

Status FakeJournal::load(const std::function<void(EntityPtr)>& visit) {
    // From the bytes, as a file does; each entity at the place of its making.
    std::map<EntityKey, size_t> place;
    std::vector<EntityPtr> made;
    for (const auto& change : changes_) {
        for (const auto& key : change.removals) {
            if (const auto found = place.find(key); found != place.end()) {
                made[found->second] = nullptr;
                place.erase(found);
            }
        }
        for (const auto& entity : change.upserts) {
            const auto [found, fresh] = place.emplace(entity->key, made.size());
            if (fresh) made.emplace_back();
            made[found->second] = parse_entity(entity->bytes);
        }
    }
    for (auto& entity : made) {
        if (entity) visit(std::move(entity));
    }
    return absl::OkStatus();
}

Status FakeJournal::append(std::span<const DecidedChange> changes) {
    if (held_) return full();
    if (failures_ > 0) {
        --failures_;
        return full();
    }
    groups_.push_back(changes.size());
    for (const auto& change : changes) {
        if (change.sequence != changes_.size() + 1) {
            throw std::logic_error("a sequence has a gap");
        }
        changes_.push_back(change);
        if (change.request_id.empty()) continue;
        answers_[{change.caller_id, change.request_id}] = {
            change.request_hash, change.answer, change.keep_answer};
    }
    return absl::OkStatus();
}

Result<std::optional<KeptAnswer>> FakeJournal::find_answer(const std::string& caller_id,
                                                           const std::string& request_id) {
    if (held_) return full();
    const auto found = answers_.find({caller_id, request_id});
    if (found == answers_.end()) return std::optional<KeptAnswer>();
    return std::optional(found->second);
}

}  // namespace muster
