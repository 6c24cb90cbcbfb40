#include "hub/routing/road_graph_builder.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include "hub/base/error.h"
#include "hub/routing/road_geometry.h"

namespace muster {
namespace {

using Way = RoadLine::Way;

// Metres east and north of 30 N, 120 E.
RoadPlace at(double east_m, double north_m) {
    return {.lat_deg = 30 + north_m / roads::kMetresPerDegree,
            .lon_deg = 120 + east_m / (roads::kMetresPerDegree * roads::cosine_of_lat(30))};
}

RoadLine line(std::vector<RoadPlace> points, double speed_kmh = 36, Way way = Way::both) {
    return {.points = std::move(points), .speed_kmh = speed_kmh, .way = way, .feature = 1};
}

std::shared_ptr<const RoadGraph> graph_of(const std::vector<RoadLine>& lines) {
    RoadGraphBuilder builder;
    for (const auto& one : lines) EXPECT_TRUE(builder.add(one).ok());
    auto graph = builder.finish();
    EXPECT_TRUE(graph.ok());
    return *std::move(graph);
}

double seconds(const RoadGraph& graph, const RoadPlace& from, const RoadPlace& to) {
    const auto start = graph.snap(from);
    const auto end = graph.snap(to);
    if (!start || !end) return -1;
    return graph.seconds(graph.times_to(*end), *start);
}

// From a place to a line of two points, on a plane around 30 N.
double distance_m(const RoadPlace& place, const RoadPlace& from, const RoadPlace& to) {
    const double per_lon = roads::kMetresPerDegree * roads::cosine_of_lat(30);
    const double ax = (from.lon_deg - place.lon_deg) * per_lon;
    const double ay = (from.lat_deg - place.lat_deg) * roads::kMetresPerDegree;
    const double dx = (to.lon_deg - from.lon_deg) * per_lon;
    const double dy = (to.lat_deg - from.lat_deg) * roads::kMetresPerDegree;
    const double square = dx * dx + dy * dy;
    const double along = square > 0 ? std::clamp(-(ax * dx + ay * dy) / square, 0.0, 1.0) : 0.0;
    return std::hypot(ax + along * dx, ay + along * dy);
}

constexpr double kNever = std::numeric_limits<double>::infinity();

TEST(RoadGraph, LinesAreJoinedWhereTheirPointsAreTheSame) {
    const auto graph = graph_of({line({at(0, 0), at(500, 0), at(1000, 0)}),
                                 line({at(500, 0), at(500, 700)}),
                                 line({at(1000, 0.4), at(1000, 300)})});
    // Ends, and the crossing; the bend between two ends at 1000 is one place within a metre.
    EXPECT_EQ(graph->stats().junctions, 5u);
    EXPECT_EQ(graph->stats().edges, 4u);
    EXPECT_NEAR(graph->stats().length_km, 2.0, 0.01);
    EXPECT_EQ(graph->stats().cut_off, 0u);
    EXPECT_GT(graph->stats().bytes, 100u);
    // 36 km/h are 10 m/s.
    EXPECT_NEAR(seconds(*graph, at(0, 0), at(500, 700)), 120, 1);
    EXPECT_NEAR(seconds(*graph, at(500, 700), at(1000, 300)), 150, 1);
}

TEST(RoadGraph, APlaceIsTakenToItsNearestPointOfARoad) {
    const auto graph = graph_of({line({at(0, 0), at(400, 0), at(1000, 0)})});
    // 100 m off the road at 40 km/h with a detour of 1.4: 12.6 s.
    EXPECT_NEAR(seconds(*graph, at(300, 100), at(900, 0)), 60 + 12.6, 0.5);
    // Both on one and the same road, in either direction.
    EXPECT_NEAR(seconds(*graph, at(900, 0), at(300, 0)), 60, 0.5);
    EXPECT_FALSE(graph->snap(at(0, 2'100)));
    EXPECT_TRUE(graph->snap(at(0, 1'900)));
    EXPECT_FALSE(graph->snap({.lat_deg = 89, .lon_deg = 0}));
}

TEST(RoadGraph, OnewayIsOnlyTakenAsItGoes) {
    // A square one-way street, with the way out at a corner.
    const auto graph = graph_of({line({at(0, 0), at(1000, 0)}, 36, Way::forward),
                                 line({at(1000, 0), at(1000, 1000)}, 36, Way::forward),
                                 line({at(0, 1000), at(1000, 1000)}, 36, Way::backward),
                                 line({at(0, 1000), at(0, 0)}, 36, Way::forward)});
    EXPECT_NEAR(seconds(*graph, at(100, 0), at(900, 0)), 80, 1);
    EXPECT_NEAR(seconds(*graph, at(900, 0), at(100, 0)), 320, 1);
    EXPECT_NEAR(seconds(*graph, at(1000, 500), at(0, 500)), 200, 1);
    EXPECT_NEAR(seconds(*graph, at(0, 500), at(1000, 500)), 200, 1);
}

TEST(RoadGraph, WhatCannotBeReachedIsSaid) {
    std::vector<RoadLine> lines;
    for (int i = 0; i < 30; ++i) lines.push_back(line({at(i * 100, 0), at(i * 100 + 100, 0)}));
    // A street that one can only leave; an island.
    lines.push_back(line({at(0, 500), at(0, 0)}, 36, Way::forward));
    lines.push_back(line({at(5'000, 0), at(5'000, 400), at(5'400, 400)}));
    const auto graph = graph_of(lines);
    EXPECT_EQ(graph->stats().cut_off, 3u);
    EXPECT_EQ(seconds(*graph, at(5'000, 200), at(500, 0)), kNever);
    EXPECT_NEAR(seconds(*graph, at(0, 500), at(500, 0)), 100, 1);
    EXPECT_EQ(seconds(*graph, at(500, 0), at(0, 400)), kNever);
}

TEST(RoadGraph, AStrayPieceIsTakenOnlyWhereNoRealRoadIsNear) {
    std::vector<RoadLine> lines;
    for (int i = 0; i < 30; ++i) lines.push_back(line({at(i * 100, 0), at(i * 100 + 100, 0)}));
    // A yard that the map forgot to join.
    lines.push_back(line({at(1'000, 50), at(1'050, 50)}));
    const auto graph = graph_of(lines);
    EXPECT_LT(seconds(*graph, at(1'020, 48), at(500, 0)), kNever);
    EXPECT_EQ(seconds(*graph, at(1'020, 400), at(1'020, 400)) < kNever, true);
}

TEST(RoadGraph, ALoopIsOneRoadFromAJunctionToItself) {
    const auto graph = graph_of({line({at(-500, 0), at(0, 0)}),
                                 line({at(0, 0), at(300, 0), at(300, 300), at(0, 300), at(0, 0)})});
    EXPECT_EQ(graph->stats().junctions, 2u);
    EXPECT_EQ(graph->stats().edges, 2u);
    EXPECT_NEAR(seconds(*graph, at(150, 300), at(-500, 0)), 95, 1);
    EXPECT_NEAR(seconds(*graph, at(300, 150), at(-500, 0)), 95, 1);
}

TEST(RoadGraph, BoundsOfStepsAndPoints) {
    RoadGraphBuilder far;
    const auto refused =
        far.add(line({{.lat_deg = 30, .lon_deg = 120}, {.lat_deg = 31.5, .lon_deg = 120}}));
    EXPECT_EQ(detail_of(refused)->reason().code(), "road.long_step");
    RoadGraphBuilder none;
    EXPECT_EQ(detail_of(none.finish().status())->reason().code(), "road.no_lines");
    RoadGraphBuilder many;
    RoadLine long_line = line({});
    for (int i = 0; i < 1'000'000; ++i) long_line.points.push_back(at(i % 2 * 9, 0));
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(many.add(long_line).ok());
    EXPECT_EQ(detail_of(many.add(line({at(0, 0), at(9, 0)})))->reason().code(),
              "road.too_many_points");
}

// Held against plain relaxation over all edges until nothing changes.
TEST(RoadGraph, TimesAreThoseOfBruteForceOnRandomStreets) {
    std::mt19937 random(11);
    const auto below = [&random](int n) {
        return static_cast<int>(random() % static_cast<unsigned>(n));
    };
    int compared = 0;
    for (int round = 0; round < 40; ++round) {
        constexpr int kSide = 6;
        std::vector<RoadLine> lines;
        struct Street {
            int from, to;
            double seconds;
        };
        std::vector<Street> streets;
        std::vector<RoadPlace> corners;
        for (int i = 0; i < kSide * kSide; ++i) {
            corners.push_back(at(i % kSide * 300 + below(200), i / kSide * 300 + below(200)));
        }
        const auto corner = [&corners](int i) { return corners[static_cast<size_t>(i)]; };
        for (int i = 0; i < 70; ++i) {
            const int from = below(kSide * kSide);
            int to = below(kSide * kSide);
            if (to == from) to = (to + 1) % (kSide * kSide);
            // Where a street passes over a corner that it does not join, the corner is on both.
            const bool passes =
                std::any_of(corners.begin(), corners.end(), [&](const RoadPlace& other) {
                    return other != corner(from) && other != corner(to) &&
                           distance_m(other, corner(from), corner(to)) < 5;
                });
            if (passes) continue;
            const double speed = 10 + below(80);
            const auto way = static_cast<Way>(below(3));
            // Streets cross without meeting, as bridges do.
            lines.push_back(line({corner(from), corner(to)}, speed, way));
            const double time = roads::length_m(corner(from), corner(to)) / speed * 3.6;
            if (way != Way::backward) streets.push_back({from, to, time});
            if (way != Way::forward) streets.push_back({to, from, time});
        }
        const auto graph = graph_of(lines);
        ASSERT_GT(streets.size(), 20u);
        const int target = streets.front().to;
        std::vector<double> expected(kSide * kSide, kNever);
        expected[static_cast<size_t>(target)] = 0;
        for (bool changed = true; changed;) {
            changed = false;
            for (const auto& street : streets) {
                auto& here = expected[static_cast<size_t>(street.from)];
                const double there = expected[static_cast<size_t>(street.to)] + street.seconds;
                if (there < here - 1e-9) {
                    here = there;
                    changed = true;
                }
            }
        }
        const auto end = graph->snap(corner(target));
        ASSERT_TRUE(end);
        // A corner of a stray piece is taken to the roads beside it.
        if (end->off_m > 2) continue;
        const auto tree = graph->times_to(*end);
        for (const auto& street : streets) {
            const auto start = graph->snap(corner(street.from));
            ASSERT_TRUE(start);
            if (start->off_m > 2) continue;
            ++compared;
            const double found = graph->seconds(tree, *start);
            const double wanted = expected[static_cast<size_t>(street.from)];
            if (wanted == kNever) {
                EXPECT_EQ(found, kNever) << "round " << round;
            } else {
                EXPECT_NEAR(found, wanted, 1.0 + wanted * 0.01) << "round " << round;
            }
        }
    }
    EXPECT_GT(compared, 1'000);
}

// Held against a look at every road.
TEST(RoadGraph, TheNearestRoadIsTheNearestOfAll) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> metres(-3'000, 3'000);
    std::vector<RoadLine> lines;
    for (int i = 0; i < 200; ++i) {
        const double east = metres(random);
        const double north = metres(random);
        lines.push_back(
            line({at(east, north), at(east + metres(random) / 5, north + metres(random) / 5)}));
    }
    const auto graph = graph_of(lines);
    for (int i = 0; i < 300; ++i) {
        const double east = metres(random) * 1.5;
        const double north = metres(random) * 1.5;
        double nearest = kNever;
        for (const auto& one : lines) {
            nearest = std::min(nearest, distance_m(at(east, north), one.points[0], one.points[1]));
        }
        const auto spot = graph->snap(at(east, north));
        if (nearest > RoadGraph::kReachM + 5) {
            EXPECT_FALSE(spot);
        } else if (nearest < RoadGraph::kReachM - 5) {
            ASSERT_TRUE(spot) << nearest;
            EXPECT_NEAR(spot->off_m, nearest, 2 + nearest * 0.005);
        }
    }
}

}  // namespace
}  // namespace muster
