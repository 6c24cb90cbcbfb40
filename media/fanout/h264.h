// What the fan-out reads of H.264 (ITU-T H.264, RFC 6184): which NAL units a packet carries,
// whether a picture can be started there, what the sequence parameter set says. Pure; bounds
// checked.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace muster {

struct SpsInfo {
    uint8_t profile_idc = 0;
    uint8_t constraints = 0;
    uint8_t level_idc = 0;
    uint32_t width_px = 0;
    uint32_t height_px = 0;
    bool interlaced = false;
    // 1 is 4:2:0.
    uint8_t chroma_format_idc = 1;
    uint8_t bit_depth = 8;

    // As in SDP: 0x42e01f.
    uint32_t profile_level_id() const {
        return uint32_t{profile_idc} << 16 | uint32_t{constraints} << 8 | level_idc;
    }
    // 4:2:0, 8 bit, progressive, Baseline to High: what browsers show.
    bool showable() const;
};

// `nal` is a whole sequence parameter set with its NAL header and without start code.
std::optional<SpsInfo> parse_sps(std::span<const uint8_t> nal);
// The pic_parameter_set_id, 0 to 255, of a whole picture parameter set.
std::optional<uint8_t> parse_pps_id(std::span<const uint8_t> nal);

enum NalType : uint8_t {
    nal_slice = 1,
    nal_idr = 5,
    nal_sei = 6,
    nal_sps = 7,
    nal_pps = 8,
    nal_delimiter = 9,
    nal_stap_a = 24,
    nal_fu_a = 28,
};

// A NAL unit, or the first fragment of one, in an RTP payload.
struct NalStart {
    uint8_t type = 0;
    // False for a first fragment.
    bool whole = false;
    // A slice of type B.
    bool b_slice = false;
    // With NAL header; of a fragment without it.
    std::span<const uint8_t> bytes;
};

// Calls `each` for every NAL unit that begins in the payload (single, STAP-A, FU-A). False when the
// payload is malformed or of a packetisation that is not supported; what was well formed before the
// fault has been visited.
bool visit_nals(std::span<const uint8_t> payload, const std::function<void(const NalStart&)>& each);

// The payload of a STAP-A with these NAL units; empty when it would be bigger than `limit` bytes.
std::vector<uint8_t> make_stap_a(std::span<const std::span<const uint8_t>> nals, size_t limit);

}  // namespace muster
