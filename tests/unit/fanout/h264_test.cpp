#include "media/fanout/h264.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/hex.h"

namespace muster {
namespace {

std::vector<int> types_in(const std::vector<uint8_t>& payload, bool* well_formed = nullptr) {
    std::vector<int> types;
    const bool ok =
        visit_nals(payload, [&types](const NalStart& nal) { types.push_back(nal.type); });
    if (well_formed != nullptr) *well_formed = ok;
    return types;
}

TEST(H264, ReadsParameterSetsOfX264) {
    const auto baseline = parse_sps(hex("6742c01fd9005005bb011000000300100000030320f1832480"));
    ASSERT_TRUE(baseline);
    EXPECT_EQ(baseline->profile_level_id(), 0x42c01fu);
    EXPECT_EQ(baseline->width_px, 1280u);
    EXPECT_EQ(baseline->height_px, 720u);
    EXPECT_TRUE(baseline->showable());

    const auto cropped = parse_sps(hex("67640028acb200f0044fcb80880000030008000003019078c19240"));
    ASSERT_TRUE(cropped);
    EXPECT_EQ(cropped->profile_level_id(), 0x640028u);
    EXPECT_EQ(cropped->width_px, 1920u);
    EXPECT_EQ(cropped->height_px, 1080u);
    EXPECT_TRUE(cropped->showable());

    const auto interlaced = parse_sps(hex("674d401ef20140c7e7c044000003000400000300c87c50a920"));
    ASSERT_TRUE(interlaced);
    EXPECT_TRUE(interlaced->interlaced);
    EXPECT_EQ(interlaced->width_px, 640u);
    EXPECT_EQ(interlaced->height_px, 360u);
    EXPECT_FALSE(interlaced->showable());

    const auto full_chroma = parse_sps(hex("67f4000b919640b13b011000000300100000030320f142a480"));
    ASSERT_TRUE(full_chroma);
    EXPECT_EQ(full_chroma->chroma_format_idc, 3);
    EXPECT_EQ(full_chroma->width_px, 176u);
    EXPECT_EQ(full_chroma->height_px, 144u);
    EXPECT_FALSE(full_chroma->showable());
}

TEST(H264, ParameterSetsThatEndEarlyAreRefused) {
    const auto sps = hex("67640028acb200f0044fcb80880000030008000003019078c19240");
    for (size_t size = 0; size < 11; ++size) {
        EXPECT_FALSE(parse_sps(std::span(sps).first(size))) << size;
    }
    EXPECT_FALSE(parse_sps(hex("68ebc3cb22c0")));
    EXPECT_FALSE(parse_sps(std::vector<uint8_t>(600, 0x67)));
    EXPECT_FALSE(parse_sps(hex("67640028 0000000000000000000000000000")));
    EXPECT_FALSE(parse_sps(hex("67640028 ffffffffffffffffffffffffffff")));
}

TEST(H264, PictureParameterSetsHaveAnId) {
    EXPECT_EQ(parse_pps_id(hex("68cb83cb20")), 0);
    EXPECT_EQ(parse_pps_id(hex("684b83")), 1);
    EXPECT_EQ(parse_pps_id(hex("68008040")), 255);
    EXPECT_FALSE(parse_pps_id(hex("680080c0")));  // 256
    EXPECT_FALSE(parse_pps_id(hex("68")));
    EXPECT_FALSE(parse_pps_id(hex("680000000000")));
    EXPECT_FALSE(parse_pps_id(hex("67cb83")));
}

TEST(H264, VisitsSingleUnitsAggregatesAndFragments) {
    EXPECT_EQ(types_in(hex("6588")), (std::vector<int>{nal_idr}));
    EXPECT_EQ(types_in(hex("09f0")), (std::vector<int>{nal_delimiter}));
    // STAP-A: delimiter, SPS, PPS, IDR.
    EXPECT_EQ(types_in(hex("78 0002 09f0 0003 674200 0002 68ce 0002 6588")),
              (std::vector<int>{nal_delimiter, nal_sps, nal_pps, nal_idr}));
    // FU-A of an IDR: first, middle, last.
    EXPECT_EQ(types_in(hex("7c85 88")), (std::vector<int>{nal_idr}));
    EXPECT_EQ(types_in(hex("7c05 88")), (std::vector<int>{}));
    EXPECT_EQ(types_in(hex("7c45 88")), (std::vector<int>{}));
}

TEST(H264, MalformedPayloadsAreNoticed) {
    for (const std::string_view payload : {"",
                                           "78",
                                           "78 00",
                                           "78 0000",
                                           "78 0003 6588",
                                           "78 ffff 65",
                                           "78 0001 00",
                                           "78 0001 78",
                                           "7c",
                                           "7c85",
                                           "7c80 88",
                                           "79 0001 65",
                                           "00",
                                           "1f00"}) {
        bool well_formed = true;
        types_in(hex(payload), &well_formed);
        EXPECT_FALSE(well_formed) << payload;
    }
}

TEST(H264, FindsSlicesOfTypeB) {
    const auto has_b = [](const std::vector<uint8_t>& payload) {
        bool found = false;
        visit_nals(payload, [&found](const NalStart& nal) { found = found || nal.b_slice; });
        return found;
    };
    EXPECT_FALSE(has_b(hex("419a21")));    // type 5: P
    EXPECT_TRUE(has_b(hex("019e21")));     // type 6: B
    EXPECT_TRUE(has_b(hex("01a821")));     // type 1: B
    EXPECT_TRUE(has_b(hex("1c81 9e21")));  // the same in a fragment
    EXPECT_FALSE(has_b(hex("41")));
    EXPECT_FALSE(has_b(hex("4100000000")));
}

TEST(H264, BuildsAggregatesWithinTheirLimit) {
    const auto sps = hex("674200");
    const auto pps = hex("68ce");
    const std::vector<std::span<const uint8_t>> nals{sps, pps};
    EXPECT_EQ(make_stap_a(nals, 100), hex("78 0003 674200 0002 68ce"));
    EXPECT_EQ(make_stap_a(nals, 10), hex("78 0003 674200 0002 68ce"));
    EXPECT_TRUE(make_stap_a(nals, 9).empty());
    EXPECT_TRUE(make_stap_a(nals, 0).empty());
}

}  // namespace
}  // namespace muster
