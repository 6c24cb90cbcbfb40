#include "media/fanout/reorder.h"

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace muster {
namespace {

using std::chrono::milliseconds;
using Taken = ReorderBuffer::Taken;

class ReorderTest : public testing::Test {
protected:
    explicit ReorderTest(ReorderLimits limits = {}) : buffer_(limits) {}

    // The payload is the number, so that what comes out can be told.
    Taken put(uint16_t sequence) {
        const std::vector<uint8_t> bytes{static_cast<uint8_t>(sequence >> 8),
                                         static_cast<uint8_t>(sequence)};
        return buffer_.put(sequence, bytes, now_, out_);
    }
    void wait(milliseconds span) {
        now_ += span;
        buffer_.expire(now_, out_);
    }
    // What came out since the last call, by payload.
    std::vector<int> given() {
        std::vector<int> out;
        for (const auto& packet : out_) out.push_back(packet.bytes[0] << 8 | packet.bytes[1]);
        out_.clear();
        return out;
    }

    SteadyTime now_{std::chrono::hours(1)};
    ReorderBuffer buffer_;
    std::vector<ReorderBuffer::Packet> out_;
};

using Ints = std::vector<int>;

TEST_F(ReorderTest, WhatIsInOrderIsGivenAtOnce) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(put(static_cast<uint16_t>(1'000 + i)), Taken::taken);
        EXPECT_EQ(given(), (Ints{1'000 + i}));
    }
    EXPECT_FALSE(buffer_.expires_at());
    EXPECT_EQ(buffer_.waiting_packets(), 0u);
    EXPECT_EQ(buffer_.counters().taken, 5u);
}

TEST_F(ReorderTest, WhatIsOutOfOrderIsPutInOrder) {
    for (const int sequence : {10, 12, 14, 13}) put(static_cast<uint16_t>(sequence));
    EXPECT_EQ(given(), (Ints{10}));
    EXPECT_EQ(buffer_.waiting_packets(), 3u);
    EXPECT_EQ(buffer_.waiting_bytes(), 6u);
    put(11);
    EXPECT_EQ(given(), (Ints{11, 12, 13, 14}));
    EXPECT_EQ(buffer_.waiting_packets(), 0u);
    EXPECT_EQ(buffer_.waiting_bytes(), 0u);
    EXPECT_EQ(buffer_.counters().lost, 0u);
}

TEST_F(ReorderTest, SequencesWrapAndGoOn) {
    for (const int sequence : {65'534, 0, 65'535, 2, 1}) put(static_cast<uint16_t>(sequence));
    std::vector<int64_t> extended;
    for (const auto& packet : out_) extended.push_back(packet.sequence);
    EXPECT_EQ(extended, (std::vector<int64_t>{65'534, 65'535, 65'536, 65'537, 65'538}));
    EXPECT_EQ(given(), (Ints{65'534, 65'535, 0, 1, 2}));
    // Three times round.
    for (int i = 3; i < 200'000; ++i) put(static_cast<uint16_t>(i));
    ASSERT_EQ(out_.size(), 199'997u);
    EXPECT_EQ(out_.back().sequence, 65'536 + 199'999);
    EXPECT_EQ(buffer_.counters().restarts, 0u);
    EXPECT_EQ(buffer_.counters().lost, 0u);
}

TEST_F(ReorderTest, AGapIsWaitedForSoLongAndNoLonger) {
    put(1);
    put(3);
    EXPECT_EQ(buffer_.expires_at(), now_ + milliseconds(150));
    wait(milliseconds(100));
    // A second gap has a time of its own.
    put(5);
    EXPECT_EQ(given(), (Ints{1}));
    wait(milliseconds(49));
    EXPECT_EQ(given(), (Ints{}));
    wait(milliseconds(1));
    EXPECT_EQ(given(), (Ints{3}));
    EXPECT_EQ(buffer_.counters().lost, 1u);
    EXPECT_EQ(buffer_.expires_at(), now_ + milliseconds(100));
    wait(milliseconds(100));
    EXPECT_EQ(given(), (Ints{5}));
    EXPECT_EQ(buffer_.counters().lost, 2u);
    // Too late now; the ones that were given are known as such.
    EXPECT_EQ(put(2), Taken::late);
    EXPECT_EQ(put(4), Taken::late);
    EXPECT_EQ(put(3), Taken::duplicate);
    EXPECT_EQ(given(), (Ints{}));
    EXPECT_EQ(buffer_.counters().late, 2u);
}

TEST_F(ReorderTest, DuplicatesAreDropped) {
    put(7);
    EXPECT_EQ(put(7), Taken::duplicate);
    put(9);
    EXPECT_EQ(put(9), Taken::duplicate);
    put(8);
    EXPECT_EQ(put(8), Taken::duplicate);
    EXPECT_EQ(given(), (Ints{7, 8, 9}));
    EXPECT_EQ(buffer_.counters().duplicates, 3u);
    EXPECT_EQ(buffer_.counters().taken, 3u);
}

TEST_F(ReorderTest, BeforeTheFirstNothingIsKnown) {
    put(100);
    EXPECT_EQ(put(99), Taken::late);
    put(101);
    EXPECT_EQ(given(), (Ints{100, 101}));
}

TEST_F(ReorderTest, AJumpIsBelievedWhenTheNextOneFollowsIt) {
    put(10);
    put(12);
    EXPECT_EQ(put(40'000), Taken::suspect);
    EXPECT_EQ(given(), (Ints{10}));
    EXPECT_EQ(put(40'001), Taken::taken);
    // What waited comes first.
    ASSERT_EQ(out_.size(), 3u);
    EXPECT_FALSE(out_[0].restarted);
    EXPECT_TRUE(out_[1].restarted);
    EXPECT_FALSE(out_[2].restarted);
    EXPECT_EQ(out_[1].sequence, out_[0].sequence + 1);
    EXPECT_EQ(out_[2].sequence, out_[0].sequence + 2);
    EXPECT_EQ(given(), (Ints{12, 40'000, 40'001}));
    EXPECT_EQ(buffer_.counters().restarts, 1u);
    EXPECT_EQ(buffer_.counters().lost, 1u);
    // The new numbers hold: order, gaps, wraps.
    put(40'003);
    EXPECT_EQ(buffer_.nacks(now_ + milliseconds(10), {}), (std::vector<uint16_t>{40'002}));
    put(40'002);
    EXPECT_EQ(given(), (Ints{40'002, 40'003}));
    EXPECT_EQ(put(39'999), Taken::late);
}

TEST_F(ReorderTest, AStrayPacketIsNoJump) {
    put(10);
    EXPECT_EQ(put(40'000), Taken::suspect);
    put(11);
    EXPECT_EQ(put(40'001), Taken::suspect);
    put(12);
    EXPECT_EQ(given(), (Ints{10, 11, 12}));
    EXPECT_EQ(buffer_.counters().restarts, 0u);
}

TEST_F(ReorderTest, AJumpBackAndOverTheWrapIsAJumpToo) {
    put(30'000);
    EXPECT_EQ(put(65'535), Taken::suspect);
    EXPECT_EQ(put(0), Taken::taken);
    EXPECT_EQ(given(), (Ints{30'000, 65'535, 0}));
    put(1);
    EXPECT_EQ(put(60'000), Taken::suspect);
    EXPECT_EQ(put(60'001), Taken::taken);
    EXPECT_EQ(given(), (Ints{1, 60'000, 60'001}));
}

TEST_F(ReorderTest, ALongOutageIsAGapThatNobodyWaitsFor) {
    put(10);
    put(12);
    // More than the window holds: it would only be waited for in vain.
    put(2'000);
    EXPECT_EQ(given(), (Ints{10, 12, 2'000}));
    EXPECT_EQ(buffer_.counters().lost, 1u + 1'987u);
    EXPECT_TRUE(buffer_.nacks(now_ + milliseconds(20), {}).empty());
}

TEST_F(ReorderTest, NacksComeInTimeAgainAndEnd) {
    put(1);
    put(4);
    EXPECT_TRUE(buffer_.nacks(now_ + milliseconds(9), {}).empty());
    const auto start = now_;
    std::vector<int> asked_at_ms;
    for (int ms = 0; ms <= 1'000; ++ms) {
        const auto nacks = buffer_.nacks(start + milliseconds(ms), milliseconds(20));
        if (nacks.empty()) continue;
        EXPECT_EQ(nacks, (std::vector<uint16_t>{2, 3}));
        asked_at_ms.push_back(ms);
    }
    EXPECT_EQ(asked_at_ms, (Ints{10, 60, 110, 160, 210}));
    // A longer way is given more time; what came is not asked for.
    put(6);
    put(3);
    EXPECT_EQ(buffer_.nacks(now_ + milliseconds(10), milliseconds(300)),
              (std::vector<uint16_t>{5}));
    EXPECT_TRUE(buffer_.nacks(now_ + milliseconds(309), milliseconds(300)).empty());
    EXPECT_EQ(buffer_.nacks(now_ + milliseconds(310), milliseconds(300)),
              (std::vector<uint16_t>{5}));
}

TEST_F(ReorderTest, WhatResendsMendWasMissedNevertheless) {
    put(1);
    put(3);
    // Only out of order.
    put(2);
    EXPECT_EQ(buffer_.counters().missed, 0u);
    put(5);
    buffer_.nacks(now_ + milliseconds(10), {});
    buffer_.nacks(now_ + milliseconds(60), {});
    put(4);
    EXPECT_EQ(buffer_.counters().missed, 1u);
    EXPECT_EQ(buffer_.counters().lost, 0u);
    // Given up, once after it was asked for and once without.
    put(7);
    buffer_.nacks(now_ + milliseconds(10), {});
    wait(milliseconds(150));
    put(9);
    wait(milliseconds(150));
    EXPECT_EQ(buffer_.counters().missed, 3u);
    EXPECT_EQ(buffer_.counters().lost, 2u);
    // Nobody waits for so many.
    put(2'009);
    EXPECT_EQ(buffer_.counters().missed, 3u + 1'999u);
}

TEST_F(ReorderTest, NacksAreAtMostSixtyFourARound) {
    put(65'500);
    put(static_cast<uint16_t>(65'500 + 101));
    const auto first = buffer_.nacks(now_ + milliseconds(10), {});
    ASSERT_EQ(first.size(), 64u);
    EXPECT_EQ(first.front(), 65'501);
    EXPECT_EQ(first.back(), static_cast<uint16_t>(65'564));
    EXPECT_EQ(buffer_.nacks(now_ + milliseconds(11), {}).size(), 36u);
    EXPECT_TRUE(buffer_.nacks(now_ + milliseconds(12), {}).empty());
}

class SmallReorderTest : public ReorderTest {
protected:
    SmallReorderTest()
        : ReorderTest({.max_wait = milliseconds(40), .max_packets = 8, .max_bytes = 10}) {}
};

TEST_F(SmallReorderTest, WhatIsTooMuchGivesTheOldestGapUp) {
    put(1);
    for (int i = 3; i <= 7; ++i) put(static_cast<uint16_t>(i));
    EXPECT_EQ(given(), (Ints{1}));
    // Twelve bytes.
    put(8);
    EXPECT_EQ(given(), (Ints{3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(buffer_.waiting_bytes(), 0u);
    // One gap at the front, another that does not fit any more.
    put(10);
    put(12);
    put(17);
    EXPECT_EQ(given(), (Ints{10}));
    EXPECT_EQ(buffer_.waiting_packets(), 2u);
    EXPECT_EQ(buffer_.counters().lost, 2u);
}

TEST_F(SmallReorderTest, APacketThatIsTooBigAlonePassesInOrder) {
    const std::vector<uint8_t> big(100, 1);
    EXPECT_EQ(buffer_.put(1, big, now_, out_), Taken::taken);
    EXPECT_EQ(buffer_.put(3, big, now_, out_), Taken::taken);
    EXPECT_EQ(out_.size(), 2u);
    EXPECT_EQ(buffer_.waiting_bytes(), 0u);
}

// Networks of every badness: what comes out is in order, never twice, and lacks only what never
// came or came too late; what is kept stays within its bounds.
TEST(Reorder, AnyNetworkIsPutInOrder) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 random(seed);
        const auto chance = [&random](int percent) {
            return static_cast<int>(random() % 100) < percent;
        };
        const ReorderLimits limits{
            .max_wait = milliseconds(150), .max_packets = 64, .max_bytes = 20'000};
        ReorderBuffer buffer(limits);
        const int loss = static_cast<int>(seed % 5) * 8;
        const int delay_ms = static_cast<int>(seed % 7) * 40;
        // By time of arrival.
        std::multimap<SteadyTime, uint16_t> network;
        const SteadyTime start{std::chrono::hours(1)};
        const auto base = static_cast<uint16_t>(65'000 + seed * 100);
        for (int i = 0; i < 3'000; ++i) {
            const auto sequence = static_cast<uint16_t>(base + i);
            const SteadyTime sent = start + milliseconds(3 * i);
            if (i > 0 && chance(loss)) continue;
            for (int copy = 0; copy < (chance(5) ? 2 : 1); ++copy) {
                const int late =
                    i > 0 && delay_ms > 0 && chance(20) ? static_cast<int>(random()) % delay_ms : 0;
                network.emplace(sent + milliseconds(std::abs(late)), sequence);
            }
        }
        std::vector<ReorderBuffer::Packet> out;
        std::set<uint16_t> came;
        for (const auto& [at, sequence] : network) {
            buffer.expire(at, out);
            const std::vector<uint8_t> bytes(sequence % 500 + 2, static_cast<uint8_t>(sequence));
            buffer.put(sequence, bytes, at, out);
            came.insert(sequence);
            EXPECT_LE(buffer.waiting_packets(), limits.max_packets);
            EXPECT_LE(buffer.waiting_bytes(), limits.max_bytes);
            EXPECT_LE(buffer.nacks(at, milliseconds(0)).size(), 64u);
            EXPECT_LE(buffer.expires_at().value_or(at), at + limits.max_wait);
        }
        buffer.expire(start + std::chrono::hours(1), out);
        for (size_t i = 0; i < out.size(); ++i) {
            const auto sequence = static_cast<uint16_t>(out[i].sequence);
            EXPECT_TRUE(came.count(sequence));
            EXPECT_EQ(out[i].bytes.size(), sequence % 500u + 2);
            if (i > 0) {
                EXPECT_GT(out[i].sequence, out[i - 1].sequence);
            }
        }
        const auto& counters = buffer.counters();
        EXPECT_EQ(counters.taken, out.size()) << seed;
        EXPECT_EQ(counters.taken + counters.duplicates + counters.late, network.size()) << seed;
        EXPECT_EQ(counters.restarts, 0u);
        EXPECT_EQ(static_cast<uint64_t>(out.back().sequence - out.front().sequence + 1),
                  counters.taken + counters.lost);
        if (delay_ms == 0) {
            EXPECT_EQ(out.size(), came.size()) << seed;
        }
        // At three milliseconds a packet the window is full before the wait is over: some come too
        // late, by far not all.
        EXPECT_GT(out.size(), came.size() * 8 / 10) << seed;
    }
}

TEST(Reorder, NonsenseStaysInBounds) {
    std::mt19937 random(7);
    ReorderBuffer buffer({.max_wait = milliseconds(40), .max_packets = 32, .max_bytes = 4'000});
    std::vector<ReorderBuffer::Packet> out;
    SteadyTime now{std::chrono::hours(1)};
    int64_t last = -1;
    for (int i = 0; i < 100'000; ++i) {
        const std::vector<uint8_t> bytes(random() % 300);
        buffer.put(static_cast<uint16_t>(random() % (i % 3 == 0 ? 65'536 : 700)), bytes, now, out);
        now += milliseconds(random() % 30);
        if (random() % 2 == 0) buffer.expire(now, out);
        buffer.nacks(now, {});
        EXPECT_LE(buffer.waiting_packets(), 32u);
        EXPECT_LE(buffer.waiting_bytes(), 4'000u);
        for (const auto& packet : out) {
            EXPECT_GT(packet.sequence, last);
            last = packet.sequence;
        }
        out.clear();
    }
}

}  // namespace
}  // namespace muster
