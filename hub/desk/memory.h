#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/desk/state.h"

namespace muster {

// The current state: every entity by key, and the indexes that decisions and lists need. A plain
// value; its owner (Desk) guards it. Pointers that it hands out stay valid for as long as somebody
// holds them.
class Memory {
public:
    void apply(const DecidedChange& change);
    void put(EntityPtr entity);
    void remove(const EntityKey& key);
    // What load() came from; apply() moves it on.
    void set_sequence(uint64_t sequence) { sequence_ = sequence; }
    // The newest incident's running number, where that incident may be archived.
    void set_last_incident_number(uint32_t number) {
        next_incident_number_ = std::max(next_incident_number_, number + 1);
    }

    // Sequence of the last change that is in here; 0 when there is none.
    uint64_t sequence() const { return sequence_; }
    // Null when there is none.
    EntityPtr find(const EntityKey& key) const;
    EntityPtr find(v1::EntityKind kind, std::string_view id) const;
    // An earlier version, null when it is not kept. The last few versions of what people edit are
    // kept until the hub restarts, so that a stale edit can be told what changed.
    EntityPtr find_version(const EntityKey& key, uint32_t version) const;
    // All of a kind, by id.
    const std::map<Uuid, EntityPtr>& all(v1::EntityKind kind) const;
    size_t size() const;

    // By what people call them: an incident's number (either case), the name of a team, a camera, a
    // person, an agency, an order policy. Null when there is none.
    EntityPtr find_named(v1::EntityKind kind, std::string_view name) const;
    // A log-in by the SHA-256 of its token.
    EntityPtr find_session(std::string_view token_hash) const;
    // Orders, log lines, figures, responses, escalations, rooms or duplicates of an incident,
    // corrections of a figure, parts and escalations of an order, open orders of a team or an
    // agency, streams of a camera, sessions of a person, participants of a room (those who left
    // too): what hangs on an owner, in the order of making.
    std::vector<EntityPtr> owned_by(v1::EntityKind kind, std::string_view owner_id) const;
    // Orders of a team that have not ended, in the order of making.
    std::vector<EntityPtr> open_orders_of_team(std::string_view team_id) const;
    // Incidents that are not closed and that this person commands, or is offered command of.
    std::vector<EntityPtr> commanded_by(std::string_view person_id) const;
    // The orders that are parts of an order, ended ones too, in the order of making.
    std::vector<EntityPtr> parts_of(std::string_view order_id) const;
    // Rooms that are open, in the order of opening.
    std::vector<EntityPtr> open_rooms() const;
    // Participants that are JOINED in a room, in the order of joining.
    std::vector<EntityPtr> joined_in(std::string_view room_id) const;
    // Participants that are JOINED, in whatever room, as this person or camera.
    std::vector<EntityPtr> joined_as(std::string_view person_or_camera_id) const;
    // Participants of a room that are REMOVED.
    std::vector<EntityPtr> removed_from(std::string_view room_id) const;
    // The person's participant, JOINED or not, that publishes under this stream; null when there is
    // none (a camera's stream is in the camera's hands).
    EntityPtr participant_of_stream(std::string_view stream_id) const;
    // What the next incident's running number is.
    uint32_t next_incident_number() const { return next_incident_number_; }

private:
    struct Made {
        EntityPtr entity;
        // Counts up with every new entity; an entity keeps it through its versions.
        uint64_t ordinal = 0;
    };
    using Group = std::pair<v1::EntityKind, std::string>;

    // Everything that an entity is found by besides its key.
    void index(const Made& made, bool add);

    std::unordered_map<EntityKey, Made> by_key_;
    std::map<v1::EntityKind, std::map<Uuid, EntityPtr>> by_kind_;
    std::map<Group, EntityKey> by_name_;
    std::map<Group, std::map<uint64_t, EntityPtr>> by_owner_;
    std::unordered_map<EntityKey, std::vector<EntityPtr>> past_;
    uint64_t sequence_ = 0;
    uint64_t next_ordinal_ = 0;
    uint32_t next_incident_number_ = 2101;
};

// The running number of "F2104" is 2104; 0 for anything else.
uint32_t running_number(std::string_view incident_number);

// Who is in command: who reported it, where nobody else took over (or it is older than commanders).
const std::string& commander_of(const v1::Incident& incident);

// Whether an order in this status still waits for something.
bool is_open(v1::OrderStatus status);

}  // namespace muster
