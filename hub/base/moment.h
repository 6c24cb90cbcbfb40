// Moments in sentences. A sentence's argument that is a moment (RFC 3339 in UTC, whatever its name)
// is said by the clock of where it is said; the console has the same rule (i18n/text.ts).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hub/base/clock.h"

namespace muster {

// What rfc3339() makes, with any number of fractional digits up to nine, or none; nothing for
// anything else.
std::optional<UtcTime> parse_rfc3339(std::string_view text);

// "09:10:22" by this machine's clock, with the date in front when it is another day's than `now`,
// and the year when it is another year's.
std::string local_clock(UtcTime time, UtcTime now);

}  // namespace muster
