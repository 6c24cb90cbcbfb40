#include "clients/city/people/resender.h"

#include <optional>
#include <utility>

#include <gst/rtp/gstrtpbuffer.h>

namespace muster::city {
namespace {

// A second of a stream of 2 Mbit/s.
constexpr size_t kKept = 256;

struct PacketName {
    guint ssrc;
    guint sequence;
};

std::optional<PacketName> name_of(GstBuffer* packet) {
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    if (!gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) return std::nullopt;
    const PacketName name{gst_rtp_buffer_get_ssrc(&rtp), gst_rtp_buffer_get_seq(&rtp)};
    gst_rtp_buffer_unmap(&rtp);
    return name;
}

// What this thread sends again comes by the same pad.
thread_local bool resending = false;

}  // namespace

void Resender::watch(GstPad* pad) {
    auto* self = new Resender;
    const auto packets =
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
    gst_pad_add_probe(pad, packets, &Resender::on_packet, self, nullptr);
    gst_pad_add_probe(
        pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, &Resender::on_request, self, [](gpointer owned) {
            delete static_cast<Resender*>(owned);
        });
}

Resender::~Resender() {
    for (auto& [ssrc, packets] : kept_) {
        for (GstBuffer* packet : packets) gst_clear_buffer(&packet);
    }
}

GstPadProbeReturn Resender::on_packet(GstPad*, GstPadProbeInfo* info, gpointer self) {
    if (resending) return GST_PAD_PROBE_OK;
    auto* resender = static_cast<Resender*>(self);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
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
    guint ssrc = 0;
    guint sequence = 0;
    if (asked == nullptr || !gst_structure_has_name(asked, "GstRTPRetransmissionRequest") ||
        !gst_structure_get_uint(asked, "ssrc", &ssrc) ||
        !gst_structure_get_uint(asked, "seqnum", &sequence)) {
        return GST_PAD_PROBE_OK;
    }
    if (GstBuffer* packet = static_cast<Resender*>(self)->find(ssrc, sequence)) {
        resending = true;
        gst_pad_push(pad, packet);
        resending = false;
    }
    return GST_PAD_PROBE_OK;
}

void Resender::keep(GstBuffer* packet) {
    const auto name = name_of(packet);
    if (!name) return;
    const std::lock_guard lock(mutex_);
    auto& packets = kept_[name->ssrc];
    packets.resize(kKept);
    gst_buffer_replace(&packets[name->sequence % kKept], packet);
}

GstBuffer* Resender::find(guint ssrc, guint sequence) {
    const std::lock_guard lock(mutex_);
    const auto packets = kept_.find(ssrc);
    if (packets == kept_.end()) return nullptr;
    GstBuffer* packet = packets->second[sequence % kKept];
    const auto name = packet == nullptr ? std::nullopt : name_of(packet);
    return name && name->sequence == sequence ? gst_buffer_ref(packet) : nullptr;
}

}  // namespace muster::city
