#include "hub/rpc/erasure.h"

#include "hub/desk/erasure.h"

namespace muster {
namespace {

Act act_of(const UnaryCall& call,
           std::shared_ptr<const v1::EraseEntityRequest> request,
           uint64_t changes) {
    Act act;
    act.method = call.method();
    act.request_id = request->request_id();
    act.body = call.body();
    act.actor = call.caller().actor;
    act.decide = [request = std::move(request), changes](
                     Draft& draft, const Context& context) -> Result<std::string> {
        MUSTER_ASSIGN(const auto response, decide(draft, *request, context, changes));
        return response.SerializeAsString();
    };
    return act;
}

}  // namespace

UnaryHandler erase_entity(const HandlerPorts& handlers, CountChanges count) {
    return [handlers, count = std::move(count)](const std::shared_ptr<UnaryCall>& call) {
        run_for(handlers.pool, call, [handlers, count, call] {
            auto decoded = decode<v1::EraseEntityRequest>(call->body());
            if (!decoded.ok()) return call->finish(decoded.status());
            const auto request =
                std::make_shared<const v1::EraseEntityRequest>(*std::move(decoded));
            const auto key = key_of_erasure(*request);
            if (!key.ok()) return call->finish(key.status());
            const auto changes = count(*key);
            if (!changes.ok()) return call->finish(changes.status());
            Act act = act_of(*call, request, *changes);
            handlers.desk.submit(std::move(act), reply_to(call));
        });
    };
}

}  // namespace muster
