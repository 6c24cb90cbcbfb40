#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "hub/gateway/connections.h"

namespace muster {

// A connection to the HTTPS port whose first byte tells whether it speaks TLS or plain HTTP; who
// speaks plainly gets what `plain` answers. Waits no longer than for a handshake.
void serve_by_first_byte(std::shared_ptr<Connections> connections,
                         std::shared_ptr<Connections> plain,
                         boost::asio::ip::tcp::socket socket,
                         std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace muster
