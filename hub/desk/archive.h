// What is over leaves memory: a closed incident and what hangs on it (orders, log lines, figures,
// escalations, ended responses, closed rooms with their stays), its duplicates with it; ended
// responses and closed rooms that hang on none. The hub itself decides it, a while after the end,
// and it stays on disk as it was. Bounded a change: what is left waits for the next look at the
// deadlines, and the incident goes last, so that a hub which stops in between goes on where it was.
#pragma once

#include <chrono>
#include <optional>

#include "hub/desk/draft.h"

namespace muster {

// How long what is over stays in memory, unless the config says otherwise (hot_h).
inline constexpr std::chrono::minutes kHot{24 * 60};
// Of one change.
inline constexpr size_t kArchivedAtOnce = 500;

// When it leaves memory; nothing while it is not over, for other kinds, and for a duplicate, which
// leaves with the incident that stands for it.
std::optional<UtcTime> archive_due_of(const v1::Entity& entity, std::chrono::minutes hot);

// Archives what may go by context.now; does nothing when its state does not say so any more. Pure.
void decide_archive(Draft& draft,
                    const EntityKey& key,
                    const Context& context,
                    std::chrono::minutes hot);

}  // namespace muster
