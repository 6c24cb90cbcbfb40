#include "media/fanout/shard.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace muster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTickPeriod{50};
constexpr int kBusyMs = 5;
constexpr milliseconds kKeyframeWishPeriod{1'000};
// Datagrams are read in turns, so that a flood starves nobody.
constexpr int kReceiveBatches = 8;

// RFC 7983, by the first byte.
bool is_stun(uint8_t first) {
    return first <= 3;
}
bool is_dtls(uint8_t first) {
    return first >= 20 && first <= 63;
}
bool is_rtp_or_rtcp(uint8_t first) {
    return first >= 128 && first <= 191;
}

}  // namespace

Fanout::Shard::Shard(FanoutConfig config,
                     FanoutEvents events,
                     const Clock& clock,
                     std::unique_ptr<DtlsIdentity> identity,
                     std::unique_ptr<UdpSocket> socket)
    : config_(std::move(config)),
      events_(std::move(events)),
      clock_(clock),
      identity_(std::move(identity)),
      socket_(std::move(socket)),
      mailbox_(std::make_shared<Mailbox>()),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      ticked_at_(clock.steady()) {
    for (const int fd : {socket_->fd(), mailbox_->fd()}) {
        epoll_event event{};
        event.events = EPOLLIN;
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
            throw std::system_error(errno, std::generic_category(), "epoll");
        }
    }
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "fanout");
        run();
    });
}

Fanout::Shard::~Shard() {
    post([this] { stopping_ = true; });
    thread_.join();
    mailbox_->close();
    ::close(epoll_);
}

void Fanout::Shard::run() {
    while (!stopping_) {
        epoll_event events[2];
        epoll_wait(epoll_, events, 2, wait_ms());
        socket_->receive(kReceiveBatches, [this](const UdpPath& path, std::span<uint8_t> bytes) {
            take_datagram(path, bytes);
        });
        // After the datagrams: what they brought to a track is among the tasks.
        for (const Task& task : mailbox_->take()) task();
        busy_ = false;
        deliver();
        tick();
        take_turns();
        socket_->flush();
        remove_ended();
        publish_counters();
    }
    for (auto& [id, session] : sessions_) session->say_goodbye();
    socket_->flush();
}

int Fanout::Shard::wait_ms() const {
    if (sessions_.empty()) return -1;
    return busy_ ? kBusyMs : static_cast<int>(kTickPeriod.count());
}

void Fanout::Shard::take_datagram(const UdpPath& path, std::span<uint8_t> datagram) {
    if (datagram.empty()) return;
    if (is_stun(datagram[0])) {
        const auto reply = index_.take_stun(path, datagram, clock_.steady());
        if (reply.rejected) ++counts_.datagrams_rejected;
        if (!reply.bytes.empty()) socket_->send(path, reply.bytes, unowned_drops_);
        return;
    }
    // Everything else only from where an authenticated check came from.
    ConnectionIndex::Owner* const owner = index_.at(path);
    bool taken = false;
    if (owner != nullptr) {
        Session* const session = owner->session;
        if (is_dtls(datagram[0])) {
            look_for_ended_ = true;
            session->take_dtls(datagram);
            return;
        }
        if (is_rtp_or_rtcp(datagram[0]) && session->admits(datagram.size())) {
            taken = is_rtcp(datagram) ? session->take_rtcp(datagram) : session->take_rtp(datagram);
            if (taken) owner->heard_at = clock_.steady();
        }
    }
    if (!taken) ++counts_.datagrams_rejected;
}

void Fanout::Shard::deliver() {
    const SteadyTime now = clock_.steady();
    for (auto& [stream_id, channel] : channels_) busy_ = channel.deliver(now) || busy_;
}

void Fanout::Shard::take_turns() {
    for (auto& [stream_id, publisher] : publishers_) {
        publisher->turn();
        busy_ = busy_ || publisher->waits();
    }
    const SteadyTime now = clock_.steady();
    for (auto& [stream_id, channel] : channels_) busy_ = channel.pace(now) || busy_;
}

void Fanout::Shard::tick() {
    const SteadyTime now = clock_.steady();
    if (now - ticked_at_ < kTickPeriod) return;
    ticked_at_ = now;
    look_for_ended_ = true;
    for (auto& [id, session] : sessions_) {
        session->connection().tick(config_.connect_timeout, config_.consent_timeout);
        session->tick();
        publish_heard(*session);
    }
    for (auto& [stream_id, channel] : channels_) {
        if (channel.take_keyframe_wish()) want_keyframe(stream_id);
    }
    for (auto& [stream_id, publisher] : publishers_) publish_publisher(stream_id, *publisher);
}

void Fanout::Shard::want_keyframe(const std::string& stream_id) {
    if (const auto publisher = publishers_.find(stream_id); publisher != publishers_.end()) {
        publisher->second->want_keyframe();
        return;
    }
    const SteadyTime now = clock_.steady();
    const auto [asked, first] = keyframe_asked_at_.try_emplace(stream_id, now);
    if (!first && now - asked->second < kKeyframeWishPeriod) return;
    asked->second = now;
    if (events_.on_keyframe_wanted) events_.on_keyframe_wanted(stream_id);
}

void Fanout::Shard::remove_ended() {
    if (!std::exchange(look_for_ended_, false)) return;
    std::vector<std::string> ids;
    for (const auto& [id, session] : sessions_) {
        if (!session->connection().ended().empty()) ids.push_back(id);
    }
    for (const std::string& id : ids) remove(id, sessions_.at(id)->connection().ended());
}

}  // namespace muster
