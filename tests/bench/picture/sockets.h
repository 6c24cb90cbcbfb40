// Plain sockets on loopback.
#pragma once

#include <string>

namespace muster::bench {

// Blocking; -1 when nobody listens.
int connect_to(int port);
void send_all(int socket, const std::string& bytes);
std::string read_line(int socket);
// A port that nothing listens on now.
int free_port();

}  // namespace muster::bench
