#include "media/gst/bus_watch.h"

#include <optional>

namespace muster {
namespace {

std::optional<BusEvent> event_of(GstMessage* message) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
        return BusEvent{BusEvent::Kind::end_of_stream, 0, 0, {}, {}};
    }
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) {
        return std::nullopt;
    }
    GError* error = nullptr;
    gchar* debug = nullptr;
    gst_message_parse_error(message, &error, &debug);
    const GstPtr<GError> owned_error(error);
    const GstPtr<gchar> owned_debug(debug);
    return BusEvent{BusEvent::Kind::error,
                    error->domain,
                    error->code,
                    error->message,
                    debug == nullptr ? "" : debug};
}

}  // namespace

// Shared with the bus, which may still be inside a message when the watch goes.
struct BusWatch::Listener {
    Strand& owner;
    std::function<void(BusEvent)> on_event;
    // Read and written on the owner's strand alone.
    bool listening = true;
};

BusWatch::BusWatch(GstElement* pipeline, Strand& owner, std::function<void(BusEvent)> on_event)
    : bus_(gst_element_get_bus(pipeline)),
      listener_(std::make_shared<Listener>(Listener{owner, std::move(on_event)})) {
    gst_bus_set_sync_handler(
        bus_.get(),
        [](GstBus*, GstMessage* message, gpointer data) {
            const auto& listener = *static_cast<std::shared_ptr<Listener>*>(data);
            if (auto event = event_of(message)) {
                listener->owner.post([listener, event = *std::move(event)] {
                    if (listener->listening) listener->on_event(event);
                });
            }
            gst_message_unref(message);
            return GST_BUS_DROP;
        },
        new std::shared_ptr<Listener>(listener_),
        [](gpointer data) { delete static_cast<std::shared_ptr<Listener>*>(data); });
}

BusWatch::~BusWatch() {
    listener_->listening = false;
    gst_bus_set_sync_handler(bus_.get(), nullptr, nullptr, nullptr);
}

}  // namespace muster
