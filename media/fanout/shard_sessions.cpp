// How viewers and publishers come to a shard and go, on its thread.
#include <utility>

#include <spdlog/spdlog.h>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/utf8.h"
#include "media/fanout/bytes.h"
#include "media/fanout/shard.h"

namespace muster {
namespace {

// Who was heard of within it publishes still: a second one with its ticket has to wait.
constexpr std::chrono::seconds kAliveFor{3};
constexpr uint32_t kPublisherVideoKbps = 2'500;

uint32_t random_u32() {
    const std::string bytes = random_bytes(4);
    return read_u32(reinterpret_cast<const uint8_t*>(bytes.data()));
}

Status refuse_unknown(const std::string& session_id) {
    return refuse(absl::StatusCode::kNotFound,
                  "session.unknown",
                  {{"id", clip(session_id, 100)}},
                  "session_id");
}

std::optional<SlotSetup> slot_for(const std::optional<MediaSection>& section) {
    if (!section) return std::nullopt;
    return SlotSetup{.section = *section,
                     .ssrc = random_u32(),
                     .first_sequence = static_cast<uint16_t>(random_u32()),
                     .first_timestamp = random_u32()};
}

}  // namespace

ConnectionSetup Fanout::Shard::connection_for(const std::string& stream_id,
                                              const std::string& participant_id,
                                              const Offer& offer) const {
    return {.session_id = config_.node_id + "~" + to_hex(random_bytes(16)),
            .stream_id = stream_id,
            .participant_id = participant_id,
            .ice_ufrag = to_hex(random_bytes(6)),
            .ice_pwd = to_hex(random_bytes(16)),
            .cname = to_hex(random_bytes(8)),
            .peer_ufrag = offer.ice_ufrag,
            .peer_fingerprint = offer.fingerprint};
}

SessionAnswer Fanout::Shard::answer_for(const ConnectionSetup& connection,
                                        const Offer& offer,
                                        AnswerParts parts) const {
    parts.sdp_session = random_u32();
    parts.ice_ufrag = connection.ice_ufrag;
    parts.ice_pwd = connection.ice_pwd;
    parts.fingerprint = identity_->fingerprint();
    parts.addresses = config_.advertise;
    parts.port = socket_->port();
    parts.cname = connection.cname;
    return {connection.session_id, make_answer(offer, parts)};
}

Result<SessionAnswer> Fanout::Shard::open_viewer(const ViewerRequest& request, const Offer& offer) {
    if (viewers_open_ >= config_.viewers_max) {
        return refuse(absl::StatusCode::kResourceExhausted,
                      "viewer.too_many",
                      {{"limit", std::to_string(config_.viewers_max)}});
    }
    ViewerSetup setup{
        .connection = connection_for(request.stream_id, request.participant_id, offer),
        .video = slot_for(offer.video),
        .audio = slot_for(offer.audio)};
    AnswerParts parts;
    if (setup.video) parts.video_ssrc = setup.video->ssrc;
    if (setup.audio) parts.audio_ssrc = setup.audio->ssrc;
    SessionAnswer answer = answer_for(setup.connection, offer, std::move(parts));

    const StreamTracks tracks = tracks_for_session(request.stream_id);
    auto viewer = std::make_unique<Viewer>(std::move(setup), tracks, *identity_, *socket_, clock_);
    Channel& channel = channels_.try_emplace(request.stream_id, tracks).first->second;
    channel.add(*viewer);
    const auto count = static_cast<uint32_t>(channel.viewers().size());
    add(std::move(viewer));
    ++viewers_open_;
    ++counts_.viewers_opened;
    publish_viewers(request.stream_id, count);
    spdlog::debug("viewer {} opened on {}", answer.session_id, request.stream_id);
    return answer;
}

Status Fanout::Shard::admit_publisher(const PublisherRequest& request) {
    {
        const std::lock_guard lock(mutex_);
        const auto published = published_.find(request.stream_id);
        if (published != published_.end() && published->second.trouble &&
            clock_.steady() < published->second.refused_until) {
            return refuse(absl::StatusCode::kResourceExhausted,
                          "publisher.too_fast",
                          published->second.trouble->args);
        }
    }
    const auto present = publishers_.find(request.stream_id);
    if (present == publishers_.end()) {
        if (publishers_.size() < config_.publishers_max) return absl::OkStatus();
        return refuse(absl::StatusCode::kResourceExhausted,
                      "publisher.too_many",
                      {{"limit", std::to_string(config_.publishers_max)}});
    }
    const Publisher& publisher = *present->second;
    if (!request.ticket_id.empty() && request.ticket_id == publisher.ticket_id() &&
        clock_.steady() - publisher.connection().heard_at() < kAliveFor) {
        return refuse(absl::StatusCode::kAlreadyExists, "publisher.already");
    }
    return absl::OkStatus();
}

Result<SessionAnswer> Fanout::Shard::open_publisher(const PublisherRequest& request, Offer offer) {
    MUSTER_TRY(admit_publisher(request));
    if (const auto former = publishers_.find(request.stream_id); former != publishers_.end()) {
        remove(former->second->setup().session_id, "replaced by another publisher");
    }
    PublisherSetup setup{
        .connection = connection_for(request.stream_id, request.participant_id, offer),
        .offer = std::move(offer),
        .ticket_id = request.ticket_id,
        .ssrc = random_u32(),
        .max_bps = config_.publisher_max_bps,
        .over_max = config_.publisher_over_max};
    AnswerParts parts;
    parts.video_kbps_max = kPublisherVideoKbps;
    SessionAnswer answer = answer_for(setup.connection, setup.offer, std::move(parts));

    auto publisher = std::make_unique<Publisher>(std::move(setup),
                                                 tracks_for_session(request.stream_id),
                                                 *identity_,
                                                 *socket_,
                                                 clock_,
                                                 counts_);
    {
        const std::lock_guard lock(mutex_);
        publisher->set_muted(muted_.contains(request.stream_id));
    }
    publishers_[request.stream_id] = publisher.get();
    publish_publisher(request.stream_id, *publisher);
    add(std::move(publisher));
    ++counts_.publishers_opened;
    spdlog::debug("publisher {} opened on {}", answer.session_id, request.stream_id);
    return answer;
}

void Fanout::Shard::add(std::unique_ptr<Session> session) {
    index_.add(*session);
    const std::string& id = session->setup().session_id;
    {
        const std::lock_guard lock(mutex_);
        session_ids_.insert(id);
    }
    sessions_[id] = std::move(session);
}

Status Fanout::Shard::trickle(const std::string& session_id, const std::string& fragment_sdp) {
    const auto session = sessions_.find(session_id);
    if (session == sessions_.end()) return refuse_unknown(session_id);
    switch (read_fragment(fragment_sdp, session->second->setup().peer_ufrag)) {
        case FragmentKind::trickle:
            return absl::OkStatus();
        case FragmentKind::ice_restart:
            return refuse(absl::StatusCode::kFailedPrecondition, "session.no_ice_restart");
        case FragmentKind::malformed:
            break;
    }
    return refuse(absl::StatusCode::kInvalidArgument, "session.fragment", {}, "fragment_sdp");
}

Status Fanout::Shard::close(const std::string& session_id) {
    if (sessions_.find(session_id) == sessions_.end()) return refuse_unknown(session_id);
    remove(session_id, "closed");
    return absl::OkStatus();
}

void Fanout::Shard::end_participant(const std::string& participant_id) {
    if (participant_id.empty()) return;
    remove_all_if([&](const ConnectionSetup& one) { return one.participant_id == participant_id; },
                  "the participant is gone");
}

void Fanout::Shard::remove_all_if(const std::function<bool(const ConnectionSetup&)>& concerned,
                                  const std::string& reason) {
    std::vector<std::string> ids;
    for (const auto& [id, session] : sessions_) {
        if (concerned(session->setup())) ids.push_back(id);
    }
    for (const std::string& id : ids) remove(id, reason);
}

void Fanout::Shard::remove(const std::string& session_id, const std::string& reason) {
    const auto found = sessions_.find(session_id);
    if (found == sessions_.end()) return;
    const std::unique_ptr<Session> session = std::move(found->second);
    sessions_.erase(found);
    spdlog::debug("session {} of {} ended: {}", session_id, session->setup().stream_id, reason);
    session->say_goodbye();
    socket_->flush();
    index_.remove(*session);
    publish_heard(*session);
    {
        const std::lock_guard lock(mutex_);
        session_ids_.erase(session_id);
    }
    switch (session->kind()) {
        case Session::Kind::viewer:
            remove_viewer(static_cast<const Viewer&>(*session));
            break;
        case Session::Kind::publisher:
            remove_publisher(static_cast<const Publisher&>(*session));
            break;
    }
    if (events_.on_session_ended) events_.on_session_ended(session_id);
}

void Fanout::Shard::remove_viewer(const Viewer& viewer) {
    --viewers_open_;
    const std::string& stream_id = viewer.setup().stream_id;
    Channel& channel = channels_.at(stream_id);
    channel.remove(viewer);
    const auto left = static_cast<uint32_t>(channel.viewers().size());
    if (left == 0) {
        channels_.erase(stream_id);
        keyframe_asked_at_.erase(stream_id);
    }
    publish_viewers(stream_id, left);
}

void Fanout::Shard::remove_publisher(const Publisher& publisher) {
    const std::string& stream_id = publisher.setup().stream_id;
    publishers_.erase(stream_id);
    const std::lock_guard lock(mutex_);
    if (!publisher.trouble()) {
        published_.erase(stream_id);
        return;
    }
    Published& published = published_[stream_id];
    published.session_id.clear();
    published.connected = false;
    published.trouble = publisher.trouble();
    published.refused_until = clock_.steady() + config_.publisher_refused_for;
}

}  // namespace muster
