#include "hub/routing/road_reader.h"

#include <gmock/gmock.h>

#include "hub/base/error.h"

namespace muster {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::SizeIs;

std::string collection(const std::string& features) {
    return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

std::string feature(const std::string& properties,
                    const std::string& coordinates = "[[120,30],[120.01,30]]",
                    const std::string& type = "LineString") {
    return R"({"type":"Feature","properties":)" + properties + R"(,"geometry":{"type":")" + type +
           R"(","coordinates":)" + coordinates + "}}";
}

class Reader : public testing::Test {
protected:
    Status read(std::string_view text, size_t piece = 1'000'000) {
        lines_.clear();
        RoadReader reader([this](const RoadLine& line) {
            lines_.push_back(line);
            return absl::OkStatus();
        });
        for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
            MUSTER_TRY(reader.write(text.substr(0, piece)));
        }
        return reader.finish();
    }
    // The refusal's code and the feature that it names.
    std::string refusal(const std::string& text) {
        const auto detail = detail_of(read(text));
        if (!detail) return "none";
        const auto& args = detail->reason().args();
        const auto named = args.find("feature");
        return detail->reason().code() + (named == args.end() ? "" : " " + named->second);
    }
    std::vector<double> speeds() const {
        std::vector<double> list;
        for (const auto& line : lines_) list.push_back(line.speed_kmh);
        return list;
    }

    std::vector<RoadLine> lines_;
};

TEST_F(Reader, LinesWithTheirSpeedAndWayInPiecesOfAnySize) {
    const std::string text =
        R"({"features":[{"geometry":{"coordinates":[[[120,30,5],[120.5,30.25]],[[1e2,-3e1],[101,-30]]],)"
        R"("type":"MultiLineString"},"properties":{"name":"长江路 \"A\" \u8def","speed_kmh":62.5,)"
        R"("oneway":true,"tags":{"speed_kmh":1,"x":[[1]]}},"id":7,"type":"Feature"}],"bbox":[1,2,3,4],)"
        R"("crs":null,"type":"FeatureCollection"} )"
        "\n";
    for (const size_t piece : {1u, 2u, 7u, 64u, 1'000'000u}) {
        ASSERT_TRUE(read(text, piece).ok()) << piece;
        ASSERT_THAT(lines_, SizeIs(2));
        EXPECT_THAT(lines_[0].points, ElementsAre(RoadPlace{30, 120}, RoadPlace{30.25, 120.5}));
        EXPECT_THAT(lines_[1].points, ElementsAre(RoadPlace{-30, 100}, RoadPlace{-30, 101}));
        EXPECT_EQ(lines_[1].speed_kmh, 62.5);
        EXPECT_EQ(lines_[1].way, RoadLine::Way::forward);
        EXPECT_EQ(lines_[1].feature, 1u);
    }
}

TEST_F(Reader, WhatOpenStreetMapSaysCountsWhereNothingElseDoes) {
    ASSERT_TRUE(read(collection(feature(R"({"highway":"primary"})") + "," +
                                feature(R"({"highway":"primary","maxspeed":"60"})") + "," +
                                feature(R"({"highway":"primary","maxspeed":"30 mph"})") + "," +
                                feature(R"({"highway":"primary","maxspeed":"CN:urban"})") + "," +
                                feature(R"({"highway":"footway"})") + "," +
                                feature(R"({"highway":"primary","speed_kmh":33})") + "," +
                                feature("{}") + "," + feature("null")))
                    .ok());
    EXPECT_THAT(speeds(), ElementsAre(50, 48, DoubleNear(38.6, 0.1), 50, 33, 40, 40));
}

TEST_F(Reader, OnewayInAllItsSpellings) {
    using Way = RoadLine::Way;
    const auto way = [&](const std::string& properties) {
        EXPECT_TRUE(read(collection(feature(properties))).ok()) << properties;
        return lines_.at(0).way;
    };
    EXPECT_EQ(way(R"({"oneway":true})"), Way::forward);
    EXPECT_EQ(way(R"({"oneway":"yes"})"), Way::forward);
    EXPECT_EQ(way(R"({"oneway":1})"), Way::forward);
    EXPECT_EQ(way(R"({"oneway":"-1"})"), Way::backward);
    EXPECT_EQ(way(R"({"oneway":-1})"), Way::backward);
    EXPECT_EQ(way(R"({"oneway":false})"), Way::both);
    EXPECT_EQ(way(R"({"oneway":"no","highway":"motorway"})"), Way::both);
    EXPECT_EQ(way(R"({"highway":"motorway"})"), Way::forward);
    EXPECT_EQ(way(R"({"junction":"roundabout"})"), Way::forward);
    EXPECT_EQ(refusal(collection(feature(R"({"oneway":"perhaps"})"))), "road.bad_property 1");
}

