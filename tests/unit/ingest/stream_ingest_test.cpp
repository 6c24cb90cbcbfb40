#include "media/ingest/stream_ingest.h"

#include <gmock/gmock.h>

#include <array>

#include "hub/base/error.h"
#include "tests/support/manual_clock.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Pulls nothing: the test says what comes and how it ends.
class FakePullers final : public PullerFactory {
public:
    struct Attempt {
        Transport transport;
        std::string url;
        std::function<void(PullEnd)> on_end;
        std::optional<SteadyTime> last_input;
        bool open = true;
        bool finding_out = false;
    };

    std::unique_ptr<Puller> open(const StreamSpec& spec,
                                 Transport transport,
                                 std::shared_ptr<Track>,
                                 std::function<void(PullEnd)> on_end) override {
        attempts.push_back(std::make_shared<Attempt>(
            Attempt{transport, spec.url, std::move(on_end), std::nullopt}));
        return std::make_unique<FakePuller>(attempts.back());
    }
    Attempt& last() { return *attempts.back(); }

    std::vector<std::shared_ptr<Attempt>> attempts;

private:
    class FakePuller final : public Puller {
    public:
        explicit FakePuller(std::shared_ptr<Attempt> attempt) : attempt_(std::move(attempt)) {}
        ~FakePuller() override { attempt_->open = false; }
        std::optional<SteadyTime> last_input() const override { return attempt_->last_input; }
        bool finding_out() const override { return attempt_->finding_out; }
        void want_keyframe() override {}

    private:
        std::shared_ptr<Attempt> attempt_;
    };
};

class StreamIngestTest : public testing::Test {
protected:
    void SetUp() override {
        spec_.stream_id = "01000000-0000-7000-8000-000000000001";
        spec_.url = "rtsp://127.0.0.1/one";
        spec_.close_after = seconds(10);
    }

    void start() { stream_.emplace(spec_, track_, context_); }

    void pass(milliseconds span) {
        for (milliseconds step{100}; span.count() > 0; span -= step) {
            clock_.advance(step);
            stream_->tick();
        }
    }

