#include "media/fanout/h264.h"

#include <algorithm>

#include "media/fanout/bytes.h"

namespace muster {
namespace {

// Reads a NAL unit's bits; emulation prevention bytes (00 00 03) are skipped. Past the end it reads
// zeroes and says so.
class BitReader {
public:
    explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

    bool failed() const { return failed_; }

    uint32_t bit() {
        if (left_ == 0 && !next_byte()) return 0;
        --left_;
        return current_ >> left_ & 1;
    }
    uint32_t bits(int count) {
        uint32_t value = 0;
        while (count-- > 0) value = value << 1 | bit();
        return value;
    }
    // Unsigned Exp-Golomb, 9.1.
    uint32_t ue() {
        int zeroes = 0;
        while (bit() == 0) {
            if (failed_ || ++zeroes > 31) {
                failed_ = true;
                return 0;
            }
        }
        return (uint32_t{1} << zeroes) - 1 + bits(zeroes);
    }
    int32_t se() {
        const uint32_t code = ue();
        const auto half = static_cast<int32_t>(code / 2);
        return code % 2 == 1 ? half + 1 : -half;
    }

private:
    bool next_byte() {
        if (at_ < bytes_.size() && zeroes_ >= 2 && bytes_[at_] == 3) {
            ++at_;
            zeroes_ = 0;
        }
        if (at_ >= bytes_.size()) {
            failed_ = true;
            return false;
        }
        current_ = bytes_[at_++];
        zeroes_ = current_ == 0 ? zeroes_ + 1 : 0;
        left_ = 8;
        return true;
    }

