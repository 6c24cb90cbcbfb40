#pragma once

#include <functional>
#include <string_view>

namespace muster {

// Called at named points of the path that must survive a kill at any moment ("journal.commit").
// Empty in the product; a test's own binary sets it, to end the process there.
using Lever = std::function<void(std::string_view point)>;

inline void pull(const Lever& lever, std::string_view point) {
    if (lever) lever(point);
}

}  // namespace muster
