#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "hub/desk/state.h"
#include "hub/picture/view.h"

namespace muster {

// What entities say about each other, as far as views ask: agencies and those above them, whose a
// team is, to whom an incident's orders go, what was merged into what. From these it makes an
// entity's cell, and tells whose cells a change makes others. Owned and locked by Picture.
class Relations {
public:
    // Whose cells may be others now.
    struct Affected {
        std::set<EntityKey> entities;
        // All of these kinds.
        KindSet kinds;
    };

    void put(const StoredEntity& entity, Affected& affected);
    void remove(const EntityKey& key, Affected& affected);

    Cell cell_of(const StoredEntity& entity) const;
    Cell cell_of(const EntityKey& live, Tile tile) const;

private:
    struct Lent {
        Uuid incident;
        std::string agency_id;
    };

    // Those of one agency and all above it, in ascending order.
    void add_agencies(const std::string& agency_id, std::set<Uuid>& out) const;
    std::vector<Uuid> agencies_of(const std::string& agency_id) const;
    void add_incident(const std::string& incident_id, Cell& cell) const;
    void take_back(const Uuid& order, Affected& affected);

    // Parents by agency, agencies by team, the incidents that duplicates were merged into.
    std::unordered_map<std::string, std::string> parents_;
    std::unordered_map<Uuid, std::string> teams_;
    std::unordered_map<Uuid, Uuid> merged_;
    // By order, and counted by incident and agency.
    std::unordered_map<Uuid, Lent> orders_;
    std::unordered_map<Uuid, std::map<std::string, size_t>> incidents_;
};

}  // namespace muster
