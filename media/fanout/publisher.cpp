#include "media/fanout/publisher.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "media/fanout/bytes.h"
#include "media/fanout/ntp_time.h"

namespace muster {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kReportPeriod{1};
constexpr milliseconds kKeyframePeriod{500};
constexpr BandwidthLimits kBandwidth{
    .floor_bps = 100'000, .start_bps = 1'500'000, .cap_bps = 2'500'000};
// How much more than a publisher may send is decrypted.
constexpr double kAnybodysShare = 2;
// How fast the least delay that was seen is forgotten, since clocks drift.
constexpr int kOffsetSmoothing = 64;
// The peer's clock was set.
constexpr seconds kOffsetJump{1};

// A packet costs every viewer a sending of its own, however short it is: it counts as so many
// bytes at least, so that within its bytes a publisher sends no more than 2,000 packets a second.
constexpr size_t kPacketCostsBytes = 250;

std::string megabits(double bps) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.1f", bps / 1e6);
    return text.data();
}

}  // namespace

Publisher::Publisher(PublisherSetup setup,
                     const StreamTracks& tracks,
                     const DtlsIdentity& identity,
                     UdpSocket& socket,
                     const Clock& clock,
                     FanoutCounters& counts)
    : Session(Kind::publisher, setup.connection, identity, socket, clock),
      setup_(std::move(setup)),
      video_track_(tracks.video),
      counts_(counts),
      anybodys_(kAnybodysShare * static_cast<double>(setup_.max_bps) / 8,
                static_cast<double>(setup_.max_bps) / 8,
                clock.steady()),
      own_(static_cast<double>(setup_.max_bps) / 8,
           static_cast<double>(setup_.max_bps) / 8,
           clock.steady()),
      bandwidth_(kBandwidth, clock.steady()),
      reported_at_(clock.steady()) {
    const Offer& offer = setup_.offer;
    if (offer.video) video_.emplace(*offer.video, tracks.video);
    if (offer.audio) audio_.emplace(*offer.audio, tracks.audio);
    // Nobody begins with what another one sent.
    tracks.video->restart();
    tracks.audio->restart();
}

std::optional<UtcTime> Publisher::last_packet_at() const {
    std::optional<UtcTime> last;
    for (const auto* const one : {&video_, &audio_}) {
        if (*one && (*one)->last_packet_at()) last = std::max(last, (*one)->last_packet_at());
    }
    return last;
}

void Publisher::set_muted(bool muted) {
    if (audio_) audio_->set_muted(muted);
}

void Publisher::begin() {
    want_keyframe();
}

void Publisher::want_keyframe() {
    if (keyframe_wanted_) return;
    keyframe_wanted_ = true;
    keyframes_before_ = video_track_->keyframes();
}

// By payload type; the SSRC must be its own, and nothing else's.
Incoming* Publisher::incoming_of(uint8_t payload_type, uint32_t ssrc) {
    const MediaFormat* const format = format_of(setup_.offer, payload_type);
    if (format == nullptr) return nullptr;
    auto& one = is_video(format->codec) ? video_ : audio_;
    const auto& other = is_video(format->codec) ? audio_ : video_;
    if (!one || !one->may_send(ssrc) || (other && other->ssrc() == ssrc)) return nullptr;
    return &*one;
}

bool Publisher::admits(size_t bytes) {
    if (anybodys_.take(std::max(bytes, kPacketCostsBytes), connection_.clock().steady()))
        return true;
    ++counts_.rtp_over_rate;
    return false;
}

bool Publisher::grants(size_t bytes) {
    if (own_.take(std::max(bytes, kPacketCostsBytes), connection_.clock().steady())) return true;
    ++counts_.rtp_over_rate;
    return false;
}

bool Publisher::take_rtp(std::span<uint8_t> datagram) {
    if (!connection_.open() || datagram.size() < kRtpHeaderBytes) return false;
    // Before it is decrypted: what was not agreed on is not worth the work, and the library keeps
    // no state for it.
    const uint32_t ssrc = read_u32(datagram.data() + 8);
    Incoming* const incoming = incoming_of(datagram[1] & 0x7f, ssrc);
    if (incoming == nullptr) {
        ++counts_.rtp_foreign;
        return false;
    }
    const auto packet = connection_.unprotect_rtp(datagram);
    const auto header = parse_rtp(packet);
    if (!header) {
        ++counts_.rtp_forged;
        return false;
    }
    if (!grants(datagram.size())) return false;
    ++counts_.rtp_received;
    std::erase(gone_, ssrc);
    incoming->take(packet, *header, connection_.clock().steady(), connection_.clock().now());
    return true;
}

void Publisher::take_feedback(const RtcpFeedback& feedback) {
    const SteadyTime now = connection_.clock().steady();
    for (const SenderReport& report : feedback.sender_reports) {
        const SteadyTime taken_at = to_steady(report.ntp_time, now);
        for (auto* const one : {&video_, &audio_}) {
            if (*one) (*one)->take_report(report, taken_at, now);
        }
    }
    if (feedback.byes.empty()) return;
    bool all = false;
    for (const auto* const one : {&video_, &audio_}) {
        const auto ssrc = *one ? (*one)->ssrc() : std::nullopt;
        if (!ssrc) continue;
        const auto& byes = feedback.byes;
        const bool known = std::find(gone_.begin(), gone_.end(), *ssrc) != gone_.end();
        const bool gone = known || std::find(byes.begin(), byes.end(), *ssrc) != byes.end();
        if (gone && !known) gone_.push_back(*ssrc);
        if (!gone) return;
        all = true;
    }
    if (all) connection_.expect_end();
}

