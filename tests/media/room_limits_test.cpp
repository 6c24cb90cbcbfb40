// What is too much for a node, of a publisher and of the hub, and that others notice nothing of it.
#include <memory>
#include <mutex>
#include <vector>

#include "clients/city/people/face.h"
#include "clients/city/people/paced_source.h"
#include "tests/media/room_test.h"

namespace muster {
namespace {

// Far more than anybody may send: filler that looks like H.264.
class Flood final : public city::PacedSource {
public:
    static constexpr int kFramesPerSecond = 30;
    static constexpr size_t kFrameBytes = 20'000'000 / 8 / kFramesPerSecond;

    Flood()
        : PacedSource(std::chrono::nanoseconds(1'000'000'000 / kFramesPerSecond), kFrameBytes) {}

private:
    void fill(uint64_t, std::span<uint8_t> bytes) override {
        std::fill(bytes.begin(), bytes.end(), uint8_t{0xab});
        const uint8_t start[] = {0, 0, 0, 1, 0x65};
        std::copy(std::begin(start), std::end(start), bytes.begin());
    }
};

std::unique_ptr<city::RtcPublisher> make_flood() {
    auto publisher = city::RtcPublisher::make(
        "appsrc name=flood is-live=true format=time "
        "caps=video/x-h264,stream-format=byte-stream,alignment=au,width=1920,height=1080,"
        "framerate=30/1 ! rtph264pay pt=97 mtu=1200 ! "
        "application/x-rtp,media=video,encoding-name=H264,payload=97 ! "
        "capssetter caps=\"application/x-rtp,packetization-mode=(string)1,"
        "profile-level-id=(string)42e01f\" ! rtc.",
        {"127.0.0.1"});
    if (!publisher.ok()) throw std::runtime_error(publisher.status().ToString());
    city::PacedSource::attach(std::make_unique<Flood>(), (*publisher)->element("flood").get());
    return *std::move(publisher);
}

// The times of the frames that a publisher draws, as it drew them. Kept by the publisher, too: it
// draws until it ends. Thread-safe.
class DrawnFrames {
public:
    static std::shared_ptr<DrawnFrames> of(city::RtcPublisher& publisher) {
        auto drawn = std::make_shared<DrawnFrames>();
        const auto frames = publisher.element("frames");
        const GstPtr<GstPad> pad(gst_element_get_static_pad(frames.get(), "src"));
        gst_pad_add_probe(
            pad.get(),
            GST_PAD_PROBE_TYPE_BUFFER,
            &DrawnFrames::on_frame,
            new std::shared_ptr<DrawnFrames>(drawn),
            [](gpointer kept) { delete static_cast<std::shared_ptr<DrawnFrames>*>(kept); });
        return drawn;
    }

    // Of those within the span.
    std::vector<uint64_t> between(uint64_t from_ms, uint64_t to_ms) const {
        const std::lock_guard lock(mutex_);
        std::vector<uint64_t> out;
        for (const uint64_t one : drawn_) {
            if (one >= from_ms && one <= to_ms) out.push_back(one);
        }
        return out;
    }

private:
    static GstPadProbeReturn on_frame(GstPad*, GstPadProbeInfo* info, gpointer kept) {
        GstMapInfo map;
        if (!gst_buffer_map(GST_PAD_PROBE_INFO_BUFFER(info), &map, GST_MAP_READ)) {
            return GST_PAD_PROBE_OK;
        }
        const auto strip =
            read_strip(map.data, city::kFaceWidthPx, city::kFaceHeightPx, city::kFaceWidthPx);
        gst_buffer_unmap(GST_PAD_PROBE_INFO_BUFFER(info), &map);
        DrawnFrames& drawn = **static_cast<std::shared_ptr<DrawnFrames>*>(kept);
        const std::lock_guard lock(drawn.mutex_);
        if (strip) drawn.drawn_.push_back(strip->utc_ms);
        return GST_PAD_PROBE_OK;
    }

    mutable std::mutex mutex_;
    std::vector<uint64_t> drawn_;
};

class RoomLimitsTest : public RoomTest {
protected:
    static std::vector<uint64_t> times(const std::vector<SeenStrip>& strips,
                                       uint64_t from,
                                       uint64_t to) {
        std::vector<uint64_t> out;
        for (const SeenStrip& strip : strips) {
            if (strip.utc_ms >= from && strip.utc_ms <= to) out.push_back(strip.utc_ms);
        }
        return out;
    }
};

TEST_F(RoomLimitsTest, WhoSendsFarTooMuchIsCutOffAndTheOthersMissNotAFrame) {
    let_in({1, 2, 3});
    start_node();
    const auto good = make_publisher(somebody(1));
    const auto drawn = DrawnFrames::of(*good);
    publish(*good, 1);
    TestViewer viewer(picture_and_sound());
    watch_member(viewer, 1, 2);
    ASSERT_TRUE(wait_live_frame(viewer, 1));
    ASSERT_TRUE(viewer.wait_sound(kTone, is_loud));
    const auto before = viewer.wait_frame([](const SeenFrame& f) { return f.strip.has_value(); });
    ASSERT_TRUE(before);
    const auto lost_before = viewer.packets_lost();
    ASSERT_GE(lost_before, 0);

    auto flood = make_flood();
    const std::string session = publish(*flood, 3, "flood");
    const auto cut = wait_member_state(v1::STREAM_STATE_FAILED, 3);
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->reason().code(), "media.too_fast");
    EXPECT_TRUE(hub_->wait_ended(session));
    const auto again = make_publisher(somebody(3));
    const auto refused = offer_to_publish(*again, 3, "next ticket");
    EXPECT_EQ(refused.code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(refused.reason().code(), "publisher.too_fast");
    // It may go on sending: nobody takes it.
    const auto cut_off = viewer.wait_frame([](const SeenFrame& f) { return f.strip.has_value(); });
    ASSERT_TRUE(cut_off);
    const auto after = viewer.wait_frame([&](const SeenFrame& f) {
        return f.strip && f.strip->utc_ms > cut_off->strip->utc_ms + 3'000;
    });
    ASSERT_TRUE(after);
    const auto lost = viewer.packets_lost() - lost_before;
    EXPECT_TRUE(is_loud(viewer.sound_level(kTone)));
    flood.reset();

    const uint64_t from = before->strip->utc_ms;
    const uint64_t to = after->strip->utc_ms;
    EXPECT_GT(to, from + 6'000) << "three seconds of flood, and three more";
    const auto seen = viewer.strips();
    EXPECT_EQ(times(seen, from, to), drawn->between(from, to)) << "frame by frame";
    for (const SeenStrip& strip : seen) {
        if (strip.utc_ms > from && strip.utc_ms <= to) EXPECT_LT(strip.age_ms, 1'500);
    }
    EXPECT_LE(lost, 2) << "packets of picture and sound";
}

TEST_F(RoomLimitsTest, MoreCamerasThanCanBeKeepNobodyInARoom) {
    let_in({1, 2});
    start_node();
    const auto one = make_publisher(somebody(1));
    const auto two = make_publisher(somebody(2));
    const std::string goes = publish(*one, 1);
    const std::string stays = publish(*two, 2);
    std::vector<media::v1::DesiredStream> streams;
    for (int i = 0; i <= 10'000; ++i) {
        const std::string number = std::to_string(100'000 + i);
        streams.push_back(
            stream_of("rtsp://127.0.0.1:9/x", ("03000000-0000-7000-8000-000000" + number).c_str()));
    }
    hub_->desire(std::move(streams));
    let_in({2});
    EXPECT_TRUE(hub_->wait_ended(goes));
    EXPECT_FALSE(hub_->has_ended(stays));
    EXPECT_EQ(close(stays).code(), 0) << "the node lives";
    media::v1::Signal watch_camera;
    watch_camera.mutable_open()->set_stream_id("03000000-0000-7000-8000-000000100000");
    const auto refused = hub_->signal(watch_camera);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), grpc::StatusCode::NOT_FOUND) << "none of the cameras was taken";
}

}  // namespace
}  // namespace muster
