#include "hub/rpc/picture_view.h"

#include <algorithm>

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr int kMaxKinds = 64;
constexpr int kMaxWindows = 8;
constexpr uint64_t kMaxTiles = 4'096;
constexpr size_t kMaxTokenBytes = 256;

Status unknown_value(std::string_view field, int value) {
    return refuse(absl::StatusCode::kInvalidArgument,
                  "field.unknown_value",
                  {{"field", std::string(field)}, {"value", std::to_string(value)}},
                  field);
}

Status check_count(int count, int limit, std::string_view field) {
    if (count <= limit) return {};
    return refuse(absl::StatusCode::kInvalidArgument,
                  "field.too_many",
                  {{"field", std::string(field)},
                   {"count", std::to_string(count)},
                   {"limit", std::to_string(limit)}},
                  field);
}

Result<KindSet> kinds_of(const google::protobuf::RepeatedField<int>& asked, const Actor& actor) {
    MUSTER_TRY(check_count(asked.size(), kMaxKinds, "kinds"));
    KindSet kinds;
    for (const int number : asked) {
        if (!v1::EntityKind_IsValid(number) || number == v1::ENTITY_KIND_UNSPECIFIED) {
            return unknown_value("kinds", number);
        }
        const auto kind = static_cast<v1::EntityKind>(number);
        if (!may_see(actor.role, kind)) {
            return refuse(absl::StatusCode::kPermissionDenied,
                          "picture.kind_denied",
                          {{"kind", kind_name(kind)}, {"role", role_name(actor.role)}},
                          "kinds");
        }
        kinds.set(static_cast<size_t>(number));
    }
    if (asked.empty()) {
        for (const auto kind : kinds_seen_by(actor.role)) kinds.set(static_cast<size_t>(kind));
    }
    return kinds;
}

Result<std::vector<TileRect>> rects_of(const v1::ViewFilter& filter) {
    MUSTER_TRY(check_count(filter.windows_size(), kMaxWindows, "windows"));
    std::vector<TileRect> rects;
    uint64_t tiles = 0;
    for (const auto& window : filter.windows()) {
        MUSTER_TRY(check_point(window.has_south_west(), window.south_west(), "windows"));
        MUSTER_TRY(check_point(window.has_north_east(), window.north_east(), "windows"));
        if (window.south_west().lat_deg() > window.north_east().lat_deg()) {
            return refuse(
                absl::StatusCode::kInvalidArgument, "picture.window_upside_down", {}, "windows");
        }
        for (const auto& rect : tiles_of(window)) {
            rects.push_back(rect);
            tiles += rect.count();
        }
    }
    if (tiles > kMaxTiles) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "picture.too_many_tiles",
                      {{"count", std::to_string(tiles)}, {"limit", std::to_string(kMaxTiles)}},
                      "windows");
    }
    return rects;
}

}  // namespace

Result<View> view_of(const v1::ViewFilter& filter, const Actor& actor, const FindNamed& find) {
    View view;
    MUSTER_ASSIGN(view.kinds, kinds_of(filter.kinds(), actor));
    MUSTER_ASSIGN(view.windows, rects_of(filter));
    if (!filter.incident_id().empty()) {
        MUSTER_ASSIGN(view.incident,
                      find(v1::ENTITY_KIND_INCIDENT, filter.incident_id(), "incident_id"));
    }
    if (!filter.agency_id().empty()) {
        MUSTER_ASSIGN(view.agency, find(v1::ENTITY_KIND_AGENCY, filter.agency_id(), "agency_id"));
    }
    view.limited = access_class_of(actor).limited;
    if (view.limited) view.partner = Uuid::parse(actor.agency_id).value_or(Uuid{});
    return view;
}

Result<View> view_of(const v1::ViewFilter& filter, const Actor& actor, const Memory& memory) {
    // A UUID stands for itself, so that what is not there yet, or no longer, can be looked for;
    // what people say is looked up.
    return view_of(
        filter,
        actor,
        [&](v1::EntityKind kind, const std::string& id, std::string_view field) -> Result<Uuid> {
            MUSTER_TRY(check_reference(id, field));
            if (const auto uuid = Uuid::parse(id)) return *uuid;
            MUSTER_ASSIGN(const EntityPtr entity,
                          find_entity(Seen(memory, actor), kind, id, field));
            return entity->key.id;
        });
}

Result<View> view_of(const v1::SubscribeRequest& request,
                     const Actor& actor,
                     const Memory& memory) {
    if (request.resume_token().size() > kMaxTokenBytes) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_long",
                      {{"field", "resume_token"},
                       {"size", std::to_string(request.resume_token().size())},
                       {"limit", std::to_string(kMaxTokenBytes)}},
                      "resume_token");
    }
    if (!v1::ClientClass_IsValid(request.client_class())) {
        return unknown_value("client_class", request.client_class());
    }
    MUSTER_TRY(check_count(request.kinds_size(), kMaxKinds, "kinds"));
    v1::ViewFilter filter = request.view();
    if (filter.kinds().empty()) *filter.mutable_kinds() = request.kinds();
    MUSTER_ASSIGN(View view, view_of(filter, actor, memory));
    if (request.client_class() != v1::CLIENT_CLASS_UNSPECIFIED) {
        view.client_class = request.client_class();
    }
    return view;
}

}  // namespace muster
