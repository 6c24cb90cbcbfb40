#pragma once

#include <functional>
#include <string>
#include <thread>

#include "muster/v1/picture.pb.h"

namespace muster::bench {

// Reads the picture as a browser does: gRPC-Web over HTTP/1.1, as fast as the link lets it. A
// thread of its own, on which `got` is called.
class WebReader {
public:
    WebReader(int port,
              const std::string& token,
              const v1::SubscribeRequest& request,
              std::function<void(const v1::Frame&)> got);
    ~WebReader();
    WebReader(const WebReader&) = delete;
    WebReader& operator=(const WebReader&) = delete;

private:
    void run();
    // Takes whole chunks, and whole messages, off the front.
    void take_chunks();
    void take_messages();

    const std::function<void(const v1::Frame&)> got_;
    int socket_ = -1;
    bool has_head_ = false;
    std::string raw_;
    std::string body_;
    std::thread thread_;
};

}  // namespace muster::bench
