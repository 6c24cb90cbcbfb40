#pragma once

#include <functional>
#include <memory>
#include <string>

#include "hub/base/strand.h"
#include "media/gst/gst_ptr.h"

namespace muster {

// What a pipeline said that its owner has to act on.
struct BusEvent {
    enum class Kind { error, end_of_stream };
    Kind kind;
    // Of an error: its domain and code, and both texts. `debug` is for the log's reader; it may
    // name files of GStreamer.
    GQuark domain = 0;
    int code = 0;
    std::string message;
    std::string debug;
};

// Listens to a pipeline's bus. Whatever thread a message comes on, `on_event` is called on the
// owner's strand, and not after the watch was destroyed, which happens on that strand too and
// before the pipeline is released.
class BusWatch {
public:
    BusWatch(GstElement* pipeline, Strand& owner, std::function<void(BusEvent)> on_event);
    ~BusWatch();
    BusWatch(const BusWatch&) = delete;
    BusWatch& operator=(const BusWatch&) = delete;

private:
    struct Listener;
    GstPtr<GstBus> bus_;
    std::shared_ptr<Listener> listener_;
};

}  // namespace muster
