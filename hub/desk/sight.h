// Sight: which entities somebody may see. One rule for calls (Seen, find_seen, read_as) and for the
// picture (AccessClass, agency_of, lends_to, agency_and_above). The table of roles (hub/access)
// says which kinds; of these a partner sees only what concerns the own agency or one below it:
//   agency      all of them
//   order       those to that agency
//   incident    those with such an order, whatever became of it
//   team        those of that agency
//   position    those of such teams
// A partner without an agency sees agencies alone. Pure.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/access/policy.h"
#include "hub/desk/context.h"
#include "hub/desk/lookup.h"
#include "hub/desk/memory.h"

namespace muster {

// Whoever has the same class sees the same.
struct AccessClass {
    // In ascending order.
    std::vector<v1::EntityKind> kinds;
    // A partner's: of these kinds only what concerns `agency_id` (none, when it is empty).
    bool limited = false;
    std::string agency_id;

    bool operator==(const AccessClass&) const = default;
    bool operator<(const AccessClass& other) const;
    bool has(v1::EntityKind kind) const;
};

AccessClass access_class_of(v1::Role role, std::string_view agency_id);
AccessClass access_class_of(const Actor& actor);

// Whether a limited class sees all of a kind that it has.
bool concerns_all(v1::EntityKind kind);

// The agency that an entity concerns by itself, without those above: an order's, a team's. Empty
// for none, and for other kinds.
const std::string& agency_of(const v1::Entity& entity);
// What an entity lends its agency to: an order to its incident, a team to its position. A thing
// concerns the agencies of all that lend to it.
std::optional<EntityKey> lends_to(const v1::Entity& entity);

// More levels than there may be, so that a circle ends too.
constexpr size_t kAgencyLevels = 16;

// An agency and all above it, nearest first: `parent_of` says the id of the one above, empty for
// none. What concerns one of them concerns all.
template <class ParentOf>
std::vector<std::string> agency_and_above(std::string agency_id, ParentOf&& parent_of) {
    std::vector<std::string> ids;
    while (!agency_id.empty() && ids.size() < kAgencyLevels) {
        ids.push_back(agency_id);
        agency_id = parent_of(std::as_const(ids.back()));
    }
    return ids;
}

// Whether `agency_id` is `above` or below it. State: a Memory or a Draft.
template <class State>
bool is_within(const State& state, std::string_view agency_id, std::string_view above) {
    EntityPtr agency;
    for (size_t level = 0; level < kAgencyLevels && !agency_id.empty(); ++level) {
        if (agency_id == above) return true;
        agency = state.find(v1::ENTITY_KIND_AGENCY, agency_id);
        if (agency == nullptr) return false;
        agency_id = agency->message.agency().parent_id();
    }
    return false;
}

// Whether one of these orders is to `agency_id` or one below it: what an archived incident, whose
// orders are not in the state any more, is seen by.
template <class State>
bool is_any_within(const State& state,
                   const std::vector<EntityPtr>& orders,
                   std::string_view agency_id) {
    for (const auto& order : orders) {
        if (is_within(state, agency_of(order->message), agency_id)) return true;
    }
    return false;
}

template <class State>
bool sees(const State& state, const AccessClass& who, const v1::Entity& entity) {
    const auto kind = static_cast<v1::EntityKind>(entity.kind_case());
    if (!who.has(kind)) return false;
    if (!who.limited || concerns_all(kind)) return true;
    if (who.agency_id.empty()) return false;
    if (is_within(state, agency_of(entity), who.agency_id)) return true;
    return entity.has_incident() &&
           is_any_within(
               state, state.owned_by(v1::ENTITY_KIND_ORDER, entity.incident().id()), who.agency_id);
}

// Whether somebody sees the position (and whatever else is live) of a team.
template <class State>
bool sees_position(const State& state, const AccessClass& who, std::string_view team_id) {
    if (!who.has(v1::ENTITY_KIND_POSITION)) return false;
    if (!who.limited) return true;
    const auto team = state.find(v1::ENTITY_KIND_TEAM, team_id);
    return team != nullptr && sees(state, who, team->message);
}

// A state as somebody sees it: what that one may not see is not there. Has the looks of a Memory
// that lists need; find_entity() takes it. Lives within one Desk::read.
class Seen {
public:
    Seen(const Memory& memory, const Actor& actor)
        : memory_(memory), who_(access_class_of(actor)) {}

    bool sees(const StoredEntity& entity) const {
        return muster::sees(memory_, who_, entity.message);
    }
    const AccessClass& who() const { return who_; }
    // For what is not shown itself.
    const Memory& memory() const { return memory_; }

    EntityPtr find(v1::EntityKind kind, std::string_view id) const {
        return if_seen(memory_.find(kind, id));
    }
    EntityPtr find(const EntityKey& key) const { return if_seen(memory_.find(key)); }
    EntityPtr find_named(v1::EntityKind kind, std::string_view name) const {
        return if_seen(memory_.find_named(kind, name));
    }
    std::vector<EntityPtr> owned_by(v1::EntityKind kind, std::string_view owner_id) const;

    // Those of a kind that are seen, by id: pairs of id and entity, as Memory::all.
    class All;
    All all(v1::EntityKind kind) const;

private:
    EntityPtr if_seen(EntityPtr entity) const {
        return entity != nullptr && sees(*entity) ? std::move(entity) : nullptr;
    }

    const Memory& memory_;
    const AccessClass who_;
};

class Seen::All {
public:
    using Base = std::map<Uuid, EntityPtr>::const_iterator;

    class Iterator {
    public:
        Iterator(const Seen& seen, Base at, Base end) : seen_(&seen), at_(at), end_(end) { skip(); }
        const std::pair<const Uuid, EntityPtr>& operator*() const { return *at_; }
        Iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

    private:
        void skip() {
            while (at_ != end_ && !seen_->sees(*at_->second)) ++at_;
        }
        const Seen* seen_;
        Base at_;
        Base end_;
    };

    All(const Seen& seen, const std::map<Uuid, EntityPtr>& all) : seen_(seen), all_(all) {}
    Iterator begin() const { return {seen_, all_.begin(), all_.end()}; }
    Iterator end() const { return {seen_, all_.end(), all_.end()}; }

private:
    const Seen& seen_;
    const std::map<Uuid, EntityPtr>& all_;
};

inline Seen::All Seen::all(v1::EntityKind kind) const {
    return {*this, memory_.all(kind)};
}

// Looks at a desk's state as its caller sees it: read_as(desk, caller.actor, [&](const Seen& seen)
// { return find_entity(seen, ...); }).
template <class Desk, class Look>
auto read_as(const Desk& desk, const Actor& actor, Look&& look) {
    return desk.read([&](const Memory& memory) { return look(Seen(memory, actor)); });
}

// For decisions: find_entity(), for which what the actor may not see is not there. Codes: those of
// find_entity.
template <class State>
Result<EntityPtr> find_seen(const State& state,
                            const Actor& actor,
                            v1::EntityKind kind,
                            std::string_view id,
                            std::string_view field) {
    MUSTER_ASSIGN(EntityPtr entity, find_entity(state, kind, id, field));
    if (!sees(state, access_class_of(actor), entity->message)) return unknown(kind, id, field);
    return entity;
}

}  // namespace muster
