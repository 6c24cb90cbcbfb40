// Decisions on orders, and on what a team answers. Pure. A step may be skipped forward: the skipped
// ones get the same time. A field user answers the own team's orders; anybody else's answer is
// recorded as one on behalf. An open order keeps its team: accepting makes the team assigned, each
// further step moves the team's status, the end frees it. A team that was put out of service by
// hand stays so. With two open orders (one was issued over the other) a team's status follows the
// one on which it made the last step. Codes of all: invalid_argument, not_found, already_exists
// (id), permission_denied (a field user and another team's order; a partner and an order that it
// sees and its side did not issue), failed_precondition (a step backward or again, a step of the
// other way, an ended order, a closed incident, a team that is not free). An order that is not to a
// partner's agency or one below it is not_found for the partner: it does not learn that it is
// there.
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/order_service.pb.h"

namespace muster {

// What an order has besides whom, where and what.
struct NewOrder {
    // Empty takes a fresh one; else a UUID that is free.
    std::string id = {};
    // Empty: whoever acts.
    std::string sender_id = {};
    std::string predecessor_id = {};
    std::string parent_id = {};
    // No log line: the caller writes one that says more.
    bool quiet = false;
};

// Orders a team, for whichever decision does. With an override_reason a team that is not available
// is ordered all the same, in the actor's name. Codes: invalid_argument (text, override_reason),
// failed_precondition (incident.closed, team.not_available, team.has_order).
Result<v1::Order> issue_order(Draft& draft,
                              const v1::Incident& incident,
                              const v1::Team& team,
                              const std::string& text,
                              const std::string& override_reason,
                              const Context& context,
                              NewOrder more = {});

// The incident, or the one that it was merged into: where more is ordered. Null for an unknown id.
EntityPtr standing_incident(const Draft& draft, std::string_view incident_id);

Result<v1::IssueOrderResponse> decide(Draft& draft,
                                      const v1::IssueOrderRequest& request,
                                      const Context& context);
// An agency's order too.
Result<v1::DeliverOrderResponse> decide(Draft& draft,
                                        const v1::DeliverOrderRequest& request,
                                        const Context& context);
// Also of a text that was changed later: the status stays then.
Result<v1::AcknowledgeOrderResponse> decide(Draft& draft,
                                            const v1::AcknowledgeOrderRequest& request,
                                            const Context& context);
Result<v1::AcceptOrderResponse> decide(Draft& draft,
                                       const v1::AcceptOrderRequest& request,
                                       const Context& context);
// Until it is accepted or taken in hand; after that the sender recalls it.
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
// With its open parts, and theirs. A partner recalls and amends what its side issued: parts of
// orders to its agency.
Result<v1::RecallOrderResponse> decide(Draft& draft,
                                       const v1::RecallOrderRequest& request,
                                       const Context& context);
// Of an order that gathers others, their texts too; aborted when it is stale.
Result<v1::AmendOrderResponse> decide(Draft& draft,
                                      const v1::AmendOrderRequest& request,
                                      const Context& context);
// The former team's order ends as recalled.
Result<v1::HandOverOrderResponse> decide(Draft& draft,
                                         const v1::HandOverOrderRequest& request,
                                         const Context& context);

}  // namespace muster
