// Duplicates. One fire is called in twenty times: nineteen of the incidents become duplicates of
// the one that stands for all. What hangs on a duplicate (text, log lines, orders, figures, rooms,
// responses) stays with it and is listed with the main one, so that taking a merging back costs
// nothing. There are no chains: a main one is no duplicate, a duplicate has none.
//
// A duplicate's open orders go on; the first that is accepted makes the main one active too. What
// is recorded (log lines, figures, corrections of its text) is taken on a duplicate; its status,
// grade, command and new orders, responses or rooms are the main one's: refused with
// incident.is_duplicate, which names the main one. Closing the main one counts the open orders of
// its duplicates as its own and closes all of them; after that no merging is taken back, since
// neither is open any more. A status never goes back: a main one that became active by a
// duplicate's order stays so when the duplicate leaves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/desk/lookup.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// As many at most, so that closing one incident with all of them stays one change of bounded size.
inline constexpr size_t kDuplicates = 500;

// Codes of both: invalid_argument (incident.merge_itself), not_found, aborted (stale),
// failed_precondition (incident.merged_already, incident.merge_into_duplicate,
// incident.has_duplicates, incident.merge_closed, incident.too_many_duplicates;
// incident.not_merged, incident.unmerge_closed).
Result<v1::MergeIncidentResponse> decide(Draft& draft,
                                         const v1::MergeIncidentRequest& request,
                                         const Context& context);
Result<v1::UnmergeIncidentResponse> decide(Draft& draft,
                                           const v1::UnmergeIncidentRequest& request,
                                           const Context& context);

// Of what is decided for the main one. Code: failed_precondition (incident.is_duplicate).
Status check_no_duplicate(const Draft& draft, const v1::Incident& incident, std::string_view field);

// An incident for which something new may begin: an order, a response, a room. Codes: those of
// find_entity; failed_precondition (incident.closed, incident.is_duplicate).
Result<v1::Incident> find_open_incident(const Draft& draft,
                                        std::string_view id,
                                        std::string_view field);

// With the main one, in the same change.
void close_duplicates(Draft& draft, const v1::Incident& main, const Context& context);

// What hangs on an incident and on its duplicates: its own first, then each duplicate's, in the
// order of making. In a Draft, a Memory or what a caller sees of it.
template <class State>
std::vector<EntityPtr> owned_with_duplicates(const State& state,
                                             v1::EntityKind kind,
                                             std::string_view incident_id) {
    std::vector<EntityPtr> owned = state.owned_by(kind, incident_id);
    for (const auto& duplicate : state.owned_by(v1::ENTITY_KIND_INCIDENT, incident_id)) {
        const auto more = state.owned_by(kind, duplicate->message.incident().id());
        owned.insert(owned.end(), more.begin(), more.end());
    }
    return owned;
}

}  // namespace muster