    void packet(std::initializer_list<uint8_t> payload) {
        std::vector<uint8_t> rtp{0x80, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
        rtp[2] = static_cast<uint8_t>(sequence_ >> 8);
        rtp[3] = static_cast<uint8_t>(sequence_);
        rtp[6] = static_cast<uint8_t>(timestamp_ >> 8);
        rtp[7] = static_cast<uint8_t>(timestamp_);
        rtp.insert(rtp.end(), payload);
        ++sequence_;
        pullers_.last().last_input = clock_.steady();
        track_->push(rtp, clock_.steady(), clock_.now());
    }
    // Slice headers: first_mb_in_slice 0 and slice_type as Exp-Golomb codes.
    void keyframe() {
        timestamp_ += 100;
        packet({0x65, 0x88, 0x80, 0x10});
    }
    void b_frame() {
        timestamp_ += 100;
        packet({0x01, 0xa8, 0x80, 0x10});
    }
    void go_live() {
        keyframe();
        pass(milliseconds(200));
        ASSERT_EQ(last().state(), v1::STREAM_STATE_LIVE);
    }
    const v1::StreamHealth& last() const { return told_.back(); }

    ManualClock clock_;
    FakePullers pullers_;
    std::vector<v1::StreamHealth> told_;
    IngestContext context_{clock_,
                           pullers_,
                           {},
                           [] { return 0.0; },
                           [this](const v1::StreamHealth& health) { told_.push_back(health); }};
    StreamSpec spec_;
    std::shared_ptr<Track> track_ =
        std::make_shared<Track>("01000000-0000-7000-8000-000000000001", TrackLimits{}, [] {});
    std::optional<StreamIngest> stream_;
    uint16_t sequence_ = 100;
    uint16_t timestamp_ = 0;
};

PullEnd failed(std::string_view code) {
    return {PullEnd::Kind::failed, make_reason(code), {}};
}

TEST_F(StreamIngestTest, NothingIsPulledUntilSomebodyLooks) {
    start();
    pass(seconds(60));
    EXPECT_TRUE(pullers_.attempts.empty());
    ASSERT_EQ(told_.size(), 1u);
    EXPECT_EQ(last().state(), v1::STREAM_STATE_IDLE);
}

TEST_F(StreamIngestTest, FirstViewerOpensAndLastOneClosesLater) {
    start();
    stream_->set_viewers(1);
    EXPECT_EQ(last().state(), v1::STREAM_STATE_CONNECTING);
    EXPECT_EQ(pullers_.last().transport, Transport::tcp);
    go_live();
    stream_->set_viewers(0);
    for (int i = 0; i < 9; ++i) {
        keyframe();
        pass(seconds(1));
    }
    EXPECT_TRUE(pullers_.last().open);
    keyframe();
    pass(seconds(1));
    EXPECT_FALSE(pullers_.last().open);
    EXPECT_EQ(last().state(), v1::STREAM_STATE_IDLE);
}

TEST_F(StreamIngestTest, AViewerWhoComesBackInTimeFindsItOpen) {
    start();
    stream_->set_viewers(1);
    go_live();
    stream_->set_viewers(0);
    pass(seconds(2));
    stream_->set_viewers(1);
    for (int i = 0; i < 20; ++i) {
        keyframe();
        pass(seconds(1));
    }
    EXPECT_EQ(pullers_.attempts.size(), 1u);
    EXPECT_TRUE(pullers_.last().open);
}

TEST_F(StreamIngestTest, APinnedStreamNeedsNoViewer) {
    spec_.pinned = true;
    start();
    EXPECT_EQ(pullers_.attempts.size(), 1u);
    go_live();
    spec_.pinned = false;
    stream_->respecify(spec_);
    for (int i = 0; i < 11; ++i) {
        keyframe();
        pass(seconds(1));
    }
    EXPECT_EQ(last().state(), v1::STREAM_STATE_IDLE);
}

TEST_F(StreamIngestTest, AFrozenCameraIsStalledAndTriedAgain) {
    start();
    stream_->set_viewers(1);
    go_live();
    pass(seconds(3));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_STALLED);
    EXPECT_EQ(last().reason().code(), "media.stalled");
    EXPECT_EQ(last().fps(), 0);
    EXPECT_TRUE(last().has_last_packet_at());
    EXPECT_FALSE(pullers_.attempts[0]->open);
    pass(seconds(1));
    ASSERT_EQ(pullers_.attempts.size(), 2u);
    EXPECT_EQ(last().state(), v1::STREAM_STATE_STALLED) << "until a keyframe came";
    go_live();
    EXPECT_FALSE(last().has_reason());
}

TEST_F(StreamIngestTest, AFailureKeepsItsReasonThroughRetriesThatGetRarer) {
    start();
    stream_->set_viewers(1);
    context_.chance = [] { return 1.0; };
    std::vector<milliseconds> waits;
    for (int i = 0; i < 7; ++i) {
        const auto attempts = pullers_.attempts.size();
        pullers_.last().on_end(failed("media.refused"));
        EXPECT_EQ(last().state(), v1::STREAM_STATE_FAILED);
        EXPECT_EQ(last().reason().code(), "media.refused");
        const SteadyTime from = clock_.steady();
        while (pullers_.attempts.size() == attempts) pass(milliseconds(100));
        waits.push_back(std::chrono::duration_cast<milliseconds>(clock_.steady() - from));
    }
    EXPECT_THAT(waits,
                testing::ElementsAre(seconds(2),
                                     seconds(4),
                                     seconds(8),
                                     seconds(15),
                                     seconds(15),
                                     seconds(15),
                                     seconds(15)));
}

