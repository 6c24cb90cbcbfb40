// A publisher behind a bad network: what the node misses it asks for again.
#include <cstring>
#include <thread>

#include "tests/media/empty_network.h"
#include "tests/media/room_test.h"

namespace muster {
namespace {

constexpr char kNodePort[] = "7790";
constexpr int kLossPercent = 15;
constexpr uint64_t kLostLeast = 12;
constexpr uint64_t kDrawnEveryMs = 100;

// All of it lives in a network of its own, in which packets can be dropped.
class LossyRoomTest : public RoomTest {
protected:
    void SetUp() override {}
    void TearDown() override {}

    void in_own_network(const std::function<void()>& story) {
        std::thread([&] {
            if (!enter_empty_network()) {
                ADD_FAILURE() << "no network namespace can be made: " << std::strerror(errno);
                return;
            }
            MediaTest::SetUp();
            story();
            MediaTest::TearDown();
        }).join();
    }

    // Of all but the smallest packets to the node: those of pictures mostly.
    void lose_packets() const {
        ChildProcess nft(
            {"nft",
             "add table inet bad; add chain inet bad in { type filter hook input "
             "priority 0; }; add rule inet bad in udp dport " +
                 std::string(kNodePort) + " meta length > 140 numgen random mod 100 < " +
                 std::to_string(kLossPercent) + " counter drop"},
            folder_ + "/nft.log");
        nft.read_line(std::chrono::seconds(10));
        EXPECT_EQ(nft.terminate(std::chrono::seconds(5)), 0) << nft.stderr_text();
    }
    uint64_t lost_packets() const {
        ChildProcess nft({"nft", "list", "chain", "inet", "bad", "in"}, folder_ + "/nft.log");
        while (const auto line = nft.read_line(std::chrono::seconds(10))) {
            const size_t at = line->find("counter packets ");
            if (at != std::string::npos) return std::stoull(line->substr(at + 16));
        }
        return 0;
    }
};

TEST_F(LossyRoomTest, WhatIsLostOnTheWayToTheNodeIsRepaired) {
    in_own_network([this] {
        let_in({1, 2});
        start_node({{"--udp-port", kNodePort}});
        for (const std::string codec : {"VP8", "H264"}) {
            city::RoomMedia media;
            media.codec = codec;
            const auto publisher = make_publisher(media);
            publish(*publisher, 1, "ticket for " + codec);
            TestViewer viewer(picture_and_sound(codec));
            watch_member(viewer, 1, 2);
            ASSERT_TRUE(wait_live_frame(viewer, 1)) << codec;
            if (codec == "VP8") lose_packets();
            const uint64_t lost_before = lost_packets();
            const auto from =
                viewer.wait_frame([](const SeenFrame& frame) { return frame.strip.has_value(); });
            ASSERT_TRUE(from);
            const uint64_t readable_before = viewer.readable_frames();
            // Small frames pass: how long it takes until enough was lost is chance.
            auto to = from;
            for (int round = 0; round < 8 && lost_packets() - lost_before < kLostLeast; ++round) {
                to = viewer.wait_frame([&](const SeenFrame& frame) {
                    return frame.strip && frame.strip->utc_ms > to->strip->utc_ms + 5'000;
                });
                ASSERT_TRUE(to) << codec;
            }
            EXPECT_GE(lost_packets() - lost_before, kLostLeast) << "the network was bad";
            const auto drawn = double(to->strip->utc_ms - from->strip->utc_ms) / kDrawnEveryMs;
            EXPECT_GT(double(viewer.readable_frames() - readable_before), 0.9 * drawn) << codec;
        }
    });
}

}  // namespace
}  // namespace muster
