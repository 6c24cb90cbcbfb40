#include "hub/rpc/zone_service.h"

#include "hub/desk/lookup.h"
#include "hub/desk/zones.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

// A page stays below what a client takes by default, 4 MiB.
constexpr size_t kPageBytes = 3 * 1024 * 1024;

Result<v1::GetZoneResponse> get(const Desk& desk, const v1::GetZoneRequest& request) {
    MUSTER_ASSIGN(const EntityPtr found, desk.read([&](const Memory& memory) {
        return find_entity(memory, v1::ENTITY_KIND_ZONE, request.id(), "id");
    }));
    v1::GetZoneResponse response;
    *response.mutable_zone() = found->message.zone();
    return response;
}

// How many of the rows fit a page; one at least.
size_t fitting(const Rows& rows) {
    size_t bytes = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        bytes += rows[i].second->bytes.size() + 8;
        if (bytes > kPageBytes) return std::max<size_t>(i, 1);
    }
    return rows.size();
}

Result<v1::ListZonesResponse> list(const Desk& desk, const v1::ListZonesRequest& request) {
    MUSTER_ASSIGN(Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ZONE)) {
            rows.emplace_back(entity->message.zone().name(), entity);
        }
    });
    v1::ListZonesResponse response;
    response.set_next_page_token(cut_page(rows, page));
    if (const size_t count = fitting(rows); count < rows.size()) {
        page.size = count;
        response.set_next_page_token(cut_page(rows, page));
    }
    for (const auto& [key, entity] : rows) *response.add_zones() = entity->message.zone();
    return response;
}

// A border of many points is looked at on the pool: the desk has others to serve.
template <class Request>
UnaryHandler change_border(const HandlerPorts& ports) {
    return [&desk = ports.desk, &pool = ports.pool](const std::shared_ptr<UnaryCall>& call) {
        run_for(pool, call, [&desk, call] {
            auto decoded = decode<Request>(call->body());
            if (!decoded.ok()) {
                call->finish(decoded.status());
                return;
            }
            const auto request = std::make_shared<const Request>(*std::move(decoded));
            Ring checked;
            if (!std::is_same_v<Request, v1::UpdateZoneRequest> || !request->ring().empty()) {
                auto ring = checked_ring(request->ring());
                if (!ring.ok()) {
                    call->finish(ring.status());
                    return;
                }
                checked = *std::move(ring);
            }
            Act act = act_of(*call, request);
            act.decide = [request, checked = std::move(checked)](
                             Draft& draft, const Context& context) -> Result<std::string> {
                MUSTER_ASSIGN(const auto response, decide(draft, *request, context, checked));
                return response.SerializeAsString();
            };
            desk.submit(std::move(act), reply_to(call));
        });
    };
}

}  // namespace

MethodTable zone_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["AddZone"] = change_border<v1::AddZoneRequest>(ports);
    table.unary["UpdateZone"] = change_border<v1::UpdateZoneRequest>(ports);
    table.unary["RemoveZone"] = change<v1::RemoveZoneRequest>(desk);
    table.unary["GetZone"] = look<v1::GetZoneRequest, v1::GetZoneResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return get(desk, request); });
    table.unary["ListZones"] = look<v1::ListZonesRequest, v1::ListZonesResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    return table;
}

}  // namespace muster