TEST_F(StreamIngestTest, WaitsBeginAnewAfterAGoodPull) {
    start();
    stream_->set_viewers(1);
    context_.chance = [] { return 1.0; };
    for (int i = 0; i < 4; ++i) {
        pullers_.last().on_end(failed("media.refused"));
        pass(seconds(15));
    }
    for (int i = 0; i < 6; ++i) {
        keyframe();
        pass(seconds(1));
    }
    const auto attempts = pullers_.attempts.size();
    pullers_.last().on_end(failed("media.closed"));
    pass(milliseconds(300));
    ASSERT_EQ(pullers_.attempts.size(), attempts + 1) << "at once";
    pullers_.last().on_end(failed("media.refused"));
    pass(milliseconds(1'900));
    EXPECT_EQ(pullers_.attempts.size(), attempts + 1);
    pass(milliseconds(100));
    EXPECT_EQ(pullers_.attempts.size(), attempts + 2);
}

TEST_F(StreamIngestTest, ANewViewerHastensTheRetry) {
    start();
    stream_->set_viewers(1);
    context_.chance = [] { return 1.0; };
    for (int i = 0; i < 4; ++i) {
        pullers_.last().on_end(failed("media.refused"));
        if (i < 3) pass(seconds(15));
    }
    const auto attempts = pullers_.attempts.size();
    stream_->set_viewers(2);
    pass(seconds(1));
    EXPECT_EQ(pullers_.attempts.size(), attempts + 1);
}

TEST_F(StreamIngestTest, AWrongPasswordIsNotTriedOften) {
    start();
    stream_->set_viewers(1);
    pullers_.last().on_end(failed("media.unauthorized"));
    stream_->set_viewers(2);
    pass(seconds(29));
    EXPECT_EQ(pullers_.attempts.size(), 1u);
    spec_.password = "another";
    stream_->respecify(spec_);
    EXPECT_EQ(pullers_.attempts.size(), 2u) << "a new one is tried at once";
    EXPECT_EQ(last().state(), v1::STREAM_STATE_CONNECTING);
}

TEST_F(StreamIngestTest, UdpIsTriedWhenTheCameraRefusesTcp) {
    start();
    stream_->set_viewers(1);
    pullers_.last().on_end({PullEnd::Kind::other_transport, {}, {}});
    ASSERT_EQ(pullers_.attempts.size(), 2u);
    EXPECT_EQ(pullers_.last().transport, Transport::udp);
    go_live();
    pullers_.last().on_end(failed("media.closed"));
    pass(seconds(2));
    EXPECT_EQ(pullers_.last().transport, Transport::udp) << "what worked is remembered";
    pullers_.last().on_end({PullEnd::Kind::other_transport, {}, {}});
    EXPECT_EQ(last().reason().code(), "media.no_transport");
    EXPECT_EQ(last().state(), v1::STREAM_STATE_FAILED);
}

TEST_F(StreamIngestTest, ACameraThatSendsNothingIsToldFromOneThatStopped) {
    start();
    stream_->set_viewers(1);
    pass(seconds(10));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_FAILED);
    EXPECT_EQ(last().reason().code(), "media.no_packets");
    pass(seconds(2));
    EXPECT_EQ(pullers_.last().transport, Transport::udp);
}

TEST_F(StreamIngestTest, AReasonThatIsBeingFoundOutIsWaitedFor) {
    start();
    stream_->set_viewers(1);
    pass(seconds(9));
    pullers_.last().finding_out = true;
    pass(seconds(30));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_CONNECTING);
    pullers_.last().on_end(failed("media.timeout"));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_FAILED);
    EXPECT_EQ(last().reason().code(), "media.timeout");
    pass(seconds(2));
    ASSERT_EQ(pullers_.attempts.size(), 2u);
    EXPECT_EQ(pullers_.last().transport, Transport::tcp) << "no reason to try the other way";
}

TEST_F(StreamIngestTest, PacketsWithoutAKeyframeAreNotLive) {
    start();
    stream_->set_viewers(1);
    for (int i = 0; i < 25; ++i) {
        timestamp_ += 100;
        packet({0x41, 0x9a, 0x00, 0x10});
        EXPECT_EQ(last().state(), v1::STREAM_STATE_CONNECTING);
        pass(seconds(1));
    }
    EXPECT_EQ(last().state(), v1::STREAM_STATE_FAILED);
    EXPECT_EQ(last().reason().code(), "media.no_keyframe");
}

