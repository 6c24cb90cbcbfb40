#include "clients/cpp/cli/health.h"

#include <fmt/format.h>

#include "clients/cpp/labels.h"

namespace muster {
namespace {

// A still picture of a person needs little.
std::string bitrate_text(uint64_t bps) {
    constexpr double kMega = 1e6;
    const auto value = static_cast<double>(bps);
    return value < kMega ? fmt::format("{:.0f} kbit/s", value / 1e3)
                         : fmt::format("{:.2f} Mbit/s", value / kMega);
}

}  // namespace

std::string describe(const v1::StreamHealth& health, Language language) {
    std::string text = label(health.state(), language);
    if (health.has_reason()) text += ": " + say(health.reason(), language);
    if (health.state() == v1::STREAM_STATE_LIVE) {
        text += fmt::format(" {} {}x{} {:.1f} fps {}",
                            health.codec(),
                            health.width_px(),
                            health.height_px(),
                            health.fps(),
                            bitrate_text(health.bitrate_bps()));
    }
    return text;
}

}  // namespace muster
