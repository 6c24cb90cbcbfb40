#include "tests/unit/picture/city.h"

#include <algorithm>

namespace muster {
namespace {

constexpr v1::EntityKind kStored[] = {v1::ENTITY_KIND_AGENCY,
                                      v1::ENTITY_KIND_TEAM,
                                      v1::ENTITY_KIND_TEAM,
                                      v1::ENTITY_KIND_ORDER,
                                      v1::ENTITY_KIND_ORDER,
                                      v1::ENTITY_KIND_INCIDENT,
                                      v1::ENTITY_KIND_INCIDENT,
                                      v1::ENTITY_KIND_LOG_LINE,
                                      v1::ENTITY_KIND_CAMERA,
                                      v1::ENTITY_KIND_ROOM};
constexpr v1::EntityKind kLive[] = {
    v1::ENTITY_KIND_POSITION, v1::ENTITY_KIND_POSITION, v1::ENTITY_KIND_PRESENCE};
constexpr uint32_t kIds = 8;
constexpr uint32_t kAgencies = 4;

uint32_t ids_of(v1::EntityKind kind) {
    return kind == v1::ENTITY_KIND_AGENCY ? kAgencies : kIds;
}

template <size_t N>
v1::EntityKind any_of(City& city, const v1::EntityKind (&kinds)[N]) {
    return kinds[city.pick(N)];
}

}  // namespace

Uuid city_id(uint32_t n) {
    Uuid id;
    id.bytes[0] = 0x22;
    for (size_t i = 0; i < 4; ++i) id.bytes[12 + i] = static_cast<uint8_t>(n >> (24 - 8 * i));
    return id;
}

std::string City::any_id(v1::EntityKind kind) {
    // Ids of kinds are apart, as they are in truth; positions have those of teams.
    const uint32_t base = is_live(kind) ? v1::ENTITY_KIND_TEAM : kind;
    return city_id(base * 100 + pick(ids_of(kind))).text();
}

v1::Point City::any_point() {
    v1::Point point;
    // Some four by four tiles.
    point.set_lat_deg(31 + 0.2 * pick(1'000) / 1'000);
    point.set_lon_deg(121 + 0.2 * pick(1'000) / 1'000);
    return point;
}

EntityPtr City::make_entity() {
    const auto kind = any_of(*this, kStored);
    const std::string id = any_id(kind);
    v1::Entity message;
    const auto fill = [&](auto* entity) {
        entity->set_id(id);
        entity->set_version(++version_);
        return entity;
    };
    switch (kind) {
        case v1::ENTITY_KIND_AGENCY: {
            auto* agency = fill(message.mutable_agency());
            // Only those with smaller numbers are above it: no circles.
            const uint32_t own = Uuid::parse(id)->bytes[15] - city_id(kind * 100).bytes[15];
            if ((own & 0xff) > 0 && pick(2) == 0) {
                agency->set_parent_id(city_id(kind * 100 + pick(own & 0xff)).text());
            }
            break;
        }
        case v1::ENTITY_KIND_TEAM: {
            auto* team = fill(message.mutable_team());
            team->set_name(std::string(pick(200), 'x'));
            if (pick(3) > 0) team->set_agency_id(any_id(v1::ENTITY_KIND_AGENCY));
            break;
        }
        case v1::ENTITY_KIND_ORDER: {
            auto* order = fill(message.mutable_order());
            order->set_incident_id(any_id(v1::ENTITY_KIND_INCIDENT));
            if (pick(2) == 0) {
                order->set_team_id(any_id(v1::ENTITY_KIND_TEAM));
            } else {
                order->set_agency_id(any_id(v1::ENTITY_KIND_AGENCY));
            }
            break;
        }
        case v1::ENTITY_KIND_INCIDENT: {
            auto* incident = fill(message.mutable_incident());
            *incident->mutable_at() = any_point();
            if (pick(4) == 0) incident->set_merged_into_id(any_id(kind));
            break;
        }
        case v1::ENTITY_KIND_LOG_LINE:
            fill(message.mutable_log_line())->set_incident_id(any_id(v1::ENTITY_KIND_INCIDENT));
            break;
        case v1::ENTITY_KIND_CAMERA: {
            auto* camera = fill(message.mutable_camera());
            if (pick(4) > 0) *camera->mutable_at() = any_point();
            break;
        }
        default: {
            auto* room = fill(message.mutable_room());
            if (pick(2) == 0) room->set_incident_id(any_id(v1::ENTITY_KIND_INCIDENT));
        }
    }
    auto entity = std::make_shared<StoredEntity>();
    entity->key = key_of(message);
    entity->version = version_;
    entity->bytes = message.SerializeAsString();
    entity->message = std::move(message);
    return entity;
}

std::vector<DecidedChange> City::change(UtcTime now) {
    std::vector<DecidedChange> batch(1 + pick(3));
    for (auto& change : batch) {
        change.sequence = ++sequence_;
        std::map<EntityKey, EntityPtr> upserts;
        for (uint32_t n = pick(4); n > 0; --n) {
            auto entity = make_entity();
            upserts[entity->key] = entity;
        }
        std::set<EntityKey> gone;
        for (uint32_t n = pick(3); n > 0; --n) {
            const auto kind = any_of(*this, kStored);
            const EntityKey key{kind, *Uuid::parse(any_id(kind))};
            // What is archived may have a last state in the same change.
            const bool is_archived = pick(2) == 0;
            if (!is_archived && upserts.contains(key)) continue;
            if (!kept_.contains(key) && !upserts.contains(key)) continue;
            if (!gone.insert(key).second) continue;
            (is_archived ? change.archived : change.removals).push_back(key);
        }
        for (const auto& [key, entity] : upserts) {
            kept_[key] = {entity, sequence_};
            change.upserts.push_back(entity);
            std::erase_if(removed_, [&key = key](const auto& tomb) { return tomb.key == key; });
        }
        for (const auto& key : gone) {
            kept_.erase(key);
            removed_.push_back({key, sequence_, now});
        }
    }
    return batch;
}

std::vector<v1::Live> City::change_live() {
    std::vector<v1::Live> batch;
    for (uint32_t n = 1 + pick(5); n > 0; --n) {
        v1::Live live;
        const auto kind = any_of(*this, kLive);
        if (kind == v1::ENTITY_KIND_POSITION) {
            auto* position = live.mutable_position();
            position->set_id(any_id(kind));
            position->set_version(++live_version_);
            *position->mutable_at() = any_point();
        } else {
            live.mutable_presence()->set_id(any_id(kind));
            live.mutable_presence()->set_version(++live_version_);
        }
        live_[key_of(live)] = live;
        batch.push_back(std::move(live));
    }
    return batch;
}

std::vector<EntityKey> City::remove_live() {
    const auto kind = any_of(*this, kLive);
    const EntityKey gone{kind, *Uuid::parse(any_id(kind))};
    live_.erase(gone);
    return {gone};
}

void City::restart() {
    live_.clear();
    live_version_ = 0;
}

void City::replace_journal() {
    restart();
    sequence_ = 1 + pick(50);
    removed_.clear();
    std::erase_if(kept_, [this](const auto&) { return pick(2) == 0; });
    for (auto& [key, kept] : kept_) kept.sequence = 1 + pick(static_cast<uint32_t>(sequence_));
}

View City::any_view() {
    View view;
    view.kinds.set();
    if (pick(2) == 0) {
        for (const auto kind : kStored) view.kinds[kind] = pick(3) != 0;
        for (const auto kind : kLive) view.kinds[kind] = pick(3) != 0;
    }
    // A third are views of kinds alone.
    if (pick(3) == 0) return view;
    const auto agency = [this] { return *Uuid::parse(any_id(v1::ENTITY_KIND_AGENCY)); };
    if (pick(3) == 0) {
        view.limited = true;
        if (pick(8) > 0) view.partner = agency();
    }
    if (pick(4) == 0) view.agency = agency();
    if (pick(4) == 0) view.incident = *Uuid::parse(any_id(v1::ENTITY_KIND_INCIDENT));
    if (pick(2) == 0) {
        for (uint32_t n = 1 + pick(2); n > 0; --n) {
            v1::Window window;
            *window.mutable_south_west() = any_point();
            *window.mutable_north_east() = any_point();
            if (window.south_west().lat_deg() > window.north_east().lat_deg()) continue;
            if (window.south_west().lon_deg() > window.north_east().lon_deg()) continue;
            for (const auto& rect : tiles_of(window)) view.windows.push_back(rect);
        }
    }
    return view;
}

std::vector<LoadedEntity> City::entities() const {
    std::vector<LoadedEntity> all;
    for (const auto& [key, kept] : kept_) all.push_back({kept.entity, kept.sequence});
    return all;
}

const v1::Entity* City::find(v1::EntityKind kind, const std::string& id) const {
    const auto uuid = Uuid::parse(id);
    const auto found = uuid ? kept_.find({kind, *uuid}) : kept_.end();
    return found == kept_.end() ? nullptr : &found->second.entity->message;
}

bool City::is_within(std::string agency_id, const Uuid& above) const {
    for (int level = 0; level < 16 && !agency_id.empty(); ++level) {
        if (agency_id == above.text()) return true;
        const auto* agency = find(v1::ENTITY_KIND_AGENCY, agency_id);
        agency_id = agency == nullptr ? "" : agency->agency().parent_id();
    }
    return false;
}

bool City::hangs_on(const std::string& incident_id, const Uuid& incident) const {
    if (incident_id == incident.text()) return true;
    const auto* found = find(v1::ENTITY_KIND_INCIDENT, incident_id);
    return found != nullptr && found->incident().merged_into_id() == incident.text();
}

bool City::in_windows(const View& view, const v1::Point& point) const {
    return view.windows.empty() || std::ranges::any_of(view.windows, [&](const TileRect& rect) {
               return rect.has(tile_of(point));
           });
}

bool City::shows(const View& view, const v1::Entity& entity) const {
    const auto team_agency = [this](const std::string& team_id) {
        const auto* team = find(v1::ENTITY_KIND_TEAM, team_id);
        return team == nullptr ? std::string() : team->team().agency_id();
    };
    switch (entity.kind_case()) {
        case v1::Entity::kAgency:
            return true;
        case v1::Entity::kTeam: {
            const auto& team = entity.team();
            if (view.limited && !is_within(team.agency_id(), view.partner)) return false;
            return !view.agency || is_within(team.agency_id(), *view.agency);
        }
        case v1::Entity::kOrder: {
            const auto& order = entity.order();
            if (view.limited && !is_within(order.agency_id(), view.partner)) return false;
            if (view.incident && !hangs_on(order.incident_id(), *view.incident)) return false;
            return !view.agency || is_within(order.agency_id(), *view.agency) ||
                   is_within(team_agency(order.team_id()), *view.agency);
        }
        case v1::Entity::kIncident: {
            const auto& incident = entity.incident();
            if (view.incident && !hangs_on(incident.id(), *view.incident)) return false;
            if (!in_windows(view, incident.at())) return false;
            return !view.limited || std::ranges::any_of(kept_, [&](const auto& entry) {
                const auto& other = entry.second.entity->message;
                return other.has_order() && other.order().incident_id() == incident.id() &&
                       is_within(other.order().agency_id(), view.partner);
            });
        }
        case v1::Entity::kLogLine:
            return !view.limited &&
                   (!view.incident || hangs_on(entity.log_line().incident_id(), *view.incident));
        case v1::Entity::kRoom:
            return !view.limited &&
                   (!view.incident || hangs_on(entity.room().incident_id(), *view.incident));
        case v1::Entity::kCamera:
            return !view.limited &&
                   (!entity.camera().has_at() || in_windows(view, entity.camera().at()));
        default:
            return !view.limited;
    }
}

bool City::shows_position(const View& view, const v1::Position& position) const {
    const auto* team = find(v1::ENTITY_KIND_TEAM, position.id());
    const std::string agency = team == nullptr ? "" : team->team().agency_id();
    if (view.limited && !is_within(agency, view.partner)) return false;
    if (view.agency && !is_within(agency, *view.agency)) return false;
    return in_windows(view, position.at());
}

std::map<EntityKey, std::pair<uint32_t, std::string>> City::shown(const View& view) const {
    std::map<EntityKey, std::pair<uint32_t, std::string>> all;
    for (const auto& [key, kept] : kept_) {
        if (!view.kinds[key.kind] || !shows(view, kept.entity->message)) continue;
        all[key] = {kept.entity->version, kept.entity->bytes};
    }
    for (const auto& [key, live] : live_) {
        if (!view.kinds[key.kind]) continue;
        if (live.has_position() ? !shows_position(view, live.position()) : view.limited) continue;
        all[key] = {version_of(live), live.SerializeAsString()};
    }
    return all;
}

}  // namespace muster
