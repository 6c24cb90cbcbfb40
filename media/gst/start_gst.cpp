#include "media/gst/gst_ptr.h"
#include "media/gst/muster_sink.h"

namespace muster {

void start_gst() {
    // One process, one registry: no forked scanner, and no handler of its own for SIGSEGV.
    gst_registry_fork_set_enabled(FALSE);
    gst_segtrap_set_enabled(FALSE);
    gst_init(nullptr, nullptr);
    register_muster_sink();
}

}  // namespace muster
