#include "hub/rpc/escalator.h"

#include "hub/base/log.h"
#include "hub/desk/orders.h"
#include "hub/desk/suggest.h"

namespace muster {
namespace {

// The order, where more would be ordered for it, and whom that incident has asked already.
struct Asked {
    EntityPtr order;
    std::string incident_id;
    std::vector<std::string> team_ids;
};

Asked asked_for(const Memory& memory, const EntityKey& key) {
    Asked asked{.order = memory.find(key), .incident_id = {}, .team_ids = {}};
    if (!asked.order) return asked;
    const auto& own_incident = asked.order->message.order().incident_id();
    if (const auto incident = standing_incident(Draft(memory), own_incident)) {
        asked.incident_id = incident->key.id.text();
    }
    for (const auto& id : {own_incident, asked.incident_id}) {
        for (const auto& stored : memory.owned_by(v1::ENTITY_KIND_ORDER, id)) {
            asked.team_ids.push_back(stored->message.order().team_id());
        }
    }
    return asked;
}

std::vector<std::string> find_for(const Desk& desk,
                                  const TeamSearch& search,
                                  const EntityKey& key) {
    const Asked asked = desk.read([&](const Memory& memory) { return asked_for(memory, key); });
    if (asked.incident_id.empty()) return {};
    const auto found = search.search(asked.incident_id, "incident_id");
    if (!found.ok()) return {};
    return next_teams(found->inputs, found->travels, asked.order->message.order(), asked.team_ids);
}

}  // namespace

Desk::FindTeams find_next_teams(const Desk& desk, Pool& pool, const TeamSearch& search) {
    return [&](const EntityKey& key, Desk::FoundTeams found) {
        const bool taken = pool.run([&desk, &search, key, found] {
            std::vector<std::string> teams;
            try {
                teams = find_for(desk, search, key);
            } catch (const std::exception& mistake) {
                spdlog::error("the search for the next team threw: {}", mistake.what());
            }
            found(std::move(teams));
        });
        if (!taken) found(std::nullopt);
    };
}

}  // namespace muster
