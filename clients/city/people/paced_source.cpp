#include "clients/city/people/paced_source.h"

#include <thread>

namespace muster::city {
namespace {

constexpr std::chrono::milliseconds kHoldUp{300};

}  // namespace

void PacedSource::attach(std::unique_ptr<PacedSource> source, GstElement* appsrc) {
    GstAppSrcCallbacks callbacks{};
    callbacks.need_data = &PacedSource::on_need_data;
    gst_app_src_set_callbacks(GST_APP_SRC(appsrc), &callbacks, source.release(), [](gpointer self) {
        delete static_cast<PacedSource*>(self);
    });
}

void PacedSource::on_need_data(GstAppSrc* appsrc, guint, gpointer self) {
    static_cast<PacedSource*>(self)->push_next(appsrc);
}

void PacedSource::push_next(GstAppSrc* appsrc) {
    const auto now = std::chrono::steady_clock::now();
    // After a hold-up the beat starts anew: a device drops what it could not send, it is not late
    // for ever.
    const bool anew = next_pts_ == GST_CLOCK_TIME_NONE || now - next_ > kHoldUp;
    if (anew) {
        next_ = now;
        next_pts_ = gst_element_get_current_running_time(GST_ELEMENT(appsrc));
        if (next_pts_ == GST_CLOCK_TIME_NONE) next_pts_ = 0;
    }
    std::this_thread::sleep_until(next_);
    next_ += beat_;

    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes_, nullptr);
    GstMapInfo map;
    if (buffer == nullptr) return;
    if (!gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
        gst_buffer_unref(buffer);
        return;
    }
    fill(number_++, {map.data, map.size});
    gst_buffer_unmap(buffer, &map);
    const auto length = static_cast<GstClockTime>(beat_.count());
    GST_BUFFER_PTS(buffer) = next_pts_;
    GST_BUFFER_DURATION(buffer) = length;
    if (anew) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    next_pts_ += length;
    gst_app_src_push_buffer(appsrc, buffer);
}

}  // namespace muster::city
