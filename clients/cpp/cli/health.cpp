#include "clients/cpp/cli/health.h"

#include <fmt/format.h>

#include "clients/cpp/labels.h"

namespace muster {

std::string describe(const v1::StreamHealth& health, Language language) {
    std::string text = label(health.state(), language);
    if (health.has_reason()) text += ": " + say(health.reason(), language);
    if (health.state() == v1::STREAM_STATE_LIVE) {
        text += fmt::format(" {} {}x{} {:.1f} fps {:.2f} Mbit/s",
                            health.codec(),
                            health.width_px(),
                            health.height_px(),
                            health.fps(),
                            static_cast<double>(health.bitrate_bps()) / 1e6);
    }
    return text;
}

}  // namespace muster
