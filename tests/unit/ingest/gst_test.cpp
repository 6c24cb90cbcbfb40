// The element that ends an ingest pipeline, and the bus that speaks to a pipeline's owner.
#include <gmock/gmock.h>

#include <thread>

#include "hub/base/strand.h"
#include "media/gst/bus_watch.h"
#include "media/gst/muster_sink.h"

namespace muster {
namespace {

// Counts what comes, and lets the test wait for it.
class Counter {
public:
    void add(size_t size) {
        const std::lock_guard lock(mutex_);
        sizes_.push_back(size);
        changed_.notify_all();
    }
    bool wait_for(size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(
            lock, std::chrono::seconds(20), [&] { return sizes_.size() >= count; });
    }
    std::vector<size_t> sizes() {
        const std::lock_guard lock(mutex_);
        return sizes_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<size_t> sizes_;
};

// A pipeline that runs while it is in scope.
class Running {
public:
    explicit Running(const char* description)
        : element(GST_ELEMENT(gst_object_ref_sink(gst_parse_launch(description, nullptr)))) {}
    ~Running() { stop(); }
    void stop() { gst_element_set_state(element.get(), GST_STATE_NULL); }
    void start() { gst_element_set_state(element.get(), GST_STATE_PLAYING); }

    GstPtr<GstElement> element;
};

class GstTest : public testing::Test {
protected:
    void SetUp() override { start_gst(); }

    ThreadStrand owner_{"owner"};
};

TEST_F(GstTest, PacketsPassTheGateUntilItIsClosed) {
    Counter packets;
    Counter arrivals;
    const auto gate = std::make_shared<PacketGate>(
        [&](std::span<const uint8_t> rtp) { packets.add(rtp.size()); });
    Running pipeline(
        "fakesrc is-live=true datarate=60000 sizetype=fixed sizemax=600 ! application/x-rtp ! "
        "mustersink name=sink");
    connect_muster_sink(element_of(pipeline.element.get(), "sink").get(), gate);
    pipeline.start();
    ASSERT_TRUE(packets.wait_for(3));
    EXPECT_EQ(packets.sizes().front(), 600u);
    gate->close();
    const size_t count = packets.sizes().size();
    // Packets go on coming to the element; before the last of these the others went through it.
    const GstPtr<GstPad> input(
        gst_element_get_static_pad(element_of(pipeline.element.get(), "sink").get(), "sink"));
    gst_pad_add_probe(
        input.get(),
        GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo*, gpointer data) {
            static_cast<Counter*>(data)->add(1);
            return GST_PAD_PROBE_OK;
        },
        &arrivals,
        nullptr);
    ASSERT_TRUE(arrivals.wait_for(5));
    pipeline.stop();
    EXPECT_EQ(packets.sizes().size(), count);
}

TEST_F(GstTest, ASinkWithoutAGateSwallowsWhatComes) {
    Counter ends;
    Running pipeline("fakesrc num-buffers=3 ! application/x-rtp ! mustersink");
    const BusWatch watch(pipeline.element.get(), owner_, [&](const BusEvent& event) {
        ends.add(event.kind == BusEvent::Kind::end_of_stream ? 1 : 0);
    });
    pipeline.start();
    ASSERT_TRUE(ends.wait_for(1));
    EXPECT_THAT(ends.sizes(), testing::ElementsAre(1u));
}

TEST_F(GstTest, AnErrorComesWithItsCodeOnTheOwnersStrand) {
    Counter errors;
    std::thread::id thread;
    BusEvent seen{};
    Running pipeline("filesrc location=/there/is/no/such/file ! fakesink");
    const BusWatch watch(pipeline.element.get(), owner_, [&](const BusEvent& event) {
        // What follows is only that the start failed.
        if (!errors.sizes().empty()) return;
        seen = event;
        thread = std::this_thread::get_id();
        errors.add(1);
    });
    std::thread::id strand;
    owner_.post([&] { strand = std::this_thread::get_id(); });
    pipeline.start();
    ASSERT_TRUE(errors.wait_for(1));
    EXPECT_EQ(seen.kind, BusEvent::Kind::error);
    EXPECT_EQ(seen.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(seen.code, GST_RESOURCE_ERROR_NOT_FOUND);
    EXPECT_EQ(thread, strand);
}

TEST_F(GstTest, AWatchThatIsGoneSaysNothing) {
    Counter events;
    Running pipeline("fakesrc num-buffers=1 ! fakesink");
    owner_.post([&] {
        {
            const BusWatch watch(
                pipeline.element.get(), owner_, [&](const BusEvent&) { events.add(1); });
        }
        pipeline.start();
    });
    // The bus has the end, which nobody took from it; what was posted because of it has run.
    const GstPtr<GstBus> bus(gst_element_get_bus(pipeline.element.get()));
    GstMessage* const end = gst_bus_timed_pop_filtered(bus.get(), 20 * GST_SECOND, GST_MESSAGE_EOS);
    ASSERT_NE(end, nullptr);
    gst_message_unref(end);
    owner_.stop();
    EXPECT_TRUE(events.sizes().empty());
}

}  // namespace
}  // namespace muster
