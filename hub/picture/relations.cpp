#include "hub/picture/relations.h"

#include <algorithm>

#include "hub/desk/sight.h"

namespace muster {
namespace {

template <class Map, class Key, class Value>
void erase_from(Map& map, const Key& key, const Value& value) {
    const auto found = map.find(key);
    if (found == map.end()) return;
    found->second.erase(value);
    if (found->second.empty()) map.erase(found);
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
    const EntityKey& key = entity.key;
    const v1::Entity& message = entity.message;
    switch (key.kind) {
        case v1::ENTITY_KIND_AGENCY:
            return put_agency(key.id, message.agency().parent_id(), affected);
        case v1::ENTITY_KIND_TEAM:
            return put_team(key.id, message.team().agency_id(), affected);
        case v1::ENTITY_KIND_INCIDENT:
            return merge(key.id, uuid(message.incident().merged_into_id()), affected);
        case v1::ENTITY_KIND_ORDER:
            put_order(entity, affected);
            break;
        default:
            break;
    }
    hang(key, uuid(incident_of(message)));
}

void Relations::remove(const EntityKey& key, Affected& affected) {
    switch (key.kind) {
        case v1::ENTITY_KIND_AGENCY:
            put_agency(key.id, {}, affected);
            parents_.erase(key.id.text());
            return;
        case v1::ENTITY_KIND_TEAM:
            return remove_team(key.id, affected);
        case v1::ENTITY_KIND_INCIDENT:
            return merge(key.id, {}, affected);
        case v1::ENTITY_KIND_ORDER:
            take_back(key.id, affected);
            break;
        default:
            break;
    }
    hang(key, {});
}

void Relations::put_agency(const Uuid& id, const std::string& parent, Affected& affected) {
    const std::string text = id.text();
    std::string& known = parents_[text];
    if (known == parent) return;
    erase_from(below_, known, text);
    known = parent;
    if (!parent.empty()) below_[parent].insert(text);
    affect_agency(text, affected);
}

void Relations::put_team(const Uuid& id, const std::string& agency, Affected& affected) {
    std::string& known = teams_[id];
    if (known == agency) return;
    const EntityKey key{v1::ENTITY_KIND_TEAM, id};
    erase_from(of_agency_, known, key);
    known = agency;
    if (!agency.empty()) of_agency_[agency].insert(key);
    affect_team(id, affected);
}

void Relations::remove_team(const Uuid& id, Affected& affected) {
    put_team(id, {}, affected);
    teams_.erase(id);
}

void Relations::put_order(const StoredEntity& entity, Affected& affected) {
    const v1::Order& order = entity.message.order();
    const Uuid& id = entity.key.id;
    const Lent lent{
        .incident = uuid(order.incident_id()),
        .agency_id = agency_of(entity.message),
        .team = uuid(order.team_id()),
    };
    const auto known = orders_.find(id);
    if (known != orders_.end() && known->second == lent) return;
    take_back(id, affected);
    orders_[id] = lent;
    if (!lent.team.is_nil()) of_team_[lent.team].insert(entity.key);
    if (lent.agency_id.empty()) return;
    of_agency_[lent.agency_id].insert(entity.key);
    if (lent.incident.is_nil()) return;
    if (++incidents_[lent.incident][lent.agency_id] == 1) {
        affected.insert({v1::ENTITY_KIND_INCIDENT, lent.incident});
    }
}

void Relations::take_back(const Uuid& order, Affected& affected) {
    const auto known = orders_.find(order);
    if (known == orders_.end()) return;
    const Lent lent = known->second;
    orders_.erase(known);
    const EntityKey key{v1::ENTITY_KIND_ORDER, order};
    erase_from(of_team_, lent.team, key);
    erase_from(of_agency_, lent.agency_id, key);
    const auto agencies = incidents_.find(lent.incident);
    if (agencies == incidents_.end()) return;
    const auto counted = agencies->second.find(lent.agency_id);
    if (counted == agencies->second.end() || --counted->second > 0) return;
    agencies->second.erase(counted);
    if (agencies->second.empty()) incidents_.erase(agencies);
    affected.insert({v1::ENTITY_KIND_INCIDENT, lent.incident});
}

void Relations::hang(const EntityKey& key, const Uuid& incident) {
    const auto known = hangs_on_.find(key);
    if (known != hangs_on_.end()) {
        if (known->second == incident) return;
        erase_from(of_incident_, known->second, key);
        hangs_on_.erase(known);
    }
    if (incident.is_nil()) return;
    hangs_on_[key] = incident;
    of_incident_[incident].insert(key);
}

void Relations::merge(const Uuid& incident, const Uuid& into, Affected& affected) {
    const auto known = merged_.find(incident);
    if ((known == merged_.end() ? Uuid{} : known->second) == into) return;
    if (into.is_nil()) {
        merged_.erase(known);
    } else {
        merged_[incident] = into;
    }
    const auto hanging = of_incident_.find(incident);
    if (hanging == of_incident_.end()) return;
    affected.insert(hanging->second.begin(), hanging->second.end());
}

void Relations::affect_team(const Uuid& team, Affected& affected) const {
    affected.insert({v1::ENTITY_KIND_POSITION, team});
    const auto orders = of_team_.find(team);
    if (orders == of_team_.end()) return;
    affected.insert(orders->second.begin(), orders->second.end());
}

void Relations::affect_agency(const std::string& agency_id, Affected& affected) const {
    // Each once, so that a circle ends too.
    std::vector<std::string> agencies{agency_id};
    std::unordered_set<std::string> known{agency_id};
    for (size_t next = 0; next < agencies.size(); ++next) {
        const std::string agency = agencies[next];
        if (const auto below = below_.find(agency); below != below_.end()) {
            for (const auto& one : below->second) {
                if (known.insert(one).second) agencies.push_back(one);
            }
        }
        const auto own = of_agency_.find(agency);
        if (own == of_agency_.end()) continue;
        for (const auto& key : own->second) {
            affected.insert(key);
            if (key.kind == v1::ENTITY_KIND_TEAM) affect_team(key.id, affected);
            if (key.kind != v1::ENTITY_KIND_ORDER) continue;
            const Uuid& incident = orders_.at(key.id).incident;
            if (!incident.is_nil()) affected.insert({v1::ENTITY_KIND_INCIDENT, incident});
        }
    }
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
