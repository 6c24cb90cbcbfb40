#include "tests/bench/picture/clients.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/client_callback.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hub/base/error.h"
#include "tests/bench/picture/light_mirror.h"
#include "tests/bench/picture/shared.h"
#include "tests/bench/picture/sockets.h"

namespace muster::bench {
namespace {

// One subscriber. Owned by its process until the stream is done.
class Subscriber final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
public:
    Subscriber(uint32_t number, bool with_windows) {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
        arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
        stub_ = std::make_unique<grpc::GenericStub>(
            grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(shared().port.load()),
                                      grpc::InsecureChannelCredentials(),
                                      arguments));
        const Seat seat = seat_of(number, with_windows);
        context_.AddMetadata("authorization", "Bearer " + token_of(seat.person));
        v1::SubscribeRequest request;
        *request.mutable_view() = seat.view;
        request.mutable_view()->add_kinds(v1::ENTITY_KIND_POSITION);
        const grpc::Slice slice(request.SerializeAsString());
        request_ = grpc::ByteBuffer(&slice, 1);
        stub_->PrepareBidiStreamingCall(&context_, "/muster.v1.PictureService/Subscribe", {}, this);
        AddHold();
        StartWriteLast(&request_, {});
        StartRead(&response_);
        StartCall();
        // The bare server has nothing to say until things move.
        ++shared().connected;
    }

    void cancel() { context_.TryCancel(); }
    void wait() {
        std::unique_lock lock(mutex_);
        done_.wait(lock, [this] { return is_done_; });
    }
    const LightMirror& mirror() const { return mirror_; }

private:
    void OnReadDone(bool ok) override {
        if (!ok) return RemoveHold();
        grpc::Slice frame;
        if (response_.DumpToSingleSlice(&frame).ok()) {
            const uint32_t updates =
                mirror_.apply({reinterpret_cast<const char*>(frame.begin()), frame.size()});
            shared().updates += updates;
            shared().bytes += frame.size();
            ++shared().frames;
            if (mirror_.was_checked() && !mirror_.holds()) ++shared().disproved;
        }
        response_.Clear();
        StartRead(&response_);
    }
    void OnDone(const grpc::Status& status) override {
        if (status.error_code() != grpc::StatusCode::CANCELLED && !shared().stop) {
            ++shared().failed;
        }
        const std::lock_guard lock(mutex_);
        is_done_ = true;
        done_.notify_all();
    }

    std::unique_ptr<grpc::GenericStub> stub_;
    grpc::ClientContext context_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
    LightMirror mirror_;
    std::mutex mutex_;
    std::condition_variable done_;
    bool is_done_ = false;
};

// Reads what comes on many sockets; `got` is given each piece.
template <class Got>
void read_sockets(const std::vector<int>& sockets, Got&& got) {
    const int poll = ::epoll_create1(0);
    for (size_t i = 0; i < sockets.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, sockets[i], &event);
    }
    std::vector<char> buffer(256 << 10);
    epoll_event events[64];
    while (!shared().stop) {
        const int count = ::epoll_wait(poll, events, 64, 100);
        for (int i = 0; i < count; ++i) {
            const size_t which = events[i].data.u64;
            const ssize_t size = ::recv(sockets[which], buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size == 0 && !shared().stop) {
                ++shared().failed;
                ::epoll_ctl(poll, EPOLL_CTL_DEL, sockets[which], nullptr);
            }
            if (size > 0) got(which, std::string_view(buffer.data(), static_cast<size_t>(size)));
        }
    }
    ::close(poll);
    for (const int socket : sockets) ::close(socket);
}

// Counts NATS messages in a stream of bytes: "MSG u 1 SIZE\r\n", the message, "\r\n".
class NatsReader {
public:
    uint32_t take(std::string_view bytes, int socket) {
        uint32_t messages = 0;
        while (!bytes.empty()) {
            if (left_ > 0) {
                const size_t taken = std::min(left_, bytes.size());
                left_ -= taken;
                bytes.remove_prefix(taken);
                if (left_ == 0) ++messages;
                continue;
            }
            const size_t end = bytes.find('\n');
            line_ += bytes.substr(0, end);
            if (end == std::string_view::npos) break;
            bytes.remove_prefix(end + 1);
            if (line_.starts_with("MSG")) {
                left_ = std::stoul(line_.substr(line_.rfind(' ') + 1)) + 2;
            } else if (line_.starts_with("PING")) {
                send_all(socket, "PONG\r\n");
            }
            line_.clear();
        }
        return messages;
    }

private:
    std::string line_;
    size_t left_ = 0;
};

}  // namespace

void subscribe_grpc(uint32_t first, uint32_t count, bool with_windows) {
    std::vector<std::unique_ptr<Subscriber>> subscribers;
    for (uint32_t n = 0; n < count; ++n) {
        subscribers.push_back(std::make_unique<Subscriber>(first + n, with_windows));
    }
    wait_until([] { return shared().stop.load(); }, 600);
    for (const auto& subscriber : subscribers) subscriber->cancel();
    for (const auto& subscriber : subscribers) {
        subscriber->wait();
        if (subscriber->mirror().was_checked() && subscriber->mirror().holds()) {
            ++shared().converged;
        }
    }
}

void subscribe_floor(uint32_t count, size_t frame_bytes) {
    std::vector<int> sockets;
    for (uint32_t n = 0; n < count; ++n) {
        sockets.push_back(connect_to(shared().port));
        ++shared().connected;
    }
    std::vector<uint64_t> bytes(count);
    read_sockets(sockets, [&](size_t which, std::string_view piece) {
        const uint64_t frames = bytes[which] / frame_bytes;
        bytes[which] += piece.size();
        shared().bytes += piece.size();
        shared().updates += (bytes[which] / frame_bytes - frames) * (kUnits / kFlushes);
    });
}

void subscribe_nats(uint32_t count, int port, uint32_t updates) {
    std::vector<int> sockets;
    for (uint32_t n = 0; n < count; ++n) {
        const int socket = connect_to(port);
        send_all(socket, "CONNECT {\"verbose\":false}\r\nSUB u 1\r\n");
        sockets.push_back(socket);
        ++shared().connected;
    }
    std::vector<NatsReader> readers(count);
    read_sockets(sockets, [&](size_t which, std::string_view piece) {
        const uint32_t messages = readers[which].take(piece, sockets[which]);
        shared().updates += uint64_t{messages} * updates;
        shared().frames += messages;
        shared().bytes += piece.size();
    });
}

}  // namespace muster::bench