TEST_F(StreamIngestTest, BFramesAreNamedAndLookedForAgain) {
    start();
    stream_->set_viewers(1);
    keyframe();
    b_frame();
    pass(milliseconds(200));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_UNSUPPORTED);
    EXPECT_EQ(last().reason().code(), "media.bframes_unsupported");
    EXPECT_FALSE(pullers_.last().open);
    pass(seconds(30));
    ASSERT_EQ(pullers_.attempts.size(), 2u);
    pullers_.last().last_input = clock_.steady();
    pass(milliseconds(100));
    EXPECT_TRUE(pullers_.last().open) << "the frames of before do not count";
    keyframe();
    pass(milliseconds(200));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);
}

TEST_F(StreamIngestTest, H265IsNamed) {
    start();
    stream_->set_viewers(1);
    pullers_.last().on_end(
        {PullEnd::Kind::unsupported, make_reason("media.h265_unsupported"), "H265"});
    EXPECT_EQ(last().state(), v1::STREAM_STATE_UNSUPPORTED);
    EXPECT_EQ(last().codec(), "H265");
}

TEST_F(StreamIngestTest, TheEndOfAnEarlierAttemptChangesNothing) {
    start();
    stream_->set_viewers(1);
    const auto first = pullers_.attempts[0];
    first->on_end(failed("media.closed"));
    pass(seconds(1));
    go_live();
    first->on_end(failed("media.refused"));
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);
    EXPECT_TRUE(pullers_.last().open);
}

TEST_F(StreamIngestTest, NobodyBeginsWithThePictureOfAnotherSource) {
    const auto can_begin = [this] { return track_->group_start(clock_.steady()).has_value(); };
    start();
    stream_->set_viewers(1);
    go_live();
    EXPECT_TRUE(can_begin());
    pullers_.last().on_end(failed("media.closed"));
    EXPECT_FALSE(can_begin());
    pass(seconds(2));
    go_live();
    EXPECT_TRUE(can_begin());
    stream_->set_viewers(0);
    spec_.url = "rtsp://127.0.0.1/another";
    stream_->respecify(spec_);
    EXPECT_EQ(last().state(), v1::STREAM_STATE_IDLE);
    EXPECT_FALSE(can_begin());
}

TEST_F(StreamIngestTest, AWallClockThatIsSetBackChangesNoFigure) {
    start();
    stream_->set_viewers(1);
    go_live();
    for (int i = 0; i < 50; ++i) {
        if (i == 25) clock_.step_wall(-std::chrono::hours(24));
        keyframe();
        pass(milliseconds(100));
    }
    EXPECT_EQ(last().state(), v1::STREAM_STATE_LIVE);
    EXPECT_NEAR(last().fps(), 10, 1);
    EXPECT_LT(from_proto(last().last_packet_at()), UtcTime(seconds(1'800'000'000)));
    pass(milliseconds(2'900));
    EXPECT_NEAR(track_->stats(clock_.steady()).fps, 0, 0.01);
}

TEST_F(StreamIngestTest, HealthIsToldAtOnceWhenItChangesAndRarelyWhenOnlyFiguresDo) {
    start();
    stream_->set_viewers(1);
    go_live();
    told_.clear();
    for (int i = 0; i < 100; ++i) {
        keyframe();
        pass(milliseconds(100));
    }
    EXPECT_THAT(told_.size(), testing::AllOf(testing::Ge(9u), testing::Le(11u)));
    EXPECT_NEAR(last().fps(), 10, 1);
    told_.clear();
    for (uint32_t n = 2; n < 22; ++n) {
        stream_->set_viewers(n);
        keyframe();
        pass(milliseconds(100));
    }
    EXPECT_LE(told_.size(), 5u);
    told_.clear();
    pullers_.last().on_end(failed("media.closed"));
    ASSERT_EQ(told_.size(), 1u);
    EXPECT_EQ(last().viewers(), 21u);
}

}  // namespace
}  // namespace muster
