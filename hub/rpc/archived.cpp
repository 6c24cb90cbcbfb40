#include "hub/rpc/archived.h"

namespace muster {

MethodTable with_archived_named(const HandlerPorts& ports, MethodTable table) {
    const UnaryCall::Explain explain =
        [&pool = ports.pool, records = ports.records()](
            const Caller& caller, const Status& status, const auto& answer) {
            const bool taken = pool.run([records, actor = caller.actor, status, answer] {
                answer(records.explain(actor, status));
            });
            if (!taken) answer(status);
        };
    for (auto& [name, handler] : table.unary) {
        handler = [handler = std::move(handler), explain](std::shared_ptr<UnaryCall> call) {
            call->explain_with(explain);
            handler(std::move(call));
        };
    }
    return table;
}

}  // namespace muster