// Both of its streams by one offset, so that what is apart in its clock stays apart in ours.
SteadyTime Publisher::to_steady(uint64_t ntp_time, SteadyTime now) {
    const microseconds there = from_ntp(ntp_time);
    const auto here = std::chrono::duration_cast<microseconds>(now.time_since_epoch());
    const microseconds offset = here - there;
    if (!clock_offset_ || std::chrono::abs(offset - *clock_offset_) > kOffsetJump) {
        clock_offset_ = offset;
    } else if (offset < *clock_offset_) {
        clock_offset_ = offset;
    } else {
        *clock_offset_ += (offset - *clock_offset_) / kOffsetSmoothing;
    }
    return SteadyTime(there + *clock_offset_);
}

bool Publisher::waits() const {
    return (video_ && video_->waits()) || (audio_ && audio_->waits());
}

void Publisher::turn() {
    if (!connection_.open() || !waits()) return;
    const SteadyTime now = connection_.clock().steady();
    const UtcTime wall = connection_.clock().now();
    if (audio_) audio_->expire(now, wall);
    if (!video_) return;
    video_->expire(now, wall);
    if (!video_->section().formats.front().nack) return;
    const std::vector<uint16_t> missing = video_->nacks(now);
    if (!missing.empty()) send_feedback(make_nack(setup_.ssrc, *video_->ssrc(), missing));
}

void Publisher::tick() {
    const SteadyTime now = connection_.clock().steady();
    if (!connection_.ended().empty()) return;
    cut_off_if_too_fast(now);
    if (!connection_.open()) return;
    if (video_ && (video_->take_damage() || video_track_->needs_keyframe())) want_keyframe();
    ask_for_keyframe(now);
    if (now - reported_at_ >= kReportPeriod) report(now);
}

void Publisher::cut_off_if_too_fast(SteadyTime now) {
    if (own_.refusing_for(now) < setup_.over_max) return;
    const double limit = static_cast<double>(setup_.max_bps);
    // What was dropped unseen is taken to be its own in the same part as the rest.
    const double dropped = anybodys_.offered_bytes_per_second(now) * 8 / (kAnybodysShare * limit);
    const double own = own_.offered_bytes_per_second(now) * 8 * std::max(dropped, 1.0);
    trouble_ = PublisherStats::Trouble{"media.too_fast",
                                       {{"mbps", megabits(own)}, {"limit", megabits(limit)}}};
    connection_.end("sends too much");
}

void Publisher::ask_for_keyframe(SteadyTime now) {
    if (!keyframe_wanted_ || !video_ || !video_->ssrc()) return;
    if (video_track_->keyframes() != keyframes_before_) {
        keyframe_wanted_ = false;
        keyframe_asked_once_ = false;
        return;
    }
    if (keyframe_asked_at_ && now - *keyframe_asked_at_ < kKeyframePeriod) return;
    // A source that sends nothing is not asked again and again.
    if (std::exchange(keyframe_asked_once_, true) && video_->bytes() == bytes_before_) return;
    keyframe_asked_at_ = now;
    bytes_before_ = video_->bytes();
    const MediaFormat& format = video_->section().formats.front();
    send_feedback(format.pli || !format.fir
                      ? make_pli(setup_.ssrc, *video_->ssrc())
                      : make_fir(setup_.ssrc, *video_->ssrc(), fir_requests_++));
}

void Publisher::report(SteadyTime now) {
    std::vector<ReceptionReport> blocks;
    const double span_s = std::chrono::duration<double>(now - reported_at_).count();
    reported_at_ = now;
    if (audio_) {
        if (const auto block = audio_->report(now)) blocks.push_back(*block);
    }
    const auto video = video_ ? video_->report(now) : std::nullopt;
    if (video) blocks.push_back(*video);
    if (blocks.empty()) return;
    std::vector<uint8_t> packet = make_receiver_report(setup_.ssrc, blocks, setup().cname);
    if (video) {
        const uint64_t bytes = video_->bytes() - std::exchange(bytes_reported_, video_->bytes());
        bandwidth_.update(video_->take_network_loss(),
                          static_cast<uint64_t>(static_cast<double>(bytes) * 8 / span_s),
                          now);
        if (video_->section().formats.front().remb) {
            const std::array<uint32_t, 1> media{video->ssrc};
            const auto remb = make_remb(setup_.ssrc, bandwidth_.bps(), media);
            packet.insert(packet.end(), remb.begin(), remb.end());
        }
    }
    connection_.send_rtcp(packet);
}

void Publisher::send_feedback(const std::vector<uint8_t>& packet) {
    const bool reduced = video_ ? video_->section().reduced_size_rtcp : false;
    if (reduced) return connection_.send_rtcp(packet);
    std::vector<uint8_t> compound = make_receiver_report(setup_.ssrc, {}, setup().cname);
    compound.insert(compound.end(), packet.begin(), packet.end());
    connection_.send_rtcp(compound);
}

}  // namespace muster
