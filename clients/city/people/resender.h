#pragma once

#include <map>
#include <mutex>
#include <vector>

#include <gst/gst.h>

namespace muster::city {

// Sends packets again when the other side says that they are missing (generic NACK, RFC 4585):
// under their own sequence numbers, since webrtcbin's own way needs RTX, which a node does not
// take. Lives as long as the pad; its probes run on streaming threads.
class Resender {
public:
    // `pad` is where all RTP packets of a session come by on their way out, and requests on their
    // way back: the source pad of webrtcbin's rtprtxsend. The encryption must allow that a packet
    // is sent twice (srtpenc allow-repeat-tx).
    static void watch(GstPad* pad);

private:
    Resender() = default;
    ~Resender();
    static GstPadProbeReturn on_packet(GstPad* pad, GstPadProbeInfo* info, gpointer self);
    static GstPadProbeReturn on_request(GstPad* pad, GstPadProbeInfo* info, gpointer self);
    void keep(GstBuffer* packet);
    // A reference of its own; null when it is not kept any more.
    GstBuffer* find(guint ssrc, guint sequence);

    std::mutex mutex_;
    // By SSRC, and then by the low bits of the sequence number.
    std::map<guint, std::vector<GstBuffer*>> kept_;
};

}  // namespace muster::city
