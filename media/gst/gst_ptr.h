// gst: owning GStreamer from C++ and nothing else: pointers, start, the bus, and the element that
// ends an ingest pipeline. Streaming threads post to the owner; they decide nothing.
#pragma once

#include <memory>

#include <gst/gst.h>

namespace muster {

// How a type is given back; a type without a line here cannot be put into a GstPtr.
template <class T>
struct GstDeleter;
template <>
struct GstDeleter<GstElement> {
    void operator()(GstElement* element) const { gst_object_unref(element); }
};
template <>
struct GstDeleter<GstBus> {
    void operator()(GstBus* bus) const { gst_object_unref(bus); }
};
template <>
struct GstDeleter<GstPad> {
    void operator()(GstPad* pad) const { gst_object_unref(pad); }
};
template <>
struct GstDeleter<GstCaps> {
    void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
};
template <>
struct GstDeleter<GstSample> {
    void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
template <>
struct GstDeleter<GstPromise> {
    void operator()(GstPromise* promise) const { gst_promise_unref(promise); }
};
template <>
struct GstDeleter<GError> {
    void operator()(GError* error) const { g_error_free(error); }
};
// Text that GLib allocated.
template <>
struct GstDeleter<gchar> {
    void operator()(gchar* text) const { g_free(text); }
};

// Owns one reference. Pipelines are set to NULL before they are released.
template <class T>
using GstPtr = std::unique_ptr<T, GstDeleter<T>>;

// Once a process, before anything else of this folder: gst_init and our own elements.
void start_gst();

// An element of a bin by its name; null when there is none.
inline GstPtr<GstElement> element_of(GstElement* bin, const char* name) {
    return GstPtr<GstElement>(gst_bin_get_by_name(GST_BIN(bin), name));
}

}  // namespace muster
