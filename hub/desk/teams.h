// Decisions on teams. Pure; codes of all: invalid_argument, not_found, already_exists (id, name),
// aborted (stale), permission_denied (a field user and another team), failed_precondition.
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/team_service.pb.h"

namespace muster {

// A new team is available.
Result<v1::AddTeamResponse> decide(Draft& draft,
                                   const v1::AddTeamRequest& request,
                                   const Context& context);
Result<v1::UpdateTeamResponse> decide(Draft& draft,
                                      const v1::UpdateTeamRequest& request,
                                      const Context& context);
// A team with an open order cannot be made available or off duty by hand.
Result<v1::SetTeamStatusResponse> decide(Draft& draft,
                                         const v1::SetTeamStatusRequest& request,
                                         const Context& context);

// failed_precondition, saying why, unless the team can take an order: it is available and has no
// open one.
Status check_team_free(const Draft& draft, const v1::Team& team);

// permission_denied when a field user speaks for another team than the own one.
Status check_own_team(const Actor& actor, std::string_view team_id);

}  // namespace muster
