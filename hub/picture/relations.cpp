#include "hub/picture/relations.h"

#include <algorithm>

#include "hub/desk/sight.h"

namespace muster {
namespace {

KindSet kinds(std::initializer_list<v1::EntityKind> list) {
    KindSet set;
    for (const auto kind : list) set.set(static_cast<size_t>(kind));
    return set;
}

// What hangs on incidents.
KindSet hanging_kinds() {
    return kinds({v1::ENTITY_KIND_ORDER,
                  v1::ENTITY_KIND_LOG_LINE,
                  v1::ENTITY_KIND_FIGURE,
                  v1::ENTITY_KIND_RESPONSE,
                  v1::ENTITY_KIND_ROOM,
                  v1::ENTITY_KIND_ESCALATION});
}

Uuid uuid(const std::string& text) {
    return Uuid::parse(text).value_or(Uuid{});
}

// Empty for what hangs on no incident.
const std::string& incident_of(const v1::Entity& entity) {
    static const std::string none;
    switch (entity.kind_case()) {
        case v1::Entity::kOrder:
            return entity.order().incident_id();
        case v1::Entity::kLogLine:
            return entity.log_line().incident_id();
        case v1::Entity::kFigure:
            return entity.figure().incident_id();
        case v1::Entity::kResponse:
            return entity.response().incident_id();
        case v1::Entity::kRoom:
            return entity.room().incident_id();
        case v1::Entity::kEscalation:
            return entity.escalation().incident_id();
        default:
            return none;
    }
}

}  // namespace

void Relations::put(const StoredEntity& entity, Affected& affected) {
    const Uuid& id = entity.key.id;
    switch (entity.key.kind) {
        case v1::ENTITY_KIND_AGENCY: {
            const std::string& parent = entity.message.agency().parent_id();
            const auto [place, is_new] = parents_.try_emplace(id.text());
            if (!is_new && place->second == parent) return;
            place->second = parent;
            // A first agency without any above it changes nobody's answer.
            if (is_new && parent.empty()) return;
            affected.kinds |= kinds({v1::ENTITY_KIND_TEAM,
                                     v1::ENTITY_KIND_ORDER,
                                     v1::ENTITY_KIND_INCIDENT,
                                     v1::ENTITY_KIND_POSITION});
            return;
        }
        case v1::ENTITY_KIND_TEAM: {
            const std::string& agency = entity.message.team().agency_id();
            const auto [place, is_new] = teams_.try_emplace(id);
            if (place->second == agency) return;
            place->second = agency;
            affected.entities.insert({v1::ENTITY_KIND_POSITION, id});
            affected.kinds |= kinds({v1::ENTITY_KIND_ORDER});
            return;
        }
        case v1::ENTITY_KIND_ORDER: {
            const std::string& agency = agency_of(entity.message);
            const Uuid incident = uuid(entity.message.order().incident_id());
            const auto known = orders_.find(id);
            if (known != orders_.end() && known->second.incident == incident &&
                known->second.agency_id == agency) {
                return;
            }
            take_back(id, affected);
            if (agency.empty() || incident.is_nil()) return;
            orders_[id] = {incident, agency};
            if (++incidents_[incident][agency] == 1) {
                affected.entities.insert({v1::ENTITY_KIND_INCIDENT, incident});
            }
            return;
        }
        case v1::ENTITY_KIND_INCIDENT: {
            const Uuid into = uuid(entity.message.incident().merged_into_id());
            const auto known = merged_.find(id);
            if ((known == merged_.end() ? Uuid{} : known->second) == into) return;
            if (into.is_nil()) {
                merged_.erase(id);
            } else {
                merged_[id] = into;
            }
            affected.kinds |= hanging_kinds();
            return;
        }
        default:
            return;
    }
}

void Relations::remove(const EntityKey& key, Affected& affected) {
    switch (key.kind) {
        case v1::ENTITY_KIND_AGENCY:
            if (parents_.erase(key.id.text()) == 0) return;
            affected.kinds |= kinds({v1::ENTITY_KIND_TEAM,
                                     v1::ENTITY_KIND_ORDER,
                                     v1::ENTITY_KIND_INCIDENT,
                                     v1::ENTITY_KIND_POSITION});
            return;
        case v1::ENTITY_KIND_TEAM:
            teams_.erase(key.id);
            affected.entities.insert({v1::ENTITY_KIND_POSITION, key.id});
            affected.kinds |= kinds({v1::ENTITY_KIND_ORDER});
            return;
        case v1::ENTITY_KIND_ORDER:
            return take_back(key.id, affected);
        case v1::ENTITY_KIND_INCIDENT:
            if (merged_.erase(key.id) > 0) affected.kinds |= hanging_kinds();
            return;
        default:
            return;
    }
}

void Relations::take_back(const Uuid& order, Affected& affected) {
    const auto known = orders_.find(order);
    if (known == orders_.end()) return;
    const Lent lent = known->second;
    orders_.erase(known);
    auto& agencies = incidents_[lent.incident];
    if (--agencies[lent.agency_id] > 0) return;
    agencies.erase(lent.agency_id);
    if (agencies.empty()) incidents_.erase(lent.incident);
    affected.entities.insert({v1::ENTITY_KIND_INCIDENT, lent.incident});
}

Cell Relations::cell_of(const StoredEntity& entity) const {
    Cell cell;
    cell.kind = entity.key.kind;
    const v1::Entity& message = entity.message;
    std::set<Uuid> agencies;
    add_agencies(agency_of(message), agencies);
    if (message.has_incident()) {
        if (message.incident().has_at()) cell.tile = tile_of(message.incident().at());
        const auto lent = incidents_.find(entity.key.id);
        if (lent != incidents_.end()) {
            for (const auto& [agency, count] : lent->second) add_agencies(agency, agencies);
        }
        add_incident(message.incident().id(), cell);
    } else if (message.has_camera()) {
        if (message.camera().has_at()) cell.tile = tile_of(message.camera().at());
    } else if (const std::string& incident = incident_of(message); !incident.empty()) {
        add_incident(incident, cell);
    }
    if (message.has_order()) {
        const auto team = teams_.find(uuid(message.order().team_id()));
        if (team != teams_.end()) cell.team_agencies = agencies_of(team->second);
    }
    cell.agencies.assign(agencies.begin(), agencies.end());
    return cell;
}

Cell Relations::cell_of(const EntityKey& live, Tile tile) const {
    Cell cell;
    cell.kind = live.kind;
    cell.tile = tile;
    if (live.kind == v1::ENTITY_KIND_POSITION) {
        const auto team = teams_.find(live.id);
        if (team != teams_.end()) cell.agencies = agencies_of(team->second);
    }
    return cell;
}

void Relations::add_agencies(const std::string& agency_id, std::set<Uuid>& out) const {
    const auto parent_of = [this](const std::string& id) {
        const auto found = parents_.find(id);
        return found == parents_.end() ? std::string() : found->second;
    };
    for (const auto& text : agency_and_above(agency_id, parent_of)) {
        if (const auto id = Uuid::parse(text)) out.insert(*id);
    }
}

std::vector<Uuid> Relations::agencies_of(const std::string& agency_id) const {
    std::set<Uuid> agencies;
    add_agencies(agency_id, agencies);
    return {agencies.begin(), agencies.end()};
}

void Relations::add_incident(const std::string& incident_id, Cell& cell) const {
    const Uuid id = uuid(incident_id);
    if (id.is_nil()) return;
    cell.incidents.push_back(id);
    const auto merged = merged_.find(id);
    if (merged != merged_.end()) cell.incidents.push_back(merged->second);
    std::ranges::sort(cell.incidents);
}

}  // namespace muster
