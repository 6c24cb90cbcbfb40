#pragma once

#include <map>
#include <set>
#include <vector>

#include "hub/base/quiet.h"
#include "hub/desk/archive.h"
#include "hub/desk/context.h"
#include "hub/desk/draft.h"

namespace muster {

// What falls due (a step of an order, the closing of an empty room), kept in step with the
// state: armed from entities, so that a restarted hub knows them again. Fires nothing itself; the
// desk asks for what is due and decides it as a change. Owned by the desk, on its strand.
class Deadlines {
public:
    explicit Deadlines(const Clock& clock);

    // Of what is archived so many at a look: after a long stop there may be thousands.
    static constexpr size_t kArchivesAtOnce = 4;

    // How long what is over stays in memory; before the first arm().
    void set_hot(std::chrono::minutes hot) { hot_ = hot; }
    std::chrono::minutes hot() const { return hot_; }

    // Takes an entity's new state.
    void arm(const StoredEntity& entity);
    void disarm(const EntityKey& key);
    // What is due now, oldest first, each at most once until done() or arm(); nothing in the quiet
    // time after a start or a step of the clock, so that answers which wait in devices arrive
    // first.
    std::vector<EntityKey> take_due();
    // The decision on one that was taken has ended; it is due again if its state still says so.
    void done(const EntityKey& key) { taken_.erase(key); }

private:
    const Clock& clock_;
    Quiet quiet_;
    std::chrono::minutes hot_ = kHot;
    std::map<EntityKey, UtcTime> due_;
    std::set<std::pair<UtcTime, EntityKey>> by_time_;
    std::set<EntityKey> taken_;
};

// What follows when an entity's time has come: an order is overdue, an empty room is closed, a
// closed incident is archived. Does nothing when its state does not say so any more.
// `ranked_teams`: who could take an order's place, the best first. `hot` as in archive.h.
void decide_due(Draft& draft,
                const EntityKey& key,
                const Context& context,
                const std::vector<std::string>& ranked_teams = {},
                std::chrono::minutes hot = kHot);

}  // namespace muster
