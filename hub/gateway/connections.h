#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "hub/gateway/http.h"

namespace muster {

struct HttpLimits {
    size_t header_bytes = 16 << 10;
    // Connections of both listeners together, and those of one address (many people may share one).
    size_t connections = 4'096;
    size_t connections_of_address = 1'024;
    // Bodies that are being read, in all and of one address.
    size_t bodies_bytes = 64 << 20;
    size_t bodies_of_address_bytes = 16 << 20;
    std::chrono::milliseconds handshake{10'000};
    // A whole header, from its first byte; a whole body.
    std::chrono::milliseconds header{10'000};
    std::chrono::milliseconds body{60'000};
    // Without a request.
    std::chrono::milliseconds idle{75'000};
    // While not one byte of an answer can be sent.
    std::chrono::milliseconds write{60'000};
    // What may lie in the kernel for a client that reads slowly: a frame in there is out of date.
    // The first bounds what was sent and not acknowledged as well; on a link of 20 kB/s the second
    // is most of a second.
    int stream_send_buffer_bytes = 64 << 10;
    int not_sent_bytes = 16 << 10;
};

// One connection, as those see it who end all of them.
class OpenConnection {
public:
    virtual ~OpenConnection() = default;
    virtual void close() = 0;
    virtual const std::string& peer() const = 0;
};

// What all connections share. Thread-safe; outlives them.
class Connections {
public:
    using Handler = std::function<void(HttpRequest, std::shared_ptr<Exchange>)>;
    // How long a body may be; `with_token` says whether somebody claims to be known.
    using BodyLimit = std::function<size_t(std::string_view target, bool with_token)>;

    Connections(HttpLimits limits_in, Handler handler_in, BodyLimit body_limit_in)
        : limits(limits_in), handler(std::move(handler_in)), body_limit(std::move(body_limit_in)) {}

    const HttpLimits limits;
    const Handler handler;
    const BodyLimit body_limit;

    // False when there are too many, or all were closed. What was added is removed when it ends.
    bool add(const std::shared_ptr<OpenConnection>& connection);
    void remove(OpenConnection* connection);
    size_t size() const;
    void close_all();

    // Room for more bytes of a body. False when there is none; what was taken is given back.
    bool take_body(const std::string& peer, size_t bytes);
    void give_body(const std::string& peer, size_t bytes);

private:
    mutable std::mutex mutex_;
    std::map<OpenConnection*, std::weak_ptr<OpenConnection>> open_;
    std::map<std::string, size_t> of_address_;
    size_t body_bytes_ = 0;
    std::map<std::string, size_t> body_bytes_of_address_;
    bool closed_ = false;
};

}  // namespace muster
