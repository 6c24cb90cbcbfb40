#include "media/fanout/codec_reader.h"

#include <map>

#include "media/fanout/h264.h"
#include "media/fanout/track.h"
#include "media/fanout/vp8.h"

namespace muster {
namespace {

constexpr size_t kParameterSetMaxBytes = 256;
constexpr size_t kPictureSetsMax = 4;
constexpr size_t kInsertedMaxBytes = 1'180;

// Keeps the parameter sets, since not every source sends them with every keyframe.
class H264Reader final : public CodecReader {
public:
    void begin_unit() override { has_sps_ = has_pps_ = false; }

    Look look(std::span<const uint8_t> payload, TrackStats& stats) override {
        Look look;
        look.well_formed = visit_nals(payload, [&](const NalStart& nal) {
            switch (nal.type) {
                case nal_sps:
                    has_sps_ = true;
                    if (nal.whole) take_parameter_set(nal.bytes, stats);
                    break;
                case nal_pps:
                    has_pps_ = true;
                    if (nal.whole) take_parameter_set(nal.bytes, stats);
                    break;
                case nal_idr:
                    look.keyframe = true;
                    break;
                default:
                    stats.b_frames = stats.b_frames || nal.b_slice;
                    break;
            }
        });
        return look;
    }

    void take_parameter_set(std::span<const uint8_t> nal, TrackStats& stats) override {
        if (nal.empty() || nal.size() > kParameterSetMaxBytes) return;
        std::vector<uint8_t> copy(nal.begin(), nal.end());
        if ((nal[0] & 0x1f) == nal_sps) {
            if (copy == sps_) return;
            // Picture parameter sets belong to their sequence's.
            sps_ = std::move(copy);
            pps_.clear();
            stats.sps = parse_sps(nal);
            if (!stats.sps) return;
            stats.width_px = stats.sps->width_px;
            stats.height_px = stats.sps->height_px;
        } else if (const auto id = parse_pps_id(nal)) {
            if (pps_.contains(*id) || pps_.size() < kPictureSetsMax) pps_[*id] = std::move(copy);
        }
    }

    std::vector<uint8_t> prelude() const override {
        if ((has_sps_ && has_pps_) || sps_.empty() || pps_.empty()) return {};
        std::vector<std::span<const uint8_t>> nals{sps_};
        for (const auto& [id, pps] : pps_) nals.emplace_back(pps);
        return make_stap_a(nals, kInsertedMaxBytes);
    }

private:
    bool has_sps_ = false;
    bool has_pps_ = false;
    std::vector<uint8_t> sps_;
    // By their id.
    std::map<uint8_t, std::vector<uint8_t>> pps_;
};

// Its keyframes carry all that a decoder needs.
class Vp8Reader final : public CodecReader {
public:
    Look look(std::span<const uint8_t> payload, TrackStats& stats) override {
        if (!parse_vp8(payload)) return {.well_formed = false};
        const auto keyframe = parse_vp8_keyframe(payload);
        if (!keyframe) return {};
        stats.width_px = keyframe->width_px;
        stats.height_px = keyframe->height_px;
        return {.keyframe = true};
    }
};

// Any packet can be begun with.
class OpusReader final : public CodecReader {
public:
    Look look(std::span<const uint8_t>, TrackStats&) override { return {}; }
};

}  // namespace

std::unique_ptr<CodecReader> make_codec_reader(Codec codec) {
    switch (codec) {
        case Codec::h264:
            return std::make_unique<H264Reader>();
        case Codec::vp8:
            return std::make_unique<Vp8Reader>();
        case Codec::opus:
            return std::make_unique<OpusReader>();
    }
    return nullptr;
}

}  // namespace muster
