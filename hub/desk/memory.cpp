#include "hub/desk/memory.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace muster {
namespace {

// An edit is refused by what changed since the version that its author saw: a few saves ago, where
// several people work on one incident or team.
constexpr size_t kKeptVersions = 8;
// Of an order people edit the text alone, while every step of the team writes it: there are many
// orders, and two dispatchers who amend one are a step or two apart. Who edits an older
// version still is refused, and told of the text alone.
constexpr size_t kKeptOrderVersions = 2;
constexpr uint32_t kLargestNumber = 999'999'999;

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

// What it alone is called; empty for what has no name. That of a session or a participant is not
// for people: see find_named().
std::string name_of(const v1::Entity& entity) {
    switch (entity.kind_case()) {
        case v1::Entity::kIncident:
            return upper(entity.incident().number());
        case v1::Entity::kTeam:
            return entity.team().name();
        case v1::Entity::kCamera:
            return entity.camera().name();
        case v1::Entity::kPerson:
            return entity.person().name();
        case v1::Entity::kZone:
            return entity.zone().name();
        case v1::Entity::kAgency:
            return entity.agency().name();
        case v1::Entity::kOrderPolicy:
            return entity.order_policy().name();
        case v1::Entity::kSession:
            return entity.session().token_hash();
        case v1::Entity::kParticipant:
            return entity.participant().person_id().empty() ? "" : entity.participant().stream_id();
        default:
            return {};
    }
}

// Groups that hang on no entity, or on a part of one's: no UUID looks like these.
constexpr std::string_view kOpenRoom = "open";

std::string joined_group(std::string_view room_id) {
    return fmt::format("joined {}", room_id);
}

std::string removed_group(std::string_view room_id) {
    return fmt::format("removed {}", room_id);
}

std::string command_group(std::string_view person_id) {
    return fmt::format("command {}", person_id);
}

// The one that it is a duplicate of; while it is not closed also who is in command and to whom
// command is offered.
std::vector<std::string> groups_of(const v1::Incident& incident) {
    std::vector<std::string> groups;
    if (!incident.merged_into_id().empty()) groups.push_back(incident.merged_into_id());
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED) return groups;
    groups.push_back(command_group(commander_of(incident)));
    if (!incident.command_offered_to_id().empty()) {
        groups.push_back(command_group(incident.command_offered_to_id()));
    }
    return groups;
}

std::vector<std::string> groups_of(const v1::Figure& figure) {
    std::vector<std::string> groups{figure.incident_id()};
    if (!figure.corrects_id().empty()) groups.push_back(figure.corrects_id());
    return groups;
}

// Not the parent's id alone: clients choose ids, and an order's may be that of an incident.
std::string parts_group(std::string_view order_id) {
    return fmt::format("part {}", order_id);
}

std::vector<std::string> groups_of(const v1::Room& room) {
    std::vector<std::string> groups;
    if (room.status() == v1::ROOM_STATUS_OPEN) groups.emplace_back(kOpenRoom);
    if (!room.incident_id().empty()) groups.push_back(room.incident_id());
    return groups;
}

std::vector<std::string> groups_of(const v1::Participant& participant) {
    std::vector<std::string> groups{participant.room_id()};
    if (participant.status() == v1::PARTICIPANT_STATUS_JOINED) {
        groups.push_back(joined_group(participant.room_id()));
        groups.push_back(participant.person_id().empty() ? participant.camera_id()
                                                         : participant.person_id());
    } else if (participant.status() == v1::PARTICIPANT_STATUS_REMOVED) {
        groups.push_back(removed_group(participant.room_id()));
    }
    return groups;
}

// Its incident and the order that it is a part of; who has it, while it is open.
std::vector<std::string> groups_of(const v1::Order& order) {
    std::vector<std::string> groups{order.incident_id()};
    if (!order.parent_id().empty()) groups.push_back(parts_group(order.parent_id()));
    if (!is_open(order.status())) return groups;
    if (!order.team_id().empty()) groups.push_back(order.team_id());
    if (!order.agency_id().empty()) groups.push_back(order.agency_id());
    return groups;
}

