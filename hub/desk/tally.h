// How far the parts of an order are: "47 of 54 signed, 7 named". Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/desk/state.h"
#include "muster/v1/order_service.pb.h"

namespace muster {

// A line a step after issued. The parts of the order itself count, not theirs: who was ordered by
// whom stays clear. A text that was changed counts as signed once it is signed as it is now. An
// order without parts is its own only part. `name_of` says what a part's agency or team is called.
v1::TallyOrderResponse tally(const v1::Order& order,
                             const std::vector<EntityPtr>& parts,
                             const std::function<std::string(const v1::Order&)>& name_of);

}  // namespace muster
