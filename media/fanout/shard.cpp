#include "media/fanout/shard.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/utf8.h"
#include "media/fanout/bytes.h"

namespace muster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTickPeriod{50};
constexpr int kPaceMs = 5;
constexpr milliseconds kKeyframeWishPeriod{1'000};
// Datagrams are read in turns, so that a flood starves nobody.
constexpr int kReceiveBatches = 8;
constexpr size_t kReadPackets = 4'096;

// RFC 7983, by the first byte.
bool is_stun(uint8_t first) {
    return first <= 3;
}
bool is_dtls(uint8_t first) {
    return first >= 20 && first <= 63;
}

uint32_t random_u32() {
    const std::string bytes = random_bytes(4);
    return read_u32(reinterpret_cast<const uint8_t*>(bytes.data()));
}

Status refuse_offer(const OfferResult& result) {
    constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
    switch (result.fault) {
        case OfferFault::malformed:
            return refuse(
                kInvalid, "viewer.offer_malformed", {{"what", result.detail}}, "offer_sdp");
        case OfferFault::no_media:
        case OfferFault::no_video:
            return refuse(kInvalid, "viewer.no_video", {}, "offer_sdp");
        case OfferFault::no_codec:
        case OfferFault::no_h264:
            return refuse(kInvalid, "viewer.no_h264", {{"codecs", result.detail}}, "offer_sdp");
        case OfferFault::incomplete:
            return refuse(
                kInvalid, "viewer.offer_incomplete", {{"what", result.detail}}, "offer_sdp");
    }
    return absl::InternalError("unreachable");
}

Status refuse_unknown(const std::string& session_id) {
    return refuse(absl::StatusCode::kNotFound,
                  "viewer.unknown",
                  {{"id", clip(session_id, 100)}},
                  "session_id");
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

std::shared_ptr<Track> Fanout::Shard::track(const std::string& stream_id) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Track>& track = tracks_[stream_id];
    if (!track) {
        // The track may outlive the shard; the mailbox is what they share.
        auto wake = [this, mailbox = mailbox_, stream_id] {
            mailbox->post([this, stream_id] {
                const auto channel = channels_.find(stream_id);
                if (channel != channels_.end()) channel->second.fresh_packets = true;
            });
        };
        track = std::make_shared<Track>(stream_id, config_.track, std::move(wake));
    }
    return track;
}

void Fanout::Shard::forget(const std::string& stream_id) {
    {
        const std::lock_guard lock(mutex_);
        tracks_.erase(stream_id);
    }
    post([this, stream_id] {
        const auto channel = channels_.find(stream_id);
        if (channel == channels_.end()) return;
        std::vector<std::string> ids;
        for (const Viewer* viewer : channel->second.viewers) ids.push_back(viewer->session_id());
        for (const std::string& id : ids) remove(id, "the stream is gone");
    });
}

std::vector<std::string> Fanout::Shard::session_ids() const {
    const std::lock_guard lock(mutex_);
    return {session_ids_.begin(), session_ids_.end()};
}

uint32_t Fanout::Shard::viewers(const std::string& stream_id) const {
    const std::lock_guard lock(mutex_);
    const auto count = viewer_counts_.find(stream_id);
    return count == viewer_counts_.end() ? 0 : count->second;
}

FanoutCounters Fanout::Shard::counters() const {
    const std::lock_guard lock(mutex_);
    return published_;
}

std::string Fanout::Shard::new_session_id() const {
    return config_.node_id + "~" + to_hex(random_bytes(16));
}

// The receive path follows; nobody publishes yet.
Result<SessionAnswer> Fanout::Shard::open_publisher(const PublisherRequest&) {
    return refuse(absl::StatusCode::kUnimplemented, "node.unknown_signal");
}
void Fanout::Shard::end_participant(const std::string&) {}
void Fanout::Shard::set_muted(const std::string&, bool) {}
std::vector<std::string> Fanout::Shard::take_heard() {
    return {};
}
std::optional<PublisherStats> Fanout::Shard::publisher_stats(const std::string&) const {
    return std::nullopt;
}

Result<SessionAnswer> Fanout::Shard::open_viewer(const ViewerRequest& request) {
    const std::string& stream_id = request.stream_id;
    const std::string& offer_sdp = request.offer_sdp;
    if (offer_sdp.size() > kOfferMaxBytes) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_long",
                      {{"field", "offer_sdp"},
                       {"size", std::to_string(offer_sdp.size())},
                       {"limit", std::to_string(kOfferMaxBytes)}},
                      "offer_sdp");
    }
    OfferResult result = parse_offer(offer_sdp);
    if (!result.offer) return refuse_offer(result);
    result.offer->audio.reset();
    if (sessions_.size() >= config_.viewers_max) {
        return refuse(absl::StatusCode::kResourceExhausted,
                      "viewer.too_many",
                      {{"limit", std::to_string(config_.viewers_max)}});
    }
    ViewerSetup setup;
    setup.session_id = new_session_id();
    setup.offer = *std::move(result.offer);
    setup.ice_ufrag = to_hex(random_bytes(6));
    setup.ice_pwd = to_hex(random_bytes(16));
    setup.cname = to_hex(random_bytes(8));
    setup.ssrc = random_u32();
    setup.first_sequence = static_cast<uint16_t>(random_u32());
    setup.first_timestamp = random_u32();

    SessionAnswer answer;
    answer.session_id = setup.session_id;
    answer.answer_sdp = make_answer(setup.offer,
                                    {.sdp_session = random_u32(),
                                     .ice_ufrag = setup.ice_ufrag,
                                     .ice_pwd = setup.ice_pwd,
                                     .fingerprint = identity_->fingerprint(),
                                     .addresses = config_.advertise,
                                     .port = socket_->port(),
                                     .video_ssrc = setup.ssrc,
                                     .cname = setup.cname});

    Channel& channel = channels_[stream_id];
    if (!channel.track) {
        channel.track = track(stream_id);
        channel.delivered = channel.track->end();
    }
    channel.track->woken();
    channel.fresh_packets = true;
    auto viewer =
        std::make_unique<Viewer>(std::move(setup), channel.track, *identity_, *socket_, clock_);
    channel.viewers.push_back(viewer.get());
    by_ufrag_[viewer->ice_ufrag()] = viewer.get();
    sessions_[answer.session_id] = std::move(viewer);
    ++counts_.viewers_opened;
    {
        const std::lock_guard lock(mutex_);
        session_ids_.insert(answer.session_id);
    }
    publish_viewers(stream_id, static_cast<uint32_t>(channel.viewers.size()));
    spdlog::debug("viewer {} opened on {}", answer.session_id, stream_id);
    return answer;
}

