#include "hub/rpc/team_search.h"

#include "hub/desk/lookup.h"

namespace muster {

Result<TeamSearch::Found> TeamSearch::search(std::string_view incident,
                                             std::string_view field) const {
    Found found;
    MUSTER_TRY(desk_.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(const auto entity,
                      find_entity(memory, v1::ENTITY_KIND_INCIDENT, incident, field));
        found.inputs = suggest_inputs(memory, entity);
        return absl::OkStatus();
    }));
    std::vector<TeamPosition> positions;
    for (const v1::Position& position : live_.positions()) {
        positions.push_back({position.id(), position.at(), from_proto(position.fix_at())});
    }
    found.places = team_places(found.inputs.teams, positions, clock_.now());
    found.travels = roads_.travels(found.places, found.inputs.incident->message.incident().at());
    return found;
}

}  // namespace muster
