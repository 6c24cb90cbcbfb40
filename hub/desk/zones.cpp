#include "hub/desk/zones.h"

#include <algorithm>
#include <cmath>

#include "hub/desk/lookup.h"

namespace muster {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr int kFewestPoints = 3;
constexpr int kMostPoints = 500;

bool same(const v1::Point& a, const v1::Point& b) {
    return a.lat_deg() == b.lat_deg() && a.lon_deg() == b.lon_deg();
}

// On which side of the line from a to b: 1 left, -1 right, 0 on it.
int side(const v1::Point& a, const v1::Point& b, const v1::Point& c) {
    const long double cross = (static_cast<long double>(b.lon_deg()) - a.lon_deg()) *
                                  (static_cast<long double>(c.lat_deg()) - a.lat_deg()) -
                              (static_cast<long double>(b.lat_deg()) - a.lat_deg()) *
                                  (static_cast<long double>(c.lon_deg()) - a.lon_deg());
    return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

// Whether c, which is on the line through a and b, is between them.
bool between(const v1::Point& a, const v1::Point& b, const v1::Point& c) {
    return std::min(a.lon_deg(), b.lon_deg()) <= c.lon_deg() &&
           c.lon_deg() <= std::max(a.lon_deg(), b.lon_deg()) &&
           std::min(a.lat_deg(), b.lat_deg()) <= c.lat_deg() &&
           c.lat_deg() <= std::max(a.lat_deg(), b.lat_deg());
}

// Whether the edges a-b and c-d have a point in common.
bool meet(const v1::Point& a, const v1::Point& b, const v1::Point& c, const v1::Point& d) {
    if (std::max(a.lon_deg(), b.lon_deg()) < std::min(c.lon_deg(), d.lon_deg()) ||
        std::max(c.lon_deg(), d.lon_deg()) < std::min(a.lon_deg(), b.lon_deg()) ||
        std::max(a.lat_deg(), b.lat_deg()) < std::min(c.lat_deg(), d.lat_deg()) ||
        std::max(c.lat_deg(), d.lat_deg()) < std::min(a.lat_deg(), b.lat_deg())) {
        return false;
    }
    const int c_side = side(a, b, c);
    const int d_side = side(a, b, d);
    const int a_side = side(c, d, a);
    const int b_side = side(c, d, b);
    if (c_side * d_side < 0 && a_side * b_side < 0) return true;
    return (c_side == 0 && between(a, b, c)) || (d_side == 0 && between(a, b, d)) ||
           (a_side == 0 && between(c, d, a)) || (b_side == 0 && between(c, d, b));
}

// Whether b-c goes back along a-b.
bool turns_back(const v1::Point& a, const v1::Point& b, const v1::Point& c) {
    return side(a, b, c) == 0 && (b.lon_deg() - a.lon_deg()) * (c.lon_deg() - b.lon_deg()) +
                                         (b.lat_deg() - a.lat_deg()) * (c.lat_deg() - b.lat_deg()) <
                                     0;
}

Status crosses(int first, int second) {
    return refuse(kInvalid,
                  "zone.border_crosses",
                  {{"first", std::to_string(first + 1)}, {"second", std::to_string(second + 1)}},
                  "ring");
}

Status check_simple(const Ring& ring) {
    const int count = ring.size();
    for (int i = 0; i < count; ++i) {
        const auto& a = ring[i];
        const auto& b = ring[(i + 1) % count];
        if (turns_back(a, b, ring[(i + 2) % count])) return crosses(i, (i + 1) % count);
        // The next one shares a point with this, the last one with the first.
        for (int j = i + 2; j < count && !(i == 0 && j == count - 1); ++j) {
            if (meet(a, b, ring[j], ring[(j + 1) % count])) return crosses(i, j);
        }
    }
    return absl::OkStatus();
}

}  // namespace

bool contains(const v1::Zone& zone, const v1::Point& at) {
    bool inside = false;
    const Ring& ring = zone.ring();
    for (int i = 0, before = ring.size() - 1; i < ring.size(); before = i++) {
        const auto& a = ring[before];
        const auto& b = ring[i];
        if (side(a, b, at) == 0 && between(a, b, at)) return true;
        // A ray to the east; an edge's lower end counts, its upper one does not.
        if ((a.lat_deg() <= at.lat_deg()) == (b.lat_deg() <= at.lat_deg())) continue;
        const int left = side(a, b, at);
        if (b.lat_deg() > a.lat_deg() ? left > 0 : left < 0) inside = !inside;
    }
    return inside;
}

Result<Ring> checked_ring(const Ring& given) {
    Ring ring = given;
    if (ring.size() > 1 && same(ring[0], ring[ring.size() - 1])) ring.RemoveLast();
    if (ring.size() < kFewestPoints || ring.size() > kMostPoints) {
        return refuse(kInvalid,
                      "field.out_of_range",
                      {{"field", "ring"},
                       {"value", std::to_string(ring.size())},
                       {"low", std::to_string(kFewestPoints)},
                       {"high", std::to_string(kMostPoints)}},
                      "ring");
    }
    for (int i = 0; i < ring.size(); ++i) {
        const std::string field = "ring[" + std::to_string(i) + "]";
        MUSTER_TRY(check_point(true, ring[i], field));
        const auto& next = ring[(i + 1) % ring.size()];
        if (same(ring[i], next)) {
            return refuse(
                kInvalid, "zone.point_repeated", {{"number", std::to_string(i + 1)}}, field);
        }
        if (std::abs(ring[i].lon_deg() - next.lon_deg()) > 180) {
            return refuse(kInvalid, "zone.over_180", {}, field);
        }
    }
    MUSTER_TRY(check_simple(ring));
    return ring;
}

Result<v1::AddZoneResponse> decide(Draft& draft,
                                   const v1::AddZoneRequest& request,
                                   const Context& context) {
    MUSTER_ASSIGN(const auto checked, checked_ring(request.ring()));
    return decide(draft, request, context, checked);
}

Result<v1::AddZoneResponse> decide(Draft& draft,
                                   const v1::AddZoneRequest& request,
                                   const Context& context,
                                   const Ring& checked) {
    MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_ZONE, request.id(), context));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_ZONE, request.name()));
    v1::Entity entity;
    auto& zone = *entity.mutable_zone();
    zone.set_id(std::move(id));
    zone.set_name(request.name());
    *zone.mutable_ring() = checked;
    v1::AddZoneResponse response;
    *response.mutable_zone() = draft.put(std::move(entity)).zone();
    return response;
}

