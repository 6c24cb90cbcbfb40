// Subscribers, a share of them in each of a few processes, which run until shared().stop.
#pragma once

#include <cstdint>

namespace muster::bench {

// Of the hub or of the bare server: gRPC callbacks, a channel each.
void subscribe_grpc(uint32_t first, uint32_t count, bool with_windows);
// Of the floor: bytes of frames.
void subscribe_floor(uint32_t count, size_t frame_bytes);
// Of NATS: messages, each of `updates` updates.
void subscribe_nats(uint32_t count, int port, uint32_t updates);

}  // namespace muster::bench