// The ids that it hangs on, and the groups above.
std::vector<std::string> owners_of(const v1::Entity& entity) {
    switch (entity.kind_case()) {
        case v1::Entity::kIncident:
            return groups_of(entity.incident());
        case v1::Entity::kResponse:
            return {entity.response().incident_id()};
        case v1::Entity::kFigure:
            return groups_of(entity.figure());
        case v1::Entity::kOrder:
            return groups_of(entity.order());
        case v1::Entity::kEscalation:
            return {entity.escalation().incident_id(), entity.escalation().order_id()};
        case v1::Entity::kLogLine:
            return {entity.log_line().incident_id()};
        case v1::Entity::kStream:
            return {entity.stream().camera_id()};
        case v1::Entity::kSession:
            return {entity.session().person_id()};
        case v1::Entity::kRoom:
            return groups_of(entity.room());
        case v1::Entity::kParticipant:
            return groups_of(entity.participant());
        default:
            return {};
    }
}

// How many earlier versions are kept: of what people edit with an expected version.
size_t kept_versions(v1::EntityKind kind) {
    switch (kind) {
        case v1::ENTITY_KIND_INCIDENT:
        case v1::ENTITY_KIND_RESPONSE:
        case v1::ENTITY_KIND_TEAM:
        case v1::ENTITY_KIND_CAMERA:
        case v1::ENTITY_KIND_PERSON:
        case v1::ENTITY_KIND_AGENCY:
        case v1::ENTITY_KIND_ORDER_POLICY:
            return kKeptVersions;
        case v1::ENTITY_KIND_ORDER:
            return kKeptOrderVersions;
        default:
            return 0;
    }
}

}  // namespace

uint32_t running_number(std::string_view incident_number) {
    uint32_t number = 0;
    if (incident_number.size() < 2) return 0;
    const auto* end = incident_number.data() + incident_number.size();
    const auto [stop, error] = std::from_chars(incident_number.data() + 1, end, number);
    return error == std::errc() && stop == end && number <= kLargestNumber ? number : 0;
}

bool is_open(v1::OrderStatus status) {
    return (status >= v1::ORDER_STATUS_ISSUED && status <= v1::ORDER_STATUS_ON_SCENE) ||
           (status >= v1::ORDER_STATUS_SIGNED && status <= v1::ORDER_STATUS_FEEDBACK);
}

const std::string& commander_of(const v1::Incident& incident) {
    return incident.commander_id().empty() ? incident.reported_by_id() : incident.commander_id();
}

void Memory::apply(const DecidedChange& change) {
    for (const auto& key : change.removals) remove(key);
    for (const auto& entity : change.upserts) put(entity);
    for (const auto& key : change.archived) remove(key);
    sequence_ = change.sequence;
}

void Memory::put(EntityPtr entity) {
    const EntityKey key = entity->key;
    Made& made = by_key_[key];
    if (made.entity) {
        index(made, false);
        if (const size_t kept = kept_versions(key.kind); kept > 0) {
            auto& past = past_[key];
            if (past.size() == kept) past.erase(past.begin());
            past.push_back(made.entity);
        }
    } else {
        made.ordinal = next_ordinal_++;
    }
    made.entity = std::move(entity);
    by_kind_[key.kind][key.id] = made.entity;
    index(made, true);
}

void Memory::remove(const EntityKey& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    index(found->second, false);
    by_kind_[key.kind].erase(key.id);
    past_.erase(key);
    by_key_.erase(found);
}

void Memory::index(const Made& made, bool add) {
    const auto& message = made.entity->message;
    const EntityKey& key = made.entity->key;
    if (std::string name = name_of(message); !name.empty()) {
        Group group{key.kind, std::move(name)};
        if (add) {
            by_name_.insert_or_assign(std::move(group), key);
        } else if (const auto found = by_name_.find(group);
                   found != by_name_.end() && found->second == key) {
            by_name_.erase(found);
        }
    }
    for (auto& owner : owners_of(message)) {
        const Group group{key.kind, std::move(owner)};
        if (add) {
            by_owner_[group][made.ordinal] = made.entity;
        } else if (const auto found = by_owner_.find(group); found != by_owner_.end()) {
            found->second.erase(made.ordinal);
            if (found->second.empty()) by_owner_.erase(found);
        }
    }
    if (add && message.has_incident()) {
        next_incident_number_ =
            std::max(next_incident_number_, running_number(message.incident().number()) + 1);
    }
}

