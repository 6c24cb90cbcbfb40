#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "hub/desk/state.h"
#include "hub/picture/view.h"

namespace muster {

// What entities say about each other, as far as views ask: agencies and those above them, whose a
// team is, to whom an incident's orders go, what was merged into what. From these it makes an
// entity's cell, and tells whose cells a change makes others: those that hang on what changed,
// found without a look at any other. Owned and locked by Picture.
class Relations {
public:
    // Whose cells may be others now.
    using Affected = std::set<EntityKey>;

    void put(const StoredEntity& entity, Affected& affected);
    void remove(const EntityKey& key, Affected& affected);

    Cell cell_of(const StoredEntity& entity) const;
    Cell cell_of(const EntityKey& live, Tile tile) const;

private:
    struct Lent {
        Uuid incident;
        std::string agency_id;
        Uuid team;
        bool operator==(const Lent&) const = default;
    };
    using Keys = std::unordered_set<EntityKey>;

    void put_agency(const Uuid& id, const std::string& parent, Affected& affected);
    void put_team(const Uuid& id, const std::string& agency, Affected& affected);
    void remove_team(const Uuid& id, Affected& affected);
    void put_order(const StoredEntity& entity, Affected& affected);
    void take_back(const Uuid& order, Affected& affected);
    // What it hangs on; nil for nothing.
    void hang(const EntityKey& key, const Uuid& incident);
    void merge(const Uuid& incident, const Uuid& into, Affected& affected);

    void affect_team(const Uuid& team, Affected& affected) const;
    // Teams and orders of this agency and of all below it, with what these lend it to.
    void affect_agency(const std::string& agency_id, Affected& affected) const;

    // Those of one agency and all above it, in ascending order.
    void add_agencies(const std::string& agency_id, std::set<Uuid>& out) const;
    std::vector<Uuid> agencies_of(const std::string& agency_id) const;
    void add_incident(const std::string& incident_id, Cell& cell) const;

    // Parents by agency, agencies by team, the incidents that duplicates were merged into.
    std::unordered_map<std::string, std::string> parents_;
    std::unordered_map<Uuid, std::string> teams_;
    std::unordered_map<Uuid, Uuid> merged_;
    // By order, and counted by incident and agency.
    std::unordered_map<Uuid, Lent> orders_;
    std::unordered_map<Uuid, std::map<std::string, size_t>> incidents_;
    // The other way round: agencies below one, teams and orders of one, orders to a team, what
    // hangs on an incident.
    std::unordered_map<std::string, std::unordered_set<std::string>> below_;
    std::unordered_map<std::string, Keys> of_agency_;
    std::unordered_map<Uuid, Keys> of_team_;
    std::unordered_map<Uuid, Keys> of_incident_;
    std::unordered_map<EntityKey, Uuid> hangs_on_;
};

}  // namespace muster
