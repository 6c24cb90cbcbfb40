#include "hub/desk/agencies.h"

#include <algorithm>
#include <map>

#include "hub/desk/lookup.h"
#include "hub/desk/sight.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

// How many levels there are from an agency upwards, itself included; 0 for no agency.
int levels_above(const Draft& draft, std::string_view agency_id) {
    int levels = 0;
    EntityPtr agency;
    while (!agency_id.empty() && levels <= kAgencyDepth) {
        agency = draft.find(v1::ENTITY_KIND_AGENCY, agency_id);
        if (!agency) break;
        ++levels;
        agency_id = agency->message.agency().parent_id();
    }
    return levels;
}

// How many levels hang below an agency, itself included.
int levels_below(const std::multimap<std::string, std::string>& children,
                 const std::string& agency_id,
                 int depth) {
    int most = 0;
    if (depth < kAgencyDepth) {
        const auto [begin, end] = children.equal_range(agency_id);
        for (auto child = begin; child != end; ++child) {
            most = std::max(most, levels_below(children, child->second, depth + 1));
        }
    }
    return most + 1;
}

Status check_place(const Draft& draft, const v1::Agency& agency) {
    if (agency.parent_id().empty()) return {};
    const auto above = draft.find(v1::ENTITY_KIND_AGENCY, agency.parent_id());
    const std::string name = above ? above->message.agency().name() : agency.parent_id();
    if (is_within(draft, agency.parent_id(), agency.id())) {
        return refuse(kPrecondition,
                      "agency.circle",
                      {{"agency", agency.name()}, {"above", name}},
                      "parent_id");
    }
    std::multimap<std::string, std::string> children;
    for (const auto& stored : draft.all(v1::ENTITY_KIND_AGENCY)) {
        const auto& other = stored->message.agency();
        if (!other.parent_id().empty()) children.emplace(other.parent_id(), other.id());
    }
    const int levels =
        levels_above(draft, agency.parent_id()) + levels_below(children, agency.id(), 0);
    if (levels <= kAgencyDepth) return {};
    return refuse(kPrecondition,
                  "agency.too_deep",
                  {{"agency", agency.name()}, {"limit", std::to_string(kAgencyDepth)}},
                  "parent_id");
}

Result<std::string> parent_of(const Draft& draft, std::string_view reference) {
    if (reference.empty()) return std::string();
    MUSTER_ASSIGN(const auto above,
                  find_entity(draft, v1::ENTITY_KIND_AGENCY, reference, "parent_id"));
    return above->message.agency().id();
}

}  // namespace

Result<v1::AddAgencyResponse> decide(Draft& draft,
                                     const v1::AddAgencyRequest& request,
                                     const Context& context) {
    MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_AGENCY, request.id(), context));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_AGENCY, request.name()));
    v1::Entity entity;
    auto& agency = *entity.mutable_agency();
    agency.set_id(std::move(id));
    agency.set_name(request.name());
    MUSTER_ASSIGN(*agency.mutable_parent_id(), parent_of(draft, request.parent_id()));
    MUSTER_TRY(check_place(draft, agency));
    v1::AddAgencyResponse response;
    *response.mutable_agency() = draft.put(std::move(entity)).agency();
    return response;
}

Result<v1::UpdateAgencyResponse> decide(Draft& draft,
                                        const v1::UpdateAgencyRequest& request,
                                        const Context&) {
    if (request.has_name()) MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_AGENCY, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& agency = *entity.mutable_agency();
    if (request.has_name()) agency.set_name(request.name());
    if (request.has_parent_id()) {
        MUSTER_ASSIGN(*agency.mutable_parent_id(), parent_of(draft, request.parent_id()));
    }
    if (request.has_retired()) agency.set_retired(request.retired());
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_AGENCY, agency.name(), agency.id()));
    if (request.has_parent_id()) MUSTER_TRY(check_place(draft, agency));
    if (agency.retired() && !stored->message.agency().retired()) {
        const size_t open = draft.owned_by(v1::ENTITY_KIND_ORDER, agency.id()).size();
        if (open > 0) {
            return refuse(kPrecondition,
                          "agency.open_orders",
                          {{"agency", agency.name()}, {"count", std::to_string(open)}},
                          "retired");
        }
    }
    v1::UpdateAgencyResponse response;
    *response.mutable_agency() = changed_fields(stored->message, entity).empty()
                                     ? agency
                                     : draft.put(std::move(entity)).agency();
    return response;
}

}  // namespace muster
