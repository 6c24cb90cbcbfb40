#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "media/fanout/codec.h"

namespace muster {

struct TrackStats;

// What a Track has to know of the payloads of its codec: where a receiver can begin. Fed with one
// track's packets in order, a unit (a picture; a packet of sound) after the other. No thread of its
// own.
class CodecReader {
public:
    struct Look {
        bool well_formed = true;
        // A picture that can be begun with starts in this packet.
        bool keyframe = false;
    };

    virtual ~CodecReader() = default;

    // The packets that follow belong to another unit.
    virtual void begin_unit() {}
    // Tells `stats` what it finds: size, B-frames.
    virtual Look look(std::span<const uint8_t> payload, TrackStats& stats) = 0;
    // The payload of a packet that a receiver needs before the keyframe of this unit; empty for
    // none.
    virtual std::vector<uint8_t> prelude() const { return {}; }
    // Told from outside, without start code.
    virtual void take_parameter_set(std::span<const uint8_t>, TrackStats&) {}
};

std::unique_ptr<CodecReader> make_codec_reader(Codec codec);

}  // namespace muster
