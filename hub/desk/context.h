// What a decision may know besides the state: nothing in a decision looks at a clock, a socket or a
// thread.
#pragma once

#include <functional>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/ids.h"
#include "muster/v1/person.pb.h"

namespace muster {

// Who acts. The hub itself has an empty id and the role admin.
struct Actor {
    std::string person_id;
    std::string name;
    std::string post;
    v1::Role role = v1::ROLE_UNSPECIFIED;
    // A field user's team.
    std::string team_id;
    // The agency that the person belongs to: a partner's sight (sight.h).
    std::string agency_id = {};
};

struct Context {
    UtcTime now;
    Actor actor;
    // Fresh ids; deterministic in tests.
    std::function<Uuid()> new_id;
};

}  // namespace muster
