#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include <gst/app/gstappsrc.h>

namespace muster::city {

// Fills the buffers of a live appsrc at a steady beat, as a device does. Owned by the appsrc; runs
// on its streaming thread alone.
class PacedSource {
public:
    virtual ~PacedSource() = default;
    PacedSource(const PacedSource&) = delete;
    PacedSource& operator=(const PacedSource&) = delete;

    // Before the pipeline starts.
    static void attach(std::unique_ptr<PacedSource> source, GstElement* appsrc);

protected:
    PacedSource(std::chrono::nanoseconds beat, size_t bytes) : beat_(beat), bytes_(bytes) {}
    // Beat number `number`, all of the buffer.
    virtual void fill(uint64_t number, std::span<uint8_t> bytes) = 0;

private:
    static void on_need_data(GstAppSrc* appsrc, guint length, gpointer self);
    void push_next(GstAppSrc* appsrc);

    const std::chrono::nanoseconds beat_;
    const size_t bytes_;
    uint64_t number_ = 0;
    std::chrono::steady_clock::time_point next_{};
    GstClockTime next_pts_ = GST_CLOCK_TIME_NONE;
};

}  // namespace muster::city
