#include "hub/desk/order_set.h"

#include <algorithm>
#include <set>

#include "hub/desk/lookup.h"
#include "hub/desk/orders.h"
#include "hub/desk/run_cards.h"
#include "hub/desk/teams.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr int kMostTeams = 50;

Result<std::vector<std::string>> named_teams(const Draft& draft,
                                             const v1::IssueOrderSetRequest& request) {
    if (request.team_ids_size() > kMostTeams) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_many",
                      {{"field", "team_ids"},
                       {"count", std::to_string(request.team_ids_size())},
                       {"limit", std::to_string(kMostTeams)}},
                      "team_ids");
    }
    std::vector<std::string> ids;
    for (const auto& name : request.team_ids()) {
        MUSTER_ASSIGN(const auto team, find_entity(draft, v1::ENTITY_KIND_TEAM, name, "team_ids"));
        auto id = team->key.id.text();
        if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "order_set.team_twice",
                          {{"team", team->message.team().name()}},
                          "team_ids");
        }
        ids.push_back(std::move(id));
    }
    return ids;
}

// Teams are given to slots once, as long as they are what the search found them to be.
class Crew {
public:
    explicit Crew(const Draft& draft) : draft_(draft) {}

    bool take(const std::string& team_id, const v1::Need& need) {
        const auto stored = draft_.find(v1::ENTITY_KIND_TEAM, team_id);
        if (!stored || taken_.contains(team_id)) return false;
        const v1::Team& team = stored->message.team();
        if (!fits(team, need) || !check_team_free(draft_, team).ok()) return false;
        taken_.insert(team_id);
        ids_.push_back(team_id);
        return true;
    }
    std::vector<std::string> ids() && { return std::move(ids_); }

private:
    const Draft& draft_;
    std::set<std::string> taken_;
    std::vector<std::string> ids_;
};

// The recommended ones first, so that nobody who stands in takes one of them away.
std::vector<std::string> pick(const Draft& draft, std::vector<Slot>& slots) {
    Crew crew(draft);
    for (Slot& slot : slots) {
        slot.filled = slot.filled && crew.take(slot.team_ids.front(), slot.need);
    }
    for (Slot& slot : slots) {
        if (slot.filled) continue;
        slot.filled = std::any_of(slot.team_ids.begin(),
                                  slot.team_ids.end(),
                                  [&](const std::string& id) { return crew.take(id, slot.need); });
    }
    return std::move(crew).ids();
}

}  // namespace

Result<v1::IssueOrderSetResponse> decide(Draft& draft,
                                         const v1::IssueOrderSetRequest& request,
                                         const Context& context,
                                         std::vector<Slot> slots) {
    MUSTER_ASSIGN(
        const auto stored,
        find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
    const v1::Incident& incident = stored->message.incident();
    MUSTER_ASSIGN(auto ids, named_teams(draft, request));
    v1::IssueOrderSetResponse response;
    if (ids.empty()) {
        if (slots.empty()) {
            return refuse(kPrecondition,
                          "order_set.no_run_card",
                          {{"incident", incident.number()},
                           {"type", word(incident.type())},
                           {"grade", word(incident.grade())}},
                          "incident_id");
        }
        ids = pick(draft, slots);
        if (ids.empty()) {
            return refuse(kPrecondition,
                          "order_set.nobody",
                          {{"incident", incident.number()}},
                          "incident_id");
        }
        for (auto& need : unmet_needs(slots)) *response.add_unmet() = std::move(need);
    }
    for (const auto& id : ids) {
        v1::IssueOrderRequest order;
        order.set_incident_id(incident.id());
        order.set_team_id(id);
        order.set_text(request.text());
        order.set_override_reason(request.override_reason());
        MUSTER_ASSIGN(auto issued, decide(draft, order, context));
        *response.add_orders() = std::move(*issued.mutable_order());
    }
    return response;
}

}  // namespace muster
