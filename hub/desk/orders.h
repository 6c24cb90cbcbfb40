// Decisions on orders. Pure. A step may be skipped forward: the skipped ones get the same time. A
// field user answers the own team's orders; anybody else's answer is recorded as one on behalf. An
// open order keeps its team: accepting makes the team assigned, each further step moves the team's
// status, the end frees it. A team that was put out of service by hand stays so.
// Codes of all: invalid_argument, not_found, already_exists (id), permission_denied (another team's
// order), failed_precondition (a step backward or again, an ended order, a closed incident, a team
// that is not free).
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/order_service.pb.h"

namespace muster {

Result<v1::IssueOrderResponse> decide(Draft& draft,
                                      const v1::IssueOrderRequest& request,
                                      const Context& context);
Result<v1::DeliverOrderResponse> decide(Draft& draft,
                                        const v1::DeliverOrderRequest& request,
                                        const Context& context);
Result<v1::AcknowledgeOrderResponse> decide(Draft& draft,
                                            const v1::AcknowledgeOrderRequest& request,
                                            const Context& context);
Result<v1::AcceptOrderResponse> decide(Draft& draft,
                                       const v1::AcceptOrderRequest& request,
                                       const Context& context);
// Until it is accepted; after that the sender recalls it.
Result<v1::DeclineOrderResponse> decide(Draft& draft,
                                        const v1::DeclineOrderRequest& request,
                                        const Context& context);
Result<v1::ReportEnRouteResponse> decide(Draft& draft,
                                         const v1::ReportEnRouteRequest& request,
                                         const Context& context);
Result<v1::ReportOnSceneResponse> decide(Draft& draft,
                                         const v1::ReportOnSceneRequest& request,
                                         const Context& context);
Result<v1::CompleteOrderResponse> decide(Draft& draft,
                                         const v1::CompleteOrderRequest& request,
                                         const Context& context);
Result<v1::RecallOrderResponse> decide(Draft& draft,
                                       const v1::RecallOrderRequest& request,
                                       const Context& context);

}  // namespace muster
