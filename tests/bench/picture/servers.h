// Servers under measurement, each to be run in a process of its own until shared().stop. They say
// their port in shared().port.
#pragma once

namespace muster::bench {

// The real picture, its service and server, with a desk that knows the persons and agencies.
void serve_hub();
// A bare gRPC callback server: one ready-made slice a flush, shared by all.
void serve_bare();
// Nothing but send() of one ready-made buffer to every socket.
void serve_floor();

// Publishes to the NATS server on this port: each update as its own message, in 100 bursts a
// second, or ready-made frames.
void publish_messages(int port);
void publish_frames(int port);

}  // namespace muster::bench
