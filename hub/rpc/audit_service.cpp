#include "hub/rpc/audit_service.h"

#include <charconv>

#include "hub/desk/lookup.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Status check_span(bool has_from,
                  const google::protobuf::Timestamp& from,
                  bool has_to,
                  const google::protobuf::Timestamp& to) {
    if (has_from) MUSTER_TRY(check_time(from, "from"));
    if (has_to) MUSTER_TRY(check_time(to, "to"));
    return {};
}

template <class Request>
TimeSpan span_of(const Request& request) {
    TimeSpan span;
    if (request.has_from()) span.from = from_proto(request.from());
    if (request.has_to()) span.to = from_proto(request.to());
    return span;
}

// The UUID of somebody or something that a filter names; empty for no filter. What is not in the
// state any more is found by its UUID all the same.
Result<std::string> id_of_filter(const Desk& desk,
                                 v1::EntityKind kind,
                                 const std::string& wanted,
                                 std::string_view field) {
    if (wanted.empty()) return std::string();
    if (const auto id = Uuid::parse(wanted)) return id->text();
    MUSTER_ASSIGN(const EntityPtr found, desk.read([&](const Memory& memory) {
        return find_entity(memory, kind, wanted, field);
    }));
    return found->key.id.text();
}

Result<v1::ListChangesResponse> list(const Desk& desk,
                                     const AuditPorts& ports,
                                     const v1::ListChangesRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_TRY(check_span(request.has_from(), request.from(), request.has_to(), request.to()));
    ChangeFilter filter;
    filter.limit = page.size + 1;
    filter.span = span_of(request);
    MUSTER_ASSIGN(filter.actor_id,
                  id_of_filter(desk, v1::ENTITY_KIND_PERSON, request.actor_id(), "actor_id"));
    filter.entity_id = Uuid::parse(request.entity_id());
    if (!request.entity_id().empty() && !filter.entity_id) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.not_uuid",
                      {{"field", "entity_id"}},
                      "entity_id");
    }
    const auto* end = page.after.data() + page.after.size();
    if (!page.after.empty() &&
        (std::from_chars(page.after.data(), end, filter.before).ptr != end || filter.before == 0)) {
        return refuse(absl::StatusCode::kInvalidArgument, "page.token_unknown", {}, "page_token");
    }
    MUSTER_ASSIGN(auto changes, ports.list(filter));
    const bool more = changes.size() > page.size;
    if (more) changes.resize(page.size);
    v1::ListChangesResponse response;
    if (more) response.set_next_page_token(to_hex(std::to_string(changes.back().sequence())));
    for (auto& change : changes) *response.add_changes() = std::move(change);
    return response;
}

struct ViewingFilter {
    std::string person_id;
    std::string camera_id;
    std::string shown_person_id;
    TimeSpan span;

    bool fits(const v1::Viewing& viewing) const {
        const auto is = [](const std::string& wanted, const std::string& id) {
            return wanted.empty() || wanted == id;
        };
        if (!is(person_id, viewing.person_id()) || !is(camera_id, viewing.camera_id()) ||
            !is(shown_person_id, viewing.shown_person_id())) {
            return false;
        }
        if (span.to && from_proto(viewing.started_at()) >= *span.to) return false;
        return !span.from || !viewing.has_ended_at() ||
               from_proto(viewing.ended_at()) >= *span.from;
    }
};

Result<v1::ListViewingsResponse> list(const Desk& desk, const v1::ListViewingsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_TRY(check_span(request.has_from(), request.from(), request.has_to(), request.to()));
    ViewingFilter filter;
    filter.span = span_of(request);
    MUSTER_ASSIGN(filter.person_id,
                  id_of_filter(desk, v1::ENTITY_KIND_PERSON, request.person_id(), "person_id"));
    MUSTER_ASSIGN(filter.camera_id,
                  id_of_filter(desk, v1::ENTITY_KIND_CAMERA, request.camera_id(), "camera_id"));
    MUSTER_ASSIGN(
        filter.shown_person_id,
        id_of_filter(desk, v1::ENTITY_KIND_PERSON, request.shown_person_id(), "shown_person_id"));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_VIEWING)) {
            const v1::Viewing& viewing = entity->message.viewing();
            if (!filter.fits(viewing)) continue;
            rows.emplace_back(newest_first(from_proto(viewing.started_at()), viewing.id()), entity);
        }
    });
    v1::ListViewingsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_viewings() = entity->message.viewing();
    return response;
}

}  // namespace

MethodTable audit_methods(const HandlerPorts& handlers, AuditPorts ports) {
    MethodTable table;
    table.unary["VerifyJournal"] = look<v1::VerifyJournalRequest, v1::VerifyJournalResponse>(
        handlers.pool, [verify = ports.verify](const auto&, const Caller&) { return verify(); });
    table.unary["ListChanges"] = look<v1::ListChangesRequest, v1::ListChangesResponse>(
        handlers.pool, [&desk = handlers.desk, ports](const auto& request, const Caller&) {
            return list(desk, ports, request);
        });
    table.unary["ListViewings"] = look<v1::ListViewingsRequest, v1::ListViewingsResponse>(
        handlers.pool, [&desk = handlers.desk](const auto& request, const Caller&) {
            return list(desk, request);
        });
    return table;
}

}  // namespace muster