Status Fanout::Shard::trickle(const std::string& session_id, const std::string& fragment_sdp) {
    const auto session = sessions_.find(session_id);
    if (session == sessions_.end()) return refuse_unknown(session_id);
    if (!fragment_fits(fragment_sdp, session->second->peer_ufrag())) {
        return refuse(absl::StatusCode::kInvalidArgument, "viewer.fragment", {}, "fragment_sdp");
    }
    return absl::OkStatus();
}

Status Fanout::Shard::close(const std::string& session_id) {
    if (sessions_.find(session_id) == sessions_.end()) return refuse_unknown(session_id);
    remove(session_id, "closed");
    return absl::OkStatus();
}

void Fanout::Shard::run() {
    while (!stopping_) {
        epoll_event events[2];
        epoll_wait(epoll_, events, 2, wait_ms());
        for (const Task& task : mailbox_->take()) task();
        socket_->receive(kReceiveBatches, [this](const UdpPath& path, std::span<uint8_t> bytes) {
            take_datagram(path, bytes);
        });
        deliver();
        tick();
        pace();
        socket_->flush();
        remove_ended();
        publish_counters();
    }
    for (auto& [id, viewer] : sessions_) viewer->say_goodbye();
    socket_->flush();
}

int Fanout::Shard::wait_ms() const {
    if (sessions_.empty()) return -1;
    return pacing_ ? kPaceMs : static_cast<int>(kTickPeriod.count());
}

void Fanout::Shard::take_datagram(const UdpPath& path, std::span<uint8_t> datagram) {
    if (datagram.empty()) return;
    if (is_stun(datagram[0])) return take_stun(path, datagram);
    // Everything else only from where an authenticated check came from.
    const auto viewer = by_path_.find(path);
    if (viewer != by_path_.end()) {
        look_for_ended_ = true;
        if (is_dtls(datagram[0])) return viewer->second->take_dtls(datagram);
        if (is_rtcp(datagram)) return viewer->second->take_rtcp(datagram);
    }
    ++counts_.datagrams_rejected;
}

void Fanout::Shard::take_stun(const UdpPath& path, std::span<const uint8_t> datagram) {
    const auto message = parse_stun(datagram);
    if (!message || message->method != kStunBinding) {
        ++counts_.datagrams_rejected;
        return;
    }
    // An indication keeps a binding of a NAT alive and wants no answer.
    if (message->kind != StunClass::request) return;
    const auto refuse_with = [&](uint16_t code, std::string_view password) {
        ++counts_.datagrams_rejected;
        const auto bytes =
            make_binding_error(message->transaction, code, message->unknown, password);
        socket_->send(path, bytes, unowned_drops_);
    };
    if (!message->integrity_offset || message->username.empty()) return refuse_with(400, {});
    const size_t colon = message->username.find(':');
    const auto found = by_ufrag_.find(std::string(message->username.substr(0, colon)));
    if (colon == std::string_view::npos || found == by_ufrag_.end() ||
        message->username.substr(colon + 1) != found->second->peer_ufrag() ||
        !stun_integrity_holds(datagram, *message, found->second->ice_pwd())) {
        return refuse_with(401, {});
    }
    Viewer& viewer = *found->second;
    if (!message->unknown.empty()) return refuse_with(420, viewer.ice_pwd());
    // The lite side is always the controlled one (RFC 8445, 6.1.1).
    if (message->ice_controlled) return refuse_with(487, viewer.ice_pwd());

    Viewer*& owner = by_path_[path];
    if (owner != nullptr && owner != &viewer) owner->lose(path);
    owner = &viewer;
    if (const auto dropped = viewer.heard(path, message->use_candidate)) by_path_.erase(*dropped);
    const auto bytes = make_binding_success(message->transaction, path.remote, viewer.ice_pwd());
    socket_->send(path, bytes, unowned_drops_);
}

