// Decisions on incidents. Pure; codes of all: invalid_argument, not_found, already_exists (id),
// aborted (stale, with what changed, by whom and when), failed_precondition (a step backward, open
// orders, a response in force, a duplicate: see merge.h).
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
// Closed ones too, as long as they are in memory: what is investigated later is graded later.
Result<v1::GradeIncidentResponse> decide(Draft& draft,
                                         const v1::GradeIncidentRequest& request,
                                         const Context& context);
Result<v1::VerifyIncidentResponse> decide(Draft& draft,
                                          const v1::VerifyIncidentRequest& request,
                                          const Context& context);
Result<v1::ContainIncidentResponse> decide(Draft& draft,
                                           const v1::ContainIncidentRequest& request,
                                           const Context& context);
// With its duplicates, whose open orders count as its own.
Result<v1::CloseIncidentResponse> decide(Draft& draft,
                                         const v1::CloseIncidentRequest& request,
                                         const Context& context);
Result<v1::AddLogLineResponse> decide(Draft& draft,
                                      const v1::AddLogLineRequest& request,
                                      const Context& context);

// The first accepted order makes an incident active, and the one that it is a duplicate of; does
// nothing when it is already, or further.
void activate_incident(Draft& draft, std::string_view incident_id, const Context& context);

}  // namespace muster
