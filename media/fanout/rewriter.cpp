#include "media/fanout/rewriter.h"

#include <algorithm>

namespace muster {
namespace {

// How far behind now a frame of the past is dated: more than the jitter of the live edge, so that
// the first live frames are not before it.
constexpr int64_t kCompressedLagTicks = 2'700;

}  // namespace

Rewriter::Rewriter(uint32_t ssrc,
                   uint16_t first_sequence,
                   uint32_t first_timestamp,
                   size_t remembered)
    : ssrc_(ssrc),
      first_timestamp_(first_timestamp),
      last_sequence_(int64_t{first_sequence} - 1),
      history_(remembered) {}

void Rewriter::begin_stretch() {
    stretch_begins_ = true;
    compressing_ = true;
    frame_.reset();
}

void Rewriter::begin_live_stretch() {
    begin_stretch();
    compressing_ = false;
}

RtpHeader Rewriter::next(const RtpPacketPtr& packet, uint8_t payload_type, int64_t live_edge) {
    if (stretch_begins_) {
        sequence_offset_ = last_sequence_ + 1 - packet->sequence;
        stretch_begins_ = false;
    }
    if (frame_ != packet->timestamp) {
        int64_t out = packet->timestamp;
        if (compressing_) {
            out = std::max(out, live_edge - kCompressedLagTicks);
            if (any_sent_) out = std::max(out, frame_out_ + 1);
            compressing_ = out != packet->timestamp;
        }
        frame_ = packet->timestamp;
        frame_out_ = out;
        any_sent_ = true;
    }
    last_sequence_ = packet->sequence + sequence_offset_;
    const RtpHeader header{.marker = packet->marker,
                           .payload_type = payload_type,
                           .sequence = static_cast<uint16_t>(last_sequence_),
                           .timestamp = timestamp_at(frame_out_),
                           .ssrc = ssrc_,
                           .payload_offset = kRtpHeaderBytes,
                           .payload_size = packet->payload_size};
    history_[header.sequence % history_.size()] = Sent{header, packet};
    return header;
}

const Rewriter::Sent* Rewriter::find(uint16_t sequence) const {
    const Sent& sent = history_[sequence % history_.size()];
    return sent.packet && sent.header.sequence == sequence ? &sent : nullptr;
}

uint32_t Rewriter::timestamp_at(int64_t track_time) const {
    return first_timestamp_ + static_cast<uint32_t>(track_time);
}

}  // namespace muster
