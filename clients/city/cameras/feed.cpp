#include "clients/city/cameras/feed.h"

#include <thread>

#include "hub/base/clock.h"

namespace muster::city {
namespace {

constexpr std::chrono::microseconds kFrameSpan{1'000'000 / kFramesPerSecond};

uint64_t utc_now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

Feed::Feed(uint8_t camera, std::string name, std::chrono::seconds freeze_after)
    : scene_(camera), name_(std::move(name)), freeze_after_(freeze_after) {}

Feed::~Feed() {
    if (caption_ != nullptr) gst_object_unref(caption_);
}

void Feed::attach(std::unique_ptr<Feed> feed, GstElement* bin) {
    GstElement* source = gst_bin_get_by_name_recurse_up(GST_BIN(bin), "frames");
    if (source == nullptr) return;
    feed->caption_ = gst_bin_get_by_name_recurse_up(GST_BIN(bin), "caption");
    GstAppSrcCallbacks callbacks{};
    callbacks.need_data = &Feed::on_need_data;
    gst_app_src_set_callbacks(GST_APP_SRC(source), &callbacks, feed.release(), [](gpointer self) {
        delete static_cast<Feed*>(self);
    });
    gst_object_unref(source);
}

void Feed::on_need_data(GstAppSrc* source, guint, gpointer self) {
    static_cast<Feed*>(self)->push_next(source);
}

void Feed::push_next(GstAppSrc* source) {
    const auto now = std::chrono::steady_clock::now();
    if (opened_ == std::chrono::steady_clock::time_point{}) {
        opened_ = now;
        next_ = now;
    }
    if (freeze_after_.count() > 0 && now - opened_ >= freeze_after_) return;
    // After a hold-up the beat starts anew: a camera drops frames, it does not send them late.
    if (now - next_ > 4 * kFrameSpan) next_ = now;
    std::this_thread::sleep_until(next_);
    next_ += kFrameSpan;

    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, kFrameBytes, nullptr);
    GstMapInfo map;
    if (buffer == nullptr || !gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
        if (buffer != nullptr) gst_buffer_unref(buffer);
        return;
    }
    const uint64_t utc_ms = utc_now_ms();
    caption(utc_ms);
    scene_.draw(utc_ms, {map.data, map.size});
    gst_buffer_unmap(buffer, &map);
    gst_app_src_push_buffer(source, buffer);
}

void Feed::caption(uint64_t utc_ms) {
    const uint64_t second = utc_ms / 1000;
    if (caption_ == nullptr || second == shown_second_) return;
    shown_second_ = second;
    std::string clock = rfc3339(UtcTime(std::chrono::seconds(second))).substr(0, 19);
    clock[10] = ' ';
    g_object_set(caption_, "text", (name_ + "  " + clock + " UTC").c_str(), nullptr);
}

}  // namespace muster::city