EntityPtr Memory::find(const EntityKey& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second.entity;
}

EntityPtr Memory::find(v1::EntityKind kind, std::string_view id) const {
    const auto uuid = Uuid::parse(id);
    return uuid ? find({kind, *uuid}) : nullptr;
}

EntityPtr Memory::find_version(const EntityKey& key, uint32_t version) const {
    if (auto entity = find(key); entity && entity->version == version) return entity;
    const auto found = past_.find(key);
    if (found == past_.end()) return nullptr;
    for (const auto& entity : found->second) {
        if (entity->version == version) return entity;
    }
    return nullptr;
}

const std::map<Uuid, EntityPtr>& Memory::all(v1::EntityKind kind) const {
    static const std::map<Uuid, EntityPtr> none;
    const auto found = by_kind_.find(kind);
    return found == by_kind_.end() ? none : found->second;
}

size_t Memory::size() const {
    return by_key_.size();
}

EntityPtr Memory::find_named(v1::EntityKind kind, std::string_view name) const {
    if (name.empty() || kind == v1::ENTITY_KIND_SESSION || kind == v1::ENTITY_KIND_PARTICIPANT) {
        return nullptr;
    }
    const auto found =
        by_name_.find({kind, kind == v1::ENTITY_KIND_INCIDENT ? upper(name) : std::string(name)});
    return found == by_name_.end() ? nullptr : find(found->second);
}

EntityPtr Memory::find_session(std::string_view token_hash) const {
    const auto found = by_name_.find({v1::ENTITY_KIND_SESSION, std::string(token_hash)});
    return found == by_name_.end() ? nullptr : find(found->second);
}

std::vector<EntityPtr> Memory::commanded_by(std::string_view person_id) const {
    return owned_by(v1::ENTITY_KIND_INCIDENT, command_group(person_id));
}

EntityPtr Memory::participant_of_stream(std::string_view stream_id) const {
    const auto found = by_name_.find({v1::ENTITY_KIND_PARTICIPANT, std::string(stream_id)});
    return found == by_name_.end() ? nullptr : find(found->second);
}

std::vector<EntityPtr> Memory::owned_by(v1::EntityKind kind, std::string_view owner_id) const {
    std::vector<EntityPtr> owned;
    const auto found = by_owner_.find({kind, std::string(owner_id)});
    if (found == by_owner_.end()) return owned;
    owned.reserve(found->second.size());
    for (const auto& [ordinal, entity] : found->second) owned.push_back(entity);
    return owned;
}

std::vector<EntityPtr> Memory::open_orders_of_team(std::string_view team_id) const {
    return owned_by(v1::ENTITY_KIND_ORDER, team_id);
}

std::vector<EntityPtr> Memory::parts_of(std::string_view order_id) const {
    return owned_by(v1::ENTITY_KIND_ORDER, parts_group(order_id));
}

std::vector<EntityPtr> Memory::open_rooms() const {
    return owned_by(v1::ENTITY_KIND_ROOM, kOpenRoom);
}

std::vector<EntityPtr> Memory::joined_in(std::string_view room_id) const {
    return owned_by(v1::ENTITY_KIND_PARTICIPANT, joined_group(room_id));
}

std::vector<EntityPtr> Memory::joined_as(std::string_view person_or_camera_id) const {
    return owned_by(v1::ENTITY_KIND_PARTICIPANT, person_or_camera_id);
}

std::vector<EntityPtr> Memory::removed_from(std::string_view room_id) const {
    return owned_by(v1::ENTITY_KIND_PARTICIPANT, removed_group(room_id));
}

}  // namespace muster
