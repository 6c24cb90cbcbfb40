#pragma once

#include "clients/cpp/cli/cli.h"

namespace muster {

// One order, upright or as JSON. Codes: unavailable.
Status show_order(Cli& cli, const v1::Order& order);

}  // namespace muster