Result<v1::UpdateZoneResponse> decide(Draft& draft,
                                      const v1::UpdateZoneRequest& request,
                                      const Context& context) {
    Ring checked;
    if (!request.ring().empty()) {
        MUSTER_ASSIGN(checked, checked_ring(request.ring()));
    }
    return decide(draft, request, context, checked);
}

Result<v1::UpdateZoneResponse> decide(Draft& draft,
                                      const v1::UpdateZoneRequest& request,
                                      const Context&,
                                      const Ring& checked) {
    if (request.has_name()) MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ZONE, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& zone = *entity.mutable_zone();
    if (request.has_name()) zone.set_name(request.name());
    if (!checked.empty()) *zone.mutable_ring() = checked;
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_ZONE, zone.name(), zone.id()));
    v1::UpdateZoneResponse response;
    *response.mutable_zone() = changed_fields(stored->message, entity).empty()
                                   ? zone
                                   : draft.put(std::move(entity)).zone();
    return response;
}

Result<v1::RemoveZoneResponse> decide(Draft& draft,
                                      const v1::RemoveZoneRequest& request,
                                      const Context&) {
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ZONE, request.id(), "id"));
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    const std::string& id = stored->message.zone().id();
    for (const auto& team : draft.all(v1::ENTITY_KIND_TEAM)) {
        if (team->message.team().zone_id() != id) continue;
        return refuse(
            absl::StatusCode::kFailedPrecondition,
            "zone.in_use",
            {{"zone", stored->message.zone().name()}, {"team", team->message.team().name()}},
            "id");
    }
    draft.remove(v1::ENTITY_KIND_ZONE, id);
    return v1::RemoveZoneResponse();
}

}  // namespace muster