    std::span<const uint8_t> bytes_;
    size_t at_ = 0;
    int zeroes_ = 0;
    uint32_t current_ = 0;
    int left_ = 0;
    bool failed_ = false;
};

void skip_scaling_list(BitReader& reader, int size) {
    int32_t last = 8;
    int32_t next = 8;
    for (int i = 0; i < size && !reader.failed(); ++i) {
        if (next != 0) next = (last + reader.se() + 256) & 0xff;
        if (next != 0) last = next;
    }
}

bool has_chroma_fields(uint8_t profile) {
    switch (profile) {
        case 100:
        case 110:
        case 122:
        case 244:
        case 44:
        case 83:
        case 86:
        case 118:
        case 128:
        case 138:
        case 139:
        case 134:
        case 135:
            return true;
        default:
            return false;
    }
}

// 7.3.3: first_mb_in_slice, slice_type.
bool is_b_slice(std::span<const uint8_t> after_header) {
    BitReader reader(after_header);
    reader.ue();
    const uint32_t type = reader.ue();
    return !reader.failed() && type % 5 == 1 && type < 10;
}

NalStart start_of(uint8_t type, bool whole, std::span<const uint8_t> bytes, size_t header) {
    NalStart nal;
    nal.type = type;
    nal.whole = whole;
    nal.bytes = bytes;
    nal.b_slice = type == nal_slice && is_b_slice(bytes.subspan(header));
    return nal;
}

}  // namespace

bool SpsInfo::showable() const {
    const bool known = profile_idc == 66 || profile_idc == 77 || profile_idc == 100;
    return known && !interlaced && chroma_format_idc == 1 && bit_depth == 8;
}

// 7.3.2.1.1, up to the cropping rectangle.
std::optional<SpsInfo> parse_sps(std::span<const uint8_t> nal) {
    if (nal.size() < 5 || nal.size() > 512 || (nal[0] & 0x1f) != nal_sps) return std::nullopt;
    SpsInfo info;
    info.profile_idc = nal[1];
    info.constraints = nal[2];
    info.level_idc = nal[3];
    BitReader reader(nal.subspan(4));
    reader.ue();  // seq_parameter_set_id
    bool separate_planes = false;
    if (has_chroma_fields(info.profile_idc)) {
        const uint32_t chroma = reader.ue();
        if (chroma > 3) return std::nullopt;
        info.chroma_format_idc = static_cast<uint8_t>(chroma);
        if (chroma == 3) separate_planes = reader.bit() == 1;
        const uint32_t luma_depth = reader.ue();
        const uint32_t chroma_depth = reader.ue();
        if (luma_depth > 6 || chroma_depth > 6) return std::nullopt;
        info.bit_depth = static_cast<uint8_t>(8 + std::max(luma_depth, chroma_depth));
        reader.bit();  // qpprime_y_zero_transform_bypass_flag
        if (reader.bit() == 1) {
            for (int i = 0; i < (chroma == 3 ? 12 : 8) && !reader.failed(); ++i) {
                if (reader.bit() == 1) skip_scaling_list(reader, i < 6 ? 16 : 64);
            }
        }
    }
    reader.ue();  // log2_max_frame_num_minus4
    const uint32_t order_type = reader.ue();
    if (order_type == 0) {
        reader.ue();
    } else if (order_type == 1) {
        reader.bit();
        reader.se();
        reader.se();
        const uint32_t cycle = reader.ue();
        if (cycle > 255) return std::nullopt;
        for (uint32_t i = 0; i < cycle; ++i) reader.se();
    } else if (order_type != 2) {
        return std::nullopt;
    }
    reader.ue();   // max_num_ref_frames
    reader.bit();  // gaps_in_frame_num_value_allowed_flag
    const uint64_t width_mbs = uint64_t{reader.ue()} + 1;
    const uint64_t height_units = uint64_t{reader.ue()} + 1;
    const bool frames_only = reader.bit() == 1;
    info.interlaced = !frames_only;
    if (!frames_only) reader.bit();  // mb_adaptive_frame_field_flag
    reader.bit();                    // direct_8x8_inference_flag
    uint64_t crop_x = 0;
    uint64_t crop_y = 0;
    if (reader.bit() == 1) {
        crop_x += reader.ue();
        crop_x += reader.ue();
        crop_y += reader.ue();
        crop_y += reader.ue();
    }
    if (reader.failed() || width_mbs > 1024 || height_units > 1024) return std::nullopt;
    const int array_type = separate_planes ? 0 : info.chroma_format_idc;
    const uint64_t field_factor = frames_only ? 1 : 2;
    const uint64_t unit_x = array_type == 1 || array_type == 2 ? 2 : 1;
    const uint64_t unit_y = (array_type == 1 ? 2 : 1) * field_factor;
    const uint64_t width = width_mbs * 16;
    const uint64_t height = height_units * 16 * field_factor;
    if (crop_x * unit_x >= width || crop_y * unit_y >= height) return std::nullopt;
    info.width_px = static_cast<uint32_t>(width - crop_x * unit_x);
    info.height_px = static_cast<uint32_t>(height - crop_y * unit_y);
    return info;
}

std::optional<uint8_t> parse_pps_id(std::span<const uint8_t> nal) {
    if (nal.size() < 2 || (nal[0] & 0x1f) != nal_pps) return std::nullopt;
    BitReader reader(nal.subspan(1));
    const uint32_t id = reader.ue();
    if (reader.failed() || id > 255) return std::nullopt;
    return static_cast<uint8_t>(id);
}

bool visit_nals(std::span<const uint8_t> payload,
                const std::function<void(const NalStart&)>& each) {
    if (payload.empty()) return false;
    const uint8_t type = payload[0] & 0x1f;
    if (type >= 1 && type <= 23) {
        each(start_of(type, true, payload, 1));
        return true;
    }
    if (type == nal_stap_a) {
        size_t at = 1;
        while (at < payload.size()) {
            if (payload.size() - at < 2) return false;
            const size_t size = read_u16(payload.data() + at);
            at += 2;
            if (size == 0 || size > payload.size() - at) return false;
            const auto nal = payload.subspan(at, size);
            const uint8_t inner = nal[0] & 0x1f;
            if (inner == 0 || inner > 23) return false;
            each(start_of(inner, true, nal, 1));
            at += size;
        }
        return payload.size() > 1;
    }
    if (type == nal_fu_a) {
        if (payload.size() < 3) return false;
        const uint8_t inner = payload[1] & 0x1f;
        if (inner == 0 || inner > 23) return false;
        if ((payload[1] & 0x80) != 0) each(start_of(inner, false, payload.subspan(2), 0));
        return true;
    }
    return false;
}

std::vector<uint8_t> make_stap_a(std::span<const std::span<const uint8_t>> nals, size_t limit) {
    std::vector<uint8_t> out{nal_stap_a};
    for (const auto nal : nals) {
        if (nal.empty() || nal.size() + 2 > limit - std::min(limit, out.size())) return {};
        // The most important unit's nal_ref_idc (RFC 6184, 5.7.1).
        out[0] = static_cast<uint8_t>(std::max(out[0] & 0x60, nal[0] & 0x60) | nal_stap_a);
        append_u16(out, static_cast<uint16_t>(nal.size()));
        out.insert(out.end(), nal.begin(), nal.end());
    }
    return out;
}

}  // namespace muster
