#include "tests/support/fake_journal.h"

#include <algorithm>
#include <stdexcept>

#include "hub/desk/memory.h"
#include "muster/v1/change.pb.h"

namespace muster {
namespace {

Status full() {
    return refuse(
        absl::StatusCode::kUnavailable, "journal.unavailable", {{"what", "the disk is full"}});
}

}  // namespace

Status FakeJournal::load(const std::function<void(LoadedEntity)>& visit) {
    // From the bytes, as a file does; each entity at the place of its making.
    std::map<EntityKey, size_t> place;
    std::vector<LoadedEntity> made;
    for (const auto& change : changes_) {
        const auto forget = [&](const EntityKey& key) {
            if (const auto found = place.find(key); found != place.end()) {
                made[found->second] = {};
                place.erase(found);
            }
        };
        for (const auto& key : change.removals) forget(key);
        for (const auto& entity : change.upserts) {
            const auto [found, fresh] = place.emplace(entity->key, made.size());
            if (fresh) made.emplace_back();
            made[found->second] = {parse_entity(entity->bytes), change.sequence};
        }
        for (const auto& key : change.archived) forget(key);
    }
    for (auto& entity : made) {
        if (entity.entity) visit(std::move(entity));
    }
    return absl::OkStatus();
}

Result<std::vector<Tombstone>> FakeJournal::tombstones() {
    std::vector<Tombstone> gone;
    for (const auto& change : changes_) {
        v1::Change head;
        head.ParseFromString(change.payload);
        for (const auto* keys : {&change.removals, &change.archived}) {
            for (const auto& key : *keys) {
                gone.push_back({key, change.sequence, from_proto(head.at())});
            }
        }
    }
    return gone;
}

uint32_t FakeJournal::last_incident_number() const {
    uint32_t last = 0;
    for (const auto& change : changes_) {
        for (const auto& entity : change.upserts) {
            if (!entity->message.has_incident()) continue;
            last = std::max(last, running_number(entity->message.incident().number()));
        }
    }
    return last;
}

Result<EntityPtr> FakeJournal::find_archived(const EntityKey& key) {
    if (held_) return full();
    const auto found = archive_.find(key);
    return found == archive_.end() ? EntityPtr() : found->second;
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
        for (const auto& entity : change.upserts) last_[entity->key] = entity;
        for (const auto& key : change.removals) last_.erase(key);
        for (const auto& key : change.archived) {
            if (const auto node = last_.extract(key)) archive_[key] = node.mapped();
        }
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
