#include "media/gst/muster_sink.h"

#include <memory>

#include <gst/base/gstbasesink.h>

namespace muster {
namespace {

struct MusterSink {
    GstBaseSink parent;
    std::shared_ptr<PacketGate>* gate;
};
struct MusterSinkClass {
    GstBaseSinkClass parent;
};

GType muster_sink_type();

MusterSink* self_of(gpointer instance) {
    return reinterpret_cast<MusterSink*>(instance);
}

GstFlowReturn render(GstBaseSink* base, GstBuffer* buffer) {
    const MusterSink* self = self_of(base);
    GstMapInfo map;
    if (self->gate == nullptr || !gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        return GST_FLOW_OK;
    }
    (*self->gate)->deliver({map.data, map.size});
    gst_buffer_unmap(buffer, &map);
    return GST_FLOW_OK;
}

void finalize(GObject* object) {
    MusterSink* self = self_of(object);
    delete self->gate;
    self->gate = nullptr;
    auto* parent =
        static_cast<GObjectClass*>(g_type_class_peek_parent(g_type_class_peek(muster_sink_type())));
    parent->finalize(object);
}

void class_init(gpointer klass, gpointer) {
    static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
        "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("application/x-rtp"));
    GstElementClass* element = GST_ELEMENT_CLASS(klass);
    gst_element_class_add_static_pad_template(element, &sink_template);
    gst_element_class_set_static_metadata(
        element, "Muster sink", "Sink/Network", "Hands RTP packets to a track", "Muster");
    GST_BASE_SINK_CLASS(klass)->render = render;
    G_OBJECT_CLASS(klass)->finalize = finalize;
}

void instance_init(GTypeInstance* instance, gpointer) {
    self_of(instance)->gate = nullptr;
    GstBaseSink* base = GST_BASE_SINK(instance);
    // A packet is sent on when it comes; nothing here waits for a clock or for a first frame.
    gst_base_sink_set_sync(base, FALSE);
    gst_base_sink_set_async_enabled(base, FALSE);
    gst_base_sink_set_last_sample_enabled(base, FALSE);
}

GType muster_sink_type() {
    static const GType type = g_type_register_static_simple(GST_TYPE_BASE_SINK,
                                                            "MusterSink",
                                                            sizeof(MusterSinkClass),
                                                            class_init,
                                                            sizeof(MusterSink),
                                                            instance_init,
                                                            GTypeFlags{});
    return type;
}

}  // namespace

void register_muster_sink() {
    gst_element_register(nullptr, "mustersink", GST_RANK_NONE, muster_sink_type());
}

void connect_muster_sink(GstElement* sink, std::shared_ptr<PacketGate> gate) {
    MusterSink* self = self_of(sink);
    delete self->gate;
    self->gate = new std::shared_ptr<PacketGate>(std::move(gate));
}

}  // namespace muster
