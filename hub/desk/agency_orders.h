// Decisions on orders to agencies: issued to many at once and gathered by one, signed (签收), taken
// in hand (办理), reported on (反馈), done (办结). A partner answers for the own agency and those
// below it, and orders those below as parts of an order to it. Pure. Codes as in orders.h.
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/order_service.pb.h"

namespace muster {

// Agencies that one call may order, and parts that an order may have.
inline constexpr int kAgenciesAtOnce = 200;
inline constexpr size_t kParts = 500;

Result<v1::IssueAgencyOrdersResponse> decide(Draft& draft,
                                             const v1::IssueAgencyOrdersRequest& request,
                                             const Context& context);
// Also of a text that was changed later: the status stays then.
Result<v1::SignOrderResponse> decide(Draft& draft,
                                     const v1::SignOrderRequest& request,
                                     const Context& context);
Result<v1::TakeOrderInHandResponse> decide(Draft& draft,
                                           const v1::TakeOrderInHandRequest& request,
                                           const Context& context);
// As often as there is something to report.
Result<v1::GiveOrderFeedbackResponse> decide(Draft& draft,
                                             const v1::GiveOrderFeedbackRequest& request,
                                             const Context& context);
// Once every part of it has ended.
Result<v1::FinishOrderResponse> decide(Draft& draft,
                                       const v1::FinishOrderRequest& request,
                                       const Context& context);

}  // namespace muster
