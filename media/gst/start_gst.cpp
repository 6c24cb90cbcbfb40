#include "media/gst/gst_ptr.h"
#include "media/gst/muster_sink.h"

namespace muster {

void start_gst() {
    gst_init(nullptr, nullptr);
    register_muster_sink();
}

}  // namespace muster
