#include "media/fanout/viewer.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kPathsMax = 8;
// Between two ticks. A receiver that lost more is better served by a keyframe.
constexpr int kResendsATick = 100;
constexpr double kPaceFactor = 3;
// A still scene's average says little about its keyframe: it is not sent slower than this.
constexpr double kPaceLeastBytesS = 250'000;
// What the pace allows at once after a pause.
constexpr milliseconds kPaceBurst{20};
constexpr size_t kPacePackets = 256;
constexpr milliseconds kBeginAgainAfter{1'000};
constexpr seconds kReportPeriod{1};

// RFC 3550, 4.
uint64_t ntp_time(UtcTime now) {
    const auto us = static_cast<uint64_t>(now.time_since_epoch().count());
    const uint64_t fraction = (us % 1'000'000 << 32) / 1'000'000;
    return (us / 1'000'000 + 2'208'988'800) << 32 | fraction;
}

}  // namespace

Viewer::Viewer(ViewerSetup setup,
               std::shared_ptr<Track> track,
               const DtlsIdentity& identity,
               UdpSocket& socket,
               const Clock& clock)
    : setup_(std::move(setup)),
      track_(std::move(track)),
      socket_(socket),
      clock_(clock),
      dtls_(identity, setup_.offer.fingerprint),
      rewriter_(setup_.ssrc, setup_.first_sequence, setup_.first_timestamp),
      opened_at_(clock.steady()),
      heard_at_(opened_at_),
      began_at_(opened_at_),
      paced_at_(opened_at_),
      report_at_(opened_at_),
      resends_left_(kResendsATick) {}

void Viewer::say_goodbye() {
    if (selected_ && srtp_) {
        const std::vector<uint8_t> bye = make_bye(setup_.ssrc, setup_.cname);
        const auto slot = socket_.reserve();
        std::copy(bye.begin(), bye.end(), slot.begin());
        if (const auto size = srtp_->protect_rtcp(slot, bye.size())) {
            socket_.commit(*selected_, *size, drops_);
        }
    }
    dtls_.close();
    flush_dtls();
}

std::optional<UdpPath> Viewer::heard(const UdpPath& path, bool nominated) {
    heard_at_ = clock_.steady();
    const auto known = std::find(paths_.begin(), paths_.end(), path);
    // The one that was heard last stands last.
    if (known != paths_.end()) {
        std::rotate(known, known + 1, paths_.end());
    } else {
        paths_.push_back(path);
    }
    if (nominated || !nominated_) selected_ = path;
    nominated_ = nominated_ || nominated;
    if (paths_.size() <= kPathsMax) return std::nullopt;
    const auto oldest = std::find_if(
        paths_.begin(), paths_.end(), [this](const UdpPath& one) { return one != selected_; });
    const UdpPath dropped = *oldest;
    paths_.erase(oldest);
    return dropped;
}

void Viewer::lose(const UdpPath& path) {
    std::erase(paths_, path);
    if (selected_ != path) return;
    selected_ = paths_.empty() ? std::nullopt : std::optional(paths_.back());
    nominated_ = false;
}

void Viewer::take_dtls(std::span<const uint8_t> datagram) {
    dtls_.take(datagram);
    flush_dtls();
    switch (dtls_.state()) {
        case DtlsSession::State::handshaking:
            break;
        case DtlsSession::State::open:
            if (mode_ == Mode::connecting) begin();
            break;
        case DtlsSession::State::closed:
            if (ended_.empty()) ended_ = "closed by the viewer";
            break;
        case DtlsSession::State::failed:
            if (ended_.empty()) ended_ = "DTLS: " + dtls_.failure();
            break;
    }
}

void Viewer::flush_dtls() {
    for (const auto& datagram : dtls_.take_output()) {
        if (selected_) socket_.send(*selected_, datagram, drops_);
    }
}

void Viewer::begin() {
    srtp_ = SrtpSession::make(*dtls_.keys());
    if (!srtp_) {
        ended_ = "SRTP refused its keys";
        return;
    }
    mode_ = Mode::waiting;
    if (!begin_at_keyframe()) want_keyframe();
}

bool Viewer::begin_at_keyframe() {
    const auto start = track_->group_start(clock_.steady());
    if (!start) return false;
    cursor_ = *start;
    mode_ = Mode::catching_up;
    began_at_ = paced_at_ = clock_.steady();
    pace_bytes_ = 0;
    rewriter_.begin_stretch();
    return true;
}

void Viewer::want_keyframe() {
    keyframe_wish_ = true;
}

bool Viewer::take_keyframe_wish() {
    return std::exchange(keyframe_wish_, false);
}

void Viewer::deliver(std::span<const RtpPacketPtr> packets,
                     uint64_t end,
                     const TrackMoment& moment) {
    if (mode_ == Mode::waiting) {
        begin_at_keyframe();
    } else if (mode_ == Mode::live) {
        for (const RtpPacketPtr& packet : packets) {
            if (packet->index >= cursor_) send(packet, moment);
        }
        cursor_ = end;
    }
}

void Viewer::pace(uint64_t end, const TrackMoment& moment) {
    if (mode_ != Mode::catching_up) return;
    const SteadyTime now = clock_.steady();
    const double rate =
        std::max(kPaceLeastBytesS, kPaceFactor * static_cast<double>(moment.bitrate_bps) / 8);
    const auto span = std::min<SteadyTime::duration>(now - paced_at_, kPaceBurst);
    paced_at_ = now;
    // What one datagram overdraws is made up for by the next ticks.
    pace_bytes_ = std::min(pace_bytes_, 0.0) + rate * std::chrono::duration<double>(span).count();
    scratch_.clear();
    if (!track_->read(cursor_, kPacePackets, scratch_)) {
        mode_ = Mode::waiting;
        if (!begin_at_keyframe()) want_keyframe();
        return;
    }
    for (const RtpPacketPtr& packet : scratch_) {
        if (pace_bytes_ <= 0 || packet->index >= end) break;
        send(packet, moment);
        pace_bytes_ -= static_cast<double>(packet->payload_size);
        cursor_ = packet->index + 1;
    }
    scratch_.clear();
    if (cursor_ >= end) mode_ = Mode::live;
}

void Viewer::send(const RtpPacketPtr& packet, const TrackMoment& moment) {
    const MediaFormat* const format =
        format_for(*setup_.offer.video, Codec::h264, moment.profile_level_id);
    const RtpHeader header = rewriter_.next(packet, format->payload_type, moment.live_edge);
    transmit({header, packet});
    ++packets_sent_;
    octets_sent_ += static_cast<uint32_t>(packet->payload_size);
}

void Viewer::transmit(const Rewriter::Sent& sent) {
    if (!selected_) return;
    const auto slot = socket_.reserve();
    const auto payload = sent.packet->payload();
    if (kRtpHeaderBytes + payload.size() + kSrtpOverheadBytes > slot.size()) return;
    write_rtp_header(slot.data(), sent.header);
    std::copy(payload.begin(), payload.end(), slot.begin() + kRtpHeaderBytes);
    if (const auto size = srtp_->protect_rtp(slot, kRtpHeaderBytes + payload.size())) {
        socket_.commit(*selected_, *size, drops_);
    }
}

void Viewer::resend(uint16_t sequence) {
    if (resends_left_ <= 0) return;
    if (const Rewriter::Sent* const sent = rewriter_.find(sequence)) {
        --resends_left_;
        transmit(*sent);
    }
}

void Viewer::take_rtcp(std::span<uint8_t> datagram) {
    if (!srtp_) return;
    const auto size = srtp_->unprotect_rtcp(datagram);
    if (!size) return;
    // Authenticated like a check, and all that some viewers send once they are connected.
    heard_at_ = clock_.steady();
    const auto feedback = parse_rtcp(datagram.first(*size));
    if (!feedback) return;
    for (const RtcpFeedback::Nack& nack : feedback->nacks) {
        if (nack.ssrc == setup_.ssrc) resend(nack.sequence);
    }
    const auto& wanted = feedback->keyframes_wanted;
    if (std::find(wanted.begin(), wanted.end(), setup_.ssrc) == wanted.end()) return;
    if (mode_ == Mode::waiting) {
        want_keyframe();
    } else if (mode_ == Mode::live && clock_.steady() - began_at_ >= kBeginAgainAfter) {
        // From the ring when it can be; a source that can make a keyframe is asked only else.
        if (!begin_at_keyframe()) want_keyframe();
    }
}

void Viewer::tick(milliseconds connect_timeout, milliseconds consent_timeout) {
    const SteadyTime now = clock_.steady();
    resends_left_ = kResendsATick;
    if (!ended_.empty()) return;
    if (dtls_.state() == DtlsSession::State::handshaking) {
        dtls_.tick();
        flush_dtls();
        if (now - opened_at_ > connect_timeout) ended_ = "did not connect in time";
    } else if (now - heard_at_ > consent_timeout) {
        ended_ = "not heard of any more";
    } else if (mode_ == Mode::waiting) {
        if (!begin_at_keyframe()) want_keyframe();
    } else if (packets_sent_ > 0 && now >= report_at_) {
        report();
        report_at_ = now + kReportPeriod;
    }
    if (dtls_.state() == DtlsSession::State::failed && ended_.empty()) {
        ended_ = "DTLS: " + dtls_.failure();
    }
}

void Viewer::report() {
    if (!selected_ || !srtp_) return;
    const std::vector<uint8_t> bytes = make_sender_report(
        {.ssrc = setup_.ssrc,
         .ntp_time = ntp_time(clock_.now()),
         .rtp_timestamp = rewriter_.timestamp_at(track_->moment(clock_.steady()).live_edge),
         .packets = packets_sent_,
         .octets = octets_sent_},
        setup_.cname);
    const auto slot = socket_.reserve();
    std::copy(bytes.begin(), bytes.end(), slot.begin());
    if (const auto size = srtp_->protect_rtcp(slot, bytes.size())) {
        socket_.commit(*selected_, *size, drops_);
    }
}

}  // namespace muster
