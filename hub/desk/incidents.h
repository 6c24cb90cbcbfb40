// Decisions on incidents. Pure; codes of all: invalid_argument, not_found, already_exists (id),
// aborted (stale), failed_precondition (a step backward, open orders).
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

Result<v1::ReportIncidentResponse> decide(Draft& draft,
                                          const v1::ReportIncidentRequest& request,
                                          const Context& context);
Result<v1::UpdateIncidentResponse> decide(Draft& draft,
                                          const v1::UpdateIncidentRequest& request,
                                          const Context& context);
Result<v1::VerifyIncidentResponse> decide(Draft& draft,
                                          const v1::VerifyIncidentRequest& request,
                                          const Context& context);
Result<v1::ContainIncidentResponse> decide(Draft& draft,
                                           const v1::ContainIncidentRequest& request,
                                           const Context& context);
Result<v1::CloseIncidentResponse> decide(Draft& draft,
                                         const v1::CloseIncidentRequest& request,
                                         const Context& context);
Result<v1::AddLogLineResponse> decide(Draft& draft,
                                      const v1::AddLogLineRequest& request,
                                      const Context& context);

// The first accepted order makes an incident active; does nothing when it is already, or further.
void activate_incident(Draft& draft, std::string_view incident_id, const Context& context);

}  // namespace muster
