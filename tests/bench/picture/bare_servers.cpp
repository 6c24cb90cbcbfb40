#include <mutex>
#include <set>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <grpcpp/grpcpp.h>

#include "hub/rpc/raw_service.h"
#include "tests/bench/picture/servers.h"
#include "tests/bench/picture/sockets.h"
#include "tests/bench/picture/ticker.h"

namespace muster::bench {
namespace {

namespace rpc = grpc::internal;

constexpr std::chrono::microseconds kFlush{1'000'000 / kFlushes};

// A stream that is given the newest frame as soon as the one before is written.
class BareStream final : public WriteReactor {
public:
    explicit BareStream(std::function<void(BareStream*)> gone) : gone_(std::move(gone)) {}

    void offer(const grpc::Slice& frame) {
        const std::lock_guard lock(mutex_);
        if (finished_) return;
        if (writing_) {
            missed_ = frame;
            has_missed_ = true;
        } else {
            write(frame);
        }
    }
    void end() {
        const std::lock_guard lock(mutex_);
        finish();
    }

private:
    void write(const grpc::Slice& frame) {
        writing_ = true;
        buffer_ = grpc::ByteBuffer(&frame, 1);
        StartWrite(&buffer_);
    }
    void finish() {
        if (std::exchange(finished_, true)) return;
        Finish(grpc::Status::OK);
    }
    void OnWriteDone(bool ok) override {
        const std::lock_guard lock(mutex_);
        writing_ = false;
        if (!ok) return finish();
        if (!finished_ && std::exchange(has_missed_, false)) write(missed_);
    }
    void OnCancel() override { end(); }
    void OnDone() override {
        gone_(this);
        delete this;
    }

    const std::function<void(BareStream*)> gone_;
    std::mutex mutex_;
    bool writing_ = false;
    bool finished_ = false;
    bool has_missed_ = false;
    grpc::Slice missed_;
    grpc::ByteBuffer buffer_;
};

class BareService final : public grpc::Service {
public:
    BareService() {
        AddMethod(new rpc::RpcServiceMethod(
            "/muster.v1.PictureService/Subscribe", rpc::RpcMethod::SERVER_STREAMING, nullptr));
        MarkMethodRawCallback(
            0,
            new rpc::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                [this](grpc::CallbackServerContext*, const grpc::ByteBuffer*) {
                    auto* stream = new BareStream([this](BareStream* gone) {
                        const std::lock_guard lock(mutex_);
                        streams_.erase(gone);
                    });
                    const std::lock_guard lock(mutex_);
                    streams_.insert(stream);
                    return stream;
                }));
    }
    void offer(const grpc::Slice& frame) {
        const std::lock_guard lock(mutex_);
        for (BareStream* stream : streams_) stream->offer(frame);
    }

private:
    std::mutex mutex_;
    std::set<BareStream*> streams_;
};

}  // namespace

void serve_bare() {
    BareService service;
    grpc::ServerBuilder builder;
    int port = 0;
    // As the hub's own.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    const auto server = builder.BuildAndStart();
    if (server == nullptr) return;
    shared().port = port;
    const grpc::Slice frame(ready_frame(0, 0));
    every(kFlush, [&](uint32_t) { service.offer(frame); });
    server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
    server->Wait();
}

void serve_floor() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener, 4'096);
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    shared().port = ntohs(address.sin_port);
    // A socket and what it was not able to take yet.
    struct Reader {
        int socket = -1;
        size_t left = 0;
    };
    std::vector<Reader> readers;
    const std::string frame = ready_frame(0, 0);
    const auto push = [&](Reader& reader) {
        const ssize_t sent = ::send(reader.socket,
                                    frame.data() + (frame.size() - reader.left),
                                    reader.left,
                                    MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) reader.left -= static_cast<size_t>(sent);
    };
    std::thread acceptor([&] {
        while (!shared().stop && readers.size() < kSubscribers) {
            pollfd waiting{listener, POLLIN, 0};
            ::poll(&waiting, 1, 100);
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
            if (socket < 0) continue;
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            readers.push_back({socket, 0});
        }
    });
    acceptor.join();
    every(kFlush, [&](uint32_t) {
        for (auto& reader : readers) {
            if (reader.left == 0) reader.left = frame.size();
            push(reader);
        }
        for (int again = 0; again < 50; ++again) {
            bool all = true;
            for (auto& reader : readers) {
                if (reader.left == 0) continue;
                push(reader);
                all = all && reader.left == 0;
            }
            if (all) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    });
    for (const auto& reader : readers) ::close(reader.socket);
    ::close(listener);
}

void publish_messages(int port) {
    const int socket = connect_to(port);
    read_line(socket);
    send_all(socket, "CONNECT {\"verbose\":false}\r\n");
    constexpr uint32_t kBursts = 100;
    constexpr uint32_t kInBurst = kUnits / kBursts;
    every(std::chrono::microseconds(1'000'000 / kBursts), [&](uint32_t burst) {
        std::string out;
        for (uint32_t n = 0; n < kInBurst; ++n) {
            const std::string update =
                position_of(burst % kBursts * kInBurst + n, burst / kBursts).SerializeAsString();
            out += "PUB u " + std::to_string(update.size()) + "\r\n" + update + "\r\n";
        }
        send_all(socket, out);
    });
    ::close(socket);
}

void publish_frames(int port) {
    const int socket = connect_to(port);
    read_line(socket);
    send_all(socket, "CONNECT {\"verbose\":false}\r\n");
    const std::string frame = ready_frame(0, 0);
    const std::string out = "PUB u " + std::to_string(frame.size()) + "\r\n" + frame + "\r\n";
    every(kFlush, [&](uint32_t) { send_all(socket, out); });
    ::close(socket);
}

}  // namespace muster::bench