void Fanout::Shard::deliver() {
    for (auto& [stream_id, channel] : channels_) {
        if (!channel.fresh_packets) continue;
        channel.fresh_packets = false;
        channel.track->woken();
        scratch_.clear();
        if (!channel.track->read(channel.delivered, kReadPackets, scratch_)) {
            // The shard fell behind by more than the ring. The gap in their sequence tells viewers
            // to ask for a keyframe.
            channel.delivered = channel.track->end();
        } else {
            channel.delivered += scratch_.size();
        }
        const TrackMoment moment = channel.track->moment(clock_.steady());
        for (Viewer* viewer : channel.viewers) {
            viewer->deliver(scratch_, channel.delivered, moment);
        }
        if (scratch_.size() == kReadPackets) channel.fresh_packets = true;
    }
    scratch_.clear();
}

void Fanout::Shard::pace() {
    pacing_ = false;
    for (auto& [stream_id, channel] : channels_) {
        std::optional<TrackMoment> moment;
        for (Viewer* viewer : channel.viewers) {
            if (!viewer->catching_up()) continue;
            if (!moment) moment = channel.track->moment(clock_.steady());
            viewer->pace(channel.delivered, *moment);
            pacing_ = pacing_ || viewer->catching_up();
        }
    }
}

void Fanout::Shard::tick() {
    const SteadyTime now = clock_.steady();
    if (now - ticked_at_ < kTickPeriod) return;
    ticked_at_ = now;
    look_for_ended_ = true;
    for (auto& [stream_id, channel] : channels_) {
        bool wanted = false;
        for (Viewer* viewer : channel.viewers) {
            viewer->tick(config_.connect_timeout, config_.consent_timeout);
            wanted = viewer->take_keyframe_wish() || wanted;
        }
        if (wanted) ask_for_keyframe(stream_id, channel);
    }
}

void Fanout::Shard::ask_for_keyframe(const std::string& stream_id, Channel& channel) {
    const SteadyTime now = clock_.steady();
    if (channel.keyframe_asked_at && now - *channel.keyframe_asked_at < kKeyframeWishPeriod) {
        return;
    }
    channel.keyframe_asked_at = now;
    if (events_.on_keyframe_wanted) events_.on_keyframe_wanted(stream_id);
}

void Fanout::Shard::remove_ended() {
    if (!std::exchange(look_for_ended_, false)) return;
    std::vector<std::string> ids;
    for (const auto& [id, viewer] : sessions_) {
        if (!viewer->ended().empty()) ids.push_back(id);
    }
    for (const std::string& id : ids) remove(id, sessions_.at(id)->ended());
}

void Fanout::Shard::remove(const std::string& session_id, const std::string& reason) {
    const auto session = sessions_.find(session_id);
    if (session == sessions_.end()) return;
    Viewer* const viewer = session->second.get();
    const std::string stream_id = viewer->track().stream_id();
    spdlog::debug("viewer {} of {} ended: {}", session_id, stream_id, reason);
    viewer->say_goodbye();
    socket_->flush();
    for (const UdpPath& path : viewer->paths()) by_path_.erase(path);
    by_ufrag_.erase(viewer->ice_ufrag());
    Channel& channel = channels_.at(stream_id);
    std::erase(channel.viewers, viewer);
    const auto left = static_cast<uint32_t>(channel.viewers.size());
    if (left == 0) channels_.erase(stream_id);
    {
        const std::lock_guard lock(mutex_);
        session_ids_.erase(session_id);
    }
    sessions_.erase(session);
    publish_viewers(stream_id, left);
    if (events_.on_session_ended) events_.on_session_ended(session_id);
}

void Fanout::Shard::publish_viewers(const std::string& stream_id, uint32_t count) {
    {
        const std::lock_guard lock(mutex_);
        if (count == 0) {
            viewer_counts_.erase(stream_id);
        } else {
            viewer_counts_[stream_id] = count;
        }
    }
    if (events_.on_viewers) events_.on_viewers(stream_id, count);
}

void Fanout::Shard::publish_counters() {
    counts_.packets_sent = socket_->packets_sent();
    counts_.bytes_sent = socket_->bytes_sent();
    counts_.packets_dropped = socket_->packets_dropped();
    const std::lock_guard lock(mutex_);
    published_ = counts_;
}

}  // namespace muster
