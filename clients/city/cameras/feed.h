#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <gst/app/gstappsrc.h>

#include "clients/city/cameras/scene.h"

namespace muster::city {

// Draws one camera's frames into an appsrc while its pipeline runs. Owned by the appsrc; runs on
// its streaming thread alone.
class Feed {
public:
    Feed(uint8_t camera, std::string name, std::chrono::seconds freeze_after);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // Gives the feed to the pipeline's elements "frames" (an appsrc) and "caption" (a textoverlay).
    static void attach(std::unique_ptr<Feed> feed, GstElement* bin);

private:
    static void on_need_data(GstAppSrc* source, guint length, gpointer self);
    void push_next(GstAppSrc* source);
    void caption(uint64_t utc_ms);

    Scene scene_;
    std::string name_;
    std::chrono::seconds freeze_after_;
    GstElement* caption_ = nullptr;
    std::chrono::steady_clock::time_point opened_{};
    std::chrono::steady_clock::time_point next_{};
    uint64_t shown_second_ = 0;
};

}  // namespace muster::city
