#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "hub/gateway/connections.h"

namespace muster {

// Serves HTTP/1.1 on an accepted socket (its executor is a strand of its own) until either side
// ends it.
void serve_plain(std::shared_ptr<Connections> connections, boost::asio::ip::tcp::socket socket);
void serve_tls(std::shared_ptr<Connections> connections,
               boost::asio::ip::tcp::socket socket,
               std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace muster