TEST_F(Reader, OtherGeometriesArePassedOver) {
    EXPECT_TRUE(
        read(collection(
                 feature("{}", "[120,30]", "Point") + "," +
                 feature("{}", "[[[120,30],[121,30],[121,31],[120,30]]]", "Polygon") + "," +
                 feature("{}", "[[[[120,30]]]]", "MultiPolygon") + "," + feature("{}", "[]") + "," +
                 R"({"type":"Feature","properties":null,"geometry":null},)"
                 R"({"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[]}})"))
            .ok());
    EXPECT_TRUE(lines_.empty());
}

TEST_F(Reader, ErrorsNameTheFeature) {
    const std::string good = feature("{}") + ",";
    const auto second = [&](const std::string& bad) { return refusal(collection(good + bad)); };
    EXPECT_EQ(second(feature(R"({"speed_kmh":0})")), "road.bad_property 2");
    EXPECT_EQ(second(feature(R"({"speed_kmh":201})")), "road.bad_property 2");
    EXPECT_EQ(second(feature(R"({"speed_kmh":"fast"})")), "road.bad_property 2");
    EXPECT_EQ(second(feature(R"({"speed_kmh":"nan"})")), "road.bad_property 2");
    EXPECT_EQ(second(feature(R"({"speed_kmh":true})")), "road.bad_property 2");
    EXPECT_EQ(second(feature("{}", "[[120,30]]")), "road.short_line 2");
    EXPECT_EQ(second(feature("{}", "[[120,30],[120,91]]")), "road.bad_coordinate 2");
    EXPECT_EQ(second(feature("{}", "[[120,30],[1e300,31]]")), "road.bad_coordinate 2");
    EXPECT_EQ(second(feature("{}", "[[120,30],[1e999,31]]")).substr(0, 5), "road.");
    EXPECT_EQ(second(feature("{}", "[[179.9,30],[-179.9,30]]")), "road.crosses_180 2");
    EXPECT_EQ(second(feature("{}", "[120,30]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[[120],[121,30]]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[[\"120\",30],[121,30]]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[[120,null],[121,30]]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[[120,30,[1]],[121,30]]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[[[120,30],[121,30]],[120,30]]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[{\"a\":1},[121,30]]")), "road.malformed_line 2");
    EXPECT_EQ(second(feature("{}", "[[120,30],[121,30]]", "MultiLineString")),
              "road.malformed_line 2");
}

TEST_F(Reader, WhatIsNoCollectionIsSaidToBeNone) {
    EXPECT_EQ(refusal("[1,2]"), "road.not_collection");
    EXPECT_EQ(refusal("5"), "road.not_collection");
    EXPECT_EQ(refusal(feature("{}")), "road.not_collection");
    EXPECT_EQ(refusal(""), "road.not_json");
    EXPECT_EQ(refusal("{"), "road.not_json");
    EXPECT_EQ(refusal("<osm/>"), "road.not_json");
    EXPECT_EQ(refusal(collection(feature("{}")) + "x"), "road.not_json");
    EXPECT_EQ(refusal(collection(feature("{}", "[[NaN,30],[1,2]]"))), "road.not_json");
    EXPECT_EQ(refusal(collection(feature("{\"a\":\"\xff\"}"))), "road.not_json");
}

TEST_F(Reader, DepthAndPointsOfAFeatureAreBounded) {
    EXPECT_EQ(refusal(collection(feature("{}", std::string(100'000, '[')))), "road.not_json");
    std::string deep = R"({"a":)";
    for (int i = 0; i < 40; ++i) deep += "{\"a\":";
    EXPECT_EQ(refusal(collection(feature(deep))), "road.not_json");
    std::string many = "[";
    for (size_t i = 0; i <= RoadReader::kMaxFeaturePoints; ++i) many += i == 0 ? "[1,1]" : ",[1,1]";
    EXPECT_EQ(refusal(collection(feature("{}", many + "]"))), "road.feature_too_large 1");
}

}  // namespace
}  // namespace muster
