#include "clients/city/people/resender.h"

#include <optional>

#include <gst/rtp/gstrtpbuffer.h>

namespace muster::city {
namespace {

// Two seconds of a stream of 1 Mbit/s.
constexpr size_t kKept = 256;

std::optional<guint> sequence_of(GstBuffer* packet) {
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    if (!gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) return std::nullopt;
    const guint sequence = gst_rtp_buffer_get_seq(&rtp);
    gst_rtp_buffer_unmap(&rtp);
    return sequence;
}

// What the thread is sending again passes the same pad.
thread_local bool resending = false;

}  // namespace

void Resender::watch(GstPad* pad) {
    auto* self = new Resender;
    self->kept_.resize(kKept);
    const auto packets =
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
    gst_pad_add_probe(pad, packets, &Resender::on_packet, self, nullptr);
    gst_pad_add_probe(
        pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, &Resender::on_request, self, [](gpointer p) {
            delete static_cast<Resender*>(p);
        });
}

Resender::~Resender() {
    for (GstBuffer* packet : kept_) gst_clear_buffer(&packet);
}

GstPadProbeReturn Resender::on_packet(GstPad*, GstPadProbeInfo* info, gpointer self) {
    if (resending) return GST_PAD_PROBE_OK;
    auto* resender = static_cast<Resender*>(self);
    if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
        GstBufferList* packets = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
        for (guint i = 0; i < gst_buffer_list_length(packets); ++i) {
            resender->keep(gst_buffer_list_get(packets, i));
        }
    } else {
        resender->keep(GST_PAD_PROBE_INFO_BUFFER(info));
    }
    return GST_PAD_PROBE_OK;
}

GstPadProbeReturn Resender::on_request(GstPad* pad, GstPadProbeInfo* info, gpointer self) {
    const GstStructure* asked = gst_event_get_structure(GST_PAD_PROBE_INFO_EVENT(info));
    guint sequence = 0;
    if (asked == nullptr || !gst_structure_has_name(asked, "GstRTPRetransmissionRequest") ||
        !gst_structure_get_uint(asked, "seqnum", &sequence)) {
        return GST_PAD_PROBE_OK;
    }
    if (GstBuffer* packet = static_cast<Resender*>(self)->find(sequence)) {
        resending = true;
        gst_pad_push(pad, packet);
        resending = false;
    }
    return GST_PAD_PROBE_DROP;
}

void Resender::keep(GstBuffer* packet) {
    const auto sequence = sequence_of(packet);
    if (!sequence) return;
    const std::lock_guard lock(mutex_);
    gst_buffer_replace(&kept_[*sequence % kKept], packet);
}

GstBuffer* Resender::find(guint sequence) {
    const std::lock_guard lock(mutex_);
    GstBuffer* packet = kept_[sequence % kKept];
    if (packet == nullptr || sequence_of(packet) != sequence) return nullptr;
    return gst_buffer_ref(packet);
}

}  // namespace muster::city
