#pragma once

#include "hub/base/result.h"
#include "hub/base/strand.h"
#include "media/ingest/probers.h"
#include "media/ingest/puller.h"

namespace muster {

// Pulls cameras by RTSP with GStreamer. One for all streams; it, the strands and the clock outlive
// the pullers. What may block has threads of its own: `worker` starts and stops pipelines,
// `probers` look for why there was no connection. Both are stopped after the last puller is gone.
class RtspPullers final : public PullerFactory {
public:
    RtspPullers(Strand& owner, Strand& worker, Probers& probers, const Clock& clock)
        : owner_(owner), worker_(worker), probers_(probers), clock_(clock) {}

    std::unique_ptr<Puller> open(const StreamSpec& spec,
                                 Transport transport,
                                 std::shared_ptr<Track> track,
                                 std::function<void(PullEnd)> on_end) override;

private:
    Strand& owner_;
    Strand& worker_;
    Probers& probers_;
    const Clock& clock_;
};

// Whether this machine has the GStreamer elements that pulling needs; media.element_missing
// (FAILED_PRECONDITION) names the first that is not there.
Status check_rtsp_elements();

}  // namespace muster
