// Emergency responses (应急响应): a level that a named authority declares by a document, of an
// incident or of none (a typhoon that is still at sea). Neither a grade nor a warning's colour.
// Raising and lowering are versions of it; what concerns an incident is written into its timeline.
// An incident is not closed while a response to it is in force.
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/response_service.pb.h"

namespace muster {

// Codes of all: invalid_argument, not_found (response.unknown), already_exists (id), aborted
// (stale), failed_precondition (incident.closed, incident.is_duplicate, response.ended,
// response.level_already).
Result<v1::StartResponseResponse> decide(Draft& draft,
                                         const v1::StartResponseRequest& request,
                                         const Context& context);
Result<v1::ChangeResponseLevelResponse> decide(Draft& draft,
                                               const v1::ChangeResponseLevelRequest& request,
                                               const Context& context);
Result<v1::EndResponseResponse> decide(Draft& draft,
                                       const v1::EndResponseRequest& request,
                                       const Context& context);

}  // namespace muster
