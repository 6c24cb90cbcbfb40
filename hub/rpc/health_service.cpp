#include "hub/rpc/health_service.h"

namespace muster {

MethodTable health_methods(Pool& pool, std::function<v1::GetHealthResponse()> look_now) {
    MethodTable table;
    table.unary["GetHealth"] = look<v1::GetHealthRequest, v1::GetHealthResponse>(
        pool,
        [look_now = std::move(look_now)](
            const auto&, const Caller&) -> Result<v1::GetHealthResponse> { return look_now(); });
    return table;
}

}  // namespace muster
