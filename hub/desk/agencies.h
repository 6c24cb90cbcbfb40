// Decisions on agencies. Pure. Codes of all: invalid_argument, not_found, already_exists (id,
// name), aborted (stale), failed_precondition (a circle, too deep, open orders of one that is to be
// dissolved).
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/agency_service.pb.h"

namespace muster {

// Levels of agencies that there may be, one above the other.
inline constexpr int kAgencyDepth = 8;

Result<v1::AddAgencyResponse> decide(Draft& draft,
                                     const v1::AddAgencyRequest& request,
                                     const Context& context);
Result<v1::UpdateAgencyResponse> decide(Draft& draft,
                                        const v1::UpdateAgencyRequest& request,
                                        const Context& context);

}  // namespace muster
