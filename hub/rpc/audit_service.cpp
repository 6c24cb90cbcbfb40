#include "hub/rpc/audit_service.h"

#include <charconv>

#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::ListChangesResponse> list(const AuditPorts& ports,
                                     const v1::ListChangesRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    uint64_t before = 0;
    const auto* end = page.after.data() + page.after.size();
    if (!page.after.empty() &&
        (std::from_chars(page.after.data(), end, before).ptr != end || before == 0)) {
        return refuse(absl::StatusCode::kInvalidArgument, "page.token_unknown", {}, "page_token");
    }
    MUSTER_ASSIGN(auto changes, ports.list(before, page.size + 1));
    const bool more = changes.size() > page.size;
    if (more) changes.resize(page.size);
    v1::ListChangesResponse response;
    if (more) response.set_next_page_token(to_hex(std::to_string(changes.back().sequence())));
    for (auto& change : changes) *response.add_changes() = std::move(change);
    return response;
}

}  // namespace

MethodTable audit_methods(Pool& pool, AuditPorts ports) {
    MethodTable table;
    table.unary["VerifyJournal"] = look<v1::VerifyJournalRequest, v1::VerifyJournalResponse>(
        pool, [verify = ports.verify](const auto&, const Caller&) { return verify(); });
    table.unary["ListChanges"] = look<v1::ListChangesRequest, v1::ListChangesResponse>(
        pool, [ports](const auto& request, const Caller&) { return list(ports, request); });
    return table;
}

}  // namespace muster
