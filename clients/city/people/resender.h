#pragma once

#include <mutex>
#include <vector>

#include <gst/gst.h>

#include "media/gst/gst_ptr.h"

namespace muster::city {

// Sends packets of one stream again when the other side says that they are missing (generic NACK,
// RFC 4585): under their own sequence numbers, since webrtcbin's own way needs RTX, which a node
// does not take. Lives as long as the pad; its probes run on streaming threads.
class Resender {
public:
    // `pad` is where the RTP packets leave for webrtcbin. The encryption must allow that a packet
    // is sent twice (srtpenc allow-repeat-tx).
    static void watch(GstPad* pad);

private:
    static GstPadProbeReturn on_packet(GstPad* pad, GstPadProbeInfo* info, gpointer self);
    static GstPadProbeReturn on_request(GstPad* pad, GstPadProbeInfo* info, gpointer self);
    void keep(GstBuffer* packet);
    GstBuffer* find(guint sequence);
    ~Resender();

    std::mutex mutex_;
    // By the low bits of their sequence numbers.
    std::vector<GstBuffer*> kept_;
};

}  // namespace muster::city
