#include "hub/rpc/order_set_service.h"

#include "hub/desk/order_set.h"

namespace muster {

MethodTable order_set_methods(const HandlerPorts& ports, const TeamSearch& search) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["IssueOrderSet"] = [&desk, &pool = ports.pool, &search](
                                       const std::shared_ptr<UnaryCall>& call) {
        run_for(pool, call, [&desk, &search, call] {
            auto decoded = decode<v1::IssueOrderSetRequest>(call->body());
            if (!decoded.ok()) {
                call->finish(decoded.status());
                return;
            }
            auto request = std::make_shared<const v1::IssueOrderSetRequest>(*std::move(decoded));
            std::vector<Slot> slots;
            if (request->team_ids().empty()) {
                const auto found = search.search(request->incident_id(), "incident_id");
                // Who is not found is refused where it is decided: a retry may have its answer.
                if (found.ok()) slots = recommended_set(found->inputs, found->travels);
            }
            Act act;
            act.method = call->method();
            act.request_id = request->request_id();
            act.body = call->body();
            act.actor = call->caller().actor;
            act.decide = [request, slots = std::move(slots)](
                             Draft& draft, const Context& context) -> Result<std::string> {
                MUSTER_ASSIGN(const auto response, decide(draft, *request, context, slots));
                return response.SerializeAsString();
            };
            desk.submit(std::move(act), reply_to(call));
        });
    };
    return table;
}

}  // namespace muster
