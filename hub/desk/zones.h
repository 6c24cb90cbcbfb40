// Decisions on zones (区域), and which of them a place is in. Pure; codes of the decisions:
// invalid_argument (also a border that crosses itself), not_found, already_exists (id, name),
// aborted (stale), failed_precondition (removing a team's jurisdiction).
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/zone_service.pb.h"

namespace muster {

// Whether a place is within the border or on it. Edges are straight in degrees, as maps draw them.
bool contains(const v1::Zone& zone, const v1::Point& at);

// 3 to 500 points of a border that neither crosses nor touches itself nor the 180th meridian. One
// that repeats its first point at the end is taken without it. Takes a while (1 ms for 500 points).
// Codes: invalid_argument (zone.border_crosses, zone.point_repeated, zone.over_180).
Result<google::protobuf::RepeatedPtrField<v1::Point>> checked_ring(
    const google::protobuf::RepeatedPtrField<v1::Point>& ring);

using Ring = google::protobuf::RepeatedPtrField<v1::Point>;

// `checked` is what checked_ring() made of the request's border beside the desk; empty for an
// update without one.
Result<v1::AddZoneResponse> decide(Draft& draft,
                                   const v1::AddZoneRequest& request,
                                   const Context& context,
                                   const Ring& checked);
Result<v1::UpdateZoneResponse> decide(Draft& draft,
                                      const v1::UpdateZoneRequest& request,
                                      const Context& context,
                                      const Ring& checked);
// The same with the border checked here.
Result<v1::AddZoneResponse> decide(Draft& draft,
                                   const v1::AddZoneRequest& request,
                                   const Context& context);
Result<v1::UpdateZoneResponse> decide(Draft& draft,
                                      const v1::UpdateZoneRequest& request,
                                      const Context& context);
Result<v1::RemoveZoneResponse> decide(Draft& draft,
                                      const v1::RemoveZoneRequest& request,
                                      const Context& context);

}  // namespace muster
