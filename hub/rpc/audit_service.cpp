#include "hub/rpc/audit_service.h"

#include <charconv>
#include <map>

#include "hub/desk/lookup.h"
#include "hub/journal/history.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

// Of archived viewings: at once, and of one call.
constexpr size_t kAtOnce = 500;
constexpr size_t kMostLookedAt = 20'000;
// Of newest_first(): what stands before the id.
constexpr size_t kTimeChars = 16;

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

std::string key_of(const StoredEntity& viewing) {
    return newest_first(from_proto(viewing.message.viewing().started_at()), viewing.key.id.text());
}

// The other way round; nothing for what is no such key.
std::optional<std::pair<UtcTime, Uuid>> place_of(const std::string& key) {
    if (key.size() < kTimeChars) return std::nullopt;
    uint64_t time = 0;
    const auto* end = key.data() + kTimeChars;
    const auto id = Uuid::parse(std::string_view(key).substr(kTimeChars));
    if (std::from_chars(key.data(), end, time, 16).ptr != end || !id) return std::nullopt;
    return std::pair(UtcTime(UtcTime::duration(static_cast<int64_t>(~time))), *id);
}

// Those that ended, up to one more than a page. Returns the key at which it stopped looking for
// want of time; empty when it did not.
Result<std::string> add_archived(const History* history,
                                 const ViewingFilter& filter,
                                 const Page& page,
                                 std::map<std::string, EntityPtr>& found) {
    if (history == nullptr) return std::string();
    History::Page part{.from = std::nullopt, .to = filter.span.to, .after = {}, .limit = kAtOnce};
    if (!page.after.empty()) {
        part.after = place_of(page.after);
        if (!part.after) {
            return refuse(
                absl::StatusCode::kInvalidArgument, "page.token_unknown", {}, "page_token");
        }
    }
    size_t fitting = 0;
    for (size_t looked_at = 0; fitting <= page.size; looked_at += kAtOnce) {
        if (looked_at >= kMostLookedAt)
            return newest_first(part.after->first, part.after->second.text());
        MUSTER_ASSIGN(const auto ended, history->newest(v1::ENTITY_KIND_VIEWING, part));
        for (const auto& entity : ended) {
            const v1::Viewing& viewing = entity->message.viewing();
            if (!filter.fits(viewing)) continue;
            found[key_of(*entity)] = entity;
            ++fitting;
        }
        if (ended.size() < kAtOnce) break;
        part.after.emplace(from_proto(ended.back()->message.viewing().started_at()),
                           ended.back()->key.id);
    }
    return std::string();
}

Result<v1::ListViewingsResponse> list(const Desk& desk,
                                      const History* history,
                                      const v1::ListViewingsRequest& request) {
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
    // By key, so that one that is archived just now is there once, as it ended.
    std::map<std::string, EntityPtr> found;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_VIEWING)) {
            if (filter.fits(entity->message.viewing())) found[key_of(*entity)] = entity;
        }
    });
    MUSTER_ASSIGN(const std::string stopped_at, add_archived(history, filter, page, found));
    // What comes behind the place where the search stopped belongs to a later page.
    if (!stopped_at.empty()) found.erase(found.upper_bound(stopped_at), found.end());
    Rows rows(found.begin(), found.end());
    v1::ListViewingsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    if (response.next_page_token().empty() && !stopped_at.empty()) {
        response.set_next_page_token(to_hex(stopped_at));
    }
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
        handlers.pool,
        [&desk = handlers.desk, history = handlers.history](const auto& request, const Caller&) {
            return list(desk, history, request);
        });
    return table;
}

}  // namespace muster
