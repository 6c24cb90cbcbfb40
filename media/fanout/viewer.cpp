#include "media/fanout/viewer.h"

#include <utility>

#include "media/fanout/ntp_time.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kReportPeriod{1};

}  // namespace

Viewer::Viewer(ViewerSetup setup,
               const StreamTracks& tracks,
               const DtlsIdentity& identity,
               UdpSocket& socket,
               const Clock& clock)
    : Session(Kind::viewer, std::move(setup.connection), identity, socket, clock),
      report_at_(clock.steady()) {
    if (setup.video) video_.emplace(*std::move(setup.video), tracks.video, connection_);
    if (setup.audio) audio_.emplace(*std::move(setup.audio), tracks.audio, connection_);
}

void Viewer::begin() {
    if (video_) video_->begin();
    if (audio_) audio_->begin();
}

Slot* Viewer::slot_of(uint32_t ssrc) {
    if (video_ && video_->ssrc() == ssrc) return &*video_;
    if (audio_ && audio_->ssrc() == ssrc) return &*audio_;
    return nullptr;
}

std::vector<uint32_t> Viewer::own_ssrcs() const {
    std::vector<uint32_t> out;
    if (video_) out.push_back(video_->ssrc());
    if (audio_) out.push_back(audio_->ssrc());
    return out;
}

void Viewer::take_feedback(const RtcpFeedback& feedback) {
    for (const RtcpFeedback::Nack& nack : feedback.nacks) {
        if (Slot* const slot = slot_of(nack.ssrc)) slot->resend(nack.sequence);
    }
    for (const uint32_t ssrc : feedback.keyframes_wanted) {
        if (Slot* const slot = slot_of(ssrc)) slot->keyframe_requested();
    }
}

void Viewer::tick() {
    if (!connection_.ended().empty()) return;
    if (video_) video_->tick();
    if (audio_) audio_->tick();
    const SteadyTime now = connection_.clock().steady();
    if (!connection_.open() || now < report_at_) return;
    report();
    report_at_ = now + kReportPeriod;
}

// Both by one reading of the clock: they are what keeps lips and voice together.
void Viewer::report() {
    const SteadyTime now = connection_.clock().steady();
    const uint64_t ntp = to_ntp(connection_.clock().now());
    for (const Slot* const slot : {video(), audio()}) {
        if (slot == nullptr) continue;
        if (const auto report = slot->report(ntp, now)) {
            connection_.send_rtcp(make_sender_report(*report, setup().cname));
        }
    }
}

}  // namespace muster
