// Orders whose acknowledgement is due.
#pragma once

#include <optional>

#include "hub/desk/draft.h"

namespace muster {

// How long a team has to acknowledge an order that its device has.
inline constexpr std::chrono::seconds kAcknowledgeWithin{60};

// When it is overdue; nothing when it is acknowledged, has ended, or was said to be overdue.
std::optional<UtcTime> due_of(const v1::Order& order);
// Marks an order overdue when its acknowledgement is due by context.now and has not come; does
// nothing otherwise.
void decide_overdue(Draft& draft, const EntityKey& order, const Context& context);

}  // namespace muster
