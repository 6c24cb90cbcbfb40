#include "hub/rpc/escalator.h"

#include "hub/base/log.h"
#include "hub/desk/suggest.h"

namespace muster {
namespace {

// Teams that were asked for this incident already, whatever they said.
std::vector<std::string> asked_for(const Memory& memory, const std::string& incident_id) {
    std::vector<std::string> ids;
    for (const auto& stored : memory.owned_by(v1::ENTITY_KIND_ORDER, incident_id)) {
        ids.push_back(stored->message.order().team_id());
    }
    return ids;
}

std::vector<std::string> search(const Desk& desk,
                                const LiveState& live,
                                const Clock& clock,
                                const EntityKey& key) {
    EntityPtr order;
    SuggestInputs inputs;
    std::vector<std::string> asked;
    desk.read([&](const Memory& memory) {
        order = memory.find(key);
        if (!order) return;
        const auto& incident_id = order->message.order().incident_id();
        const EntityPtr incident = memory.find(v1::ENTITY_KIND_INCIDENT, incident_id);
        if (!incident) return;
        inputs = suggest_inputs(memory, incident);
        asked = asked_for(memory, incident_id);
    });
    if (!inputs.incident) return {};
    std::vector<TeamPosition> positions;
    for (const v1::Position& position : live.positions()) {
        positions.push_back({position.id(), position.at(), from_proto(position.fix_at())});
    }
    const auto places = team_places(inputs.teams, positions, clock.now());
    const auto travels = straight_travels(places, inputs.incident->message.incident().at());
    return next_teams(inputs, travels, order->message.order(), asked);
}

}  // namespace

Desk::FindTeams find_next_teams(const Desk& desk,
                                Pool& pool,
                                const LiveState& live,
                                const Clock& clock) {
    return [&](const EntityKey& key, std::function<void(std::vector<std::string>)> found) {
        const bool taken = pool.run([&desk, &live, &clock, key, found] {
            std::vector<std::string> teams;
            try {
                teams = search(desk, live, clock, key);
            } catch (const std::exception& mistake) {
                spdlog::error("the search for the next team threw: {}", mistake.what());
            }
            found(std::move(teams));
        });
        if (!taken) found({});
    };
}

}  // namespace muster
