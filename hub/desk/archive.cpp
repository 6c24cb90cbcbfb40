#include "hub/desk/archive.h"

namespace muster {
namespace {

// Archives one after the other until the change is full.
class Mover {
public:
    explicit Mover(Draft& draft) : draft_(draft) {}

    bool is_full() const { return moved_ >= kArchivedAtOnce; }

    void move(const EntityPtr& entity) {
        if (is_full()) return;
        draft_.archive(entity->key.kind, entity->key.id.text());
        ++moved_;
    }
    void move_owned(v1::EntityKind kind, const std::string& owner_id) {
        for (const auto& entity : draft_.owned_by(kind, owner_id)) move(entity);
    }

    // The stays first, so that a room never goes without them.
    void move_room(const EntityPtr& room) {
        move_owned(v1::ENTITY_KIND_PARTICIPANT, room->key.id.text());
        move(room);
    }

    // What hangs on an incident. An open room or a response that goes on stays, and leaves in its
    // own time.
    void move_about(const std::string& incident_id) {
        for (const auto kind : {v1::ENTITY_KIND_LOG_LINE,
                                v1::ENTITY_KIND_FIGURE,
                                v1::ENTITY_KIND_ESCALATION,
                                v1::ENTITY_KIND_ORDER}) {
            move_owned(kind, incident_id);
        }
        for (const auto& response : draft_.owned_by(v1::ENTITY_KIND_RESPONSE, incident_id)) {
            if (response->message.response().has_ended_at()) move(response);
        }
        for (const auto& room : draft_.owned_by(v1::ENTITY_KIND_ROOM, incident_id)) {
            if (room->message.room().status() == v1::ROOM_STATUS_CLOSED) move_room(room);
        }
    }

    // What was written about an incident that is archived already: by a room that closed, or a
    // response that ended, after it.
    void move_late_lines(const std::string& incident_id) {
        if (incident_id.empty() || draft_.find(v1::ENTITY_KIND_INCIDENT, incident_id)) return;
        move_owned(v1::ENTITY_KIND_LOG_LINE, incident_id);
    }

private:
    Draft& draft_;
    size_t moved_ = 0;
};

}  // namespace

std::optional<UtcTime> archive_due_of(const v1::Entity& entity, std::chrono::minutes hot) {
    switch (entity.kind_case()) {
        case v1::Entity::kIncident: {
            const v1::Incident& incident = entity.incident();
            if (incident.status() != v1::INCIDENT_STATUS_CLOSED) return std::nullopt;
            if (!incident.merged_into_id().empty()) return std::nullopt;
            return from_proto(incident.closed_at()) + hot;
        }
        case v1::Entity::kResponse:
            if (!entity.response().has_ended_at()) return std::nullopt;
            return from_proto(entity.response().ended_at()) + hot;
        case v1::Entity::kRoom:
            if (entity.room().status() != v1::ROOM_STATUS_CLOSED) return std::nullopt;
            return from_proto(entity.room().closed_at()) + hot;
        default:
            return std::nullopt;
    }
}

void decide_archive(Draft& draft,
                    const EntityKey& key,
                    const Context& context,
                    std::chrono::minutes hot) {
    const auto stored = draft.find(key);
    if (!stored) return;
    const auto due = archive_due_of(stored->message, hot);
    if (!due || *due > context.now) return;
    Mover mover(draft);
    switch (key.kind) {
        case v1::ENTITY_KIND_INCIDENT:
            for (const auto& duplicate : draft.owned_by(v1::ENTITY_KIND_INCIDENT, key.id.text())) {
                mover.move_about(duplicate->key.id.text());
                mover.move(duplicate);
            }
            mover.move_about(key.id.text());
            mover.move(stored);
            break;
        case v1::ENTITY_KIND_ROOM:
            mover.move_late_lines(stored->message.room().incident_id());
            mover.move_room(stored);
            break;
        case v1::ENTITY_KIND_RESPONSE:
            mover.move_late_lines(stored->message.response().incident_id());
            mover.move(stored);
            break;
        default:
            break;
    }
}

}  // namespace muster
