// Ordering several teams to an incident at once: all of them or none.
#pragma once

#include "hub/desk/draft.h"
#include "hub/desk/suggest.h"
#include "muster/v1/order_service.pb.h"

namespace muster {

// Orders the teams that are named. Where none is, the recommended set, which was searched for
// beside the desk (`slots`): each team is looked at again here, and one that is taken meanwhile is
// replaced by the next that fits, or what it was meant for is answered as unmet.
// Codes: those of an order; invalid_argument (too many, one twice), failed_precondition (a team
// that is named and not free; no run card; nobody to send).
Result<v1::IssueOrderSetResponse> decide(Draft& draft,
                                         const v1::IssueOrderSetRequest& request,
                                         const Context& context,
                                         std::vector<Slot> slots);

}  // namespace muster
