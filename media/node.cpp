#include "media/node.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/log.h"

namespace muster {
namespace {

constexpr int kStreamsMax = 10'000;
constexpr uint32_t kCloseAfterMaxS = 3'600;

StreamSpec spec_of(const media::v1::DesiredStream& stream) {
    return {stream.stream_id(),
            stream.url(),
            stream.user(),
            stream.password(),
            stream.pinned(),
            std::chrono::seconds(std::min(stream.close_after_s(), kCloseAfterMaxS))};
}

double chance() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution(0.0, 1.0)(random);
}

}  // namespace

Result<std::unique_ptr<Node>> Node::start(NodeConfig config, const Clock& clock) {
    std::unique_ptr<Node> node(new Node(std::move(config), clock));
    MUSTER_TRY(node->start_fanout(clock));
    node->strand_.post([self = node.get(), &clock] { self->run(clock); });
    return node;
}

Node::Node(NodeConfig config, const Clock& clock)
    : config_(std::move(config)),
      strand_("node"),
      worker_("node-gst"),
      pullers_(strand_, worker_, probers_, clock) {}

// What lives on the strand ends there; pipelines that it gave up are then stopped by the worker.
Node::~Node() {
    strand_.post([this] {
        link_.reset();
        participants_.reset();
        ingest_.reset();
    });
    strand_.stop();
    fanout_.reset();
    probers_.stop();
    worker_.stop();
}

Status Node::start_fanout(const Clock& clock) {
    FanoutConfig config;
    config.node_id = config_.node_id;
    config.udp_port = config_.udp_port;
    config.advertise = config_.advertise;
    FanoutEvents events;
    events.on_viewers = [this](const std::string& stream_id, uint32_t count) {
        strand_.post([this, stream_id, count] {
            if (ingest_) ingest_->set_viewers(stream_id, count);
            if (participants_) participants_->set_viewers(stream_id, count);
        });
    };
    events.on_keyframe_wanted = [this](const std::string& stream_id) {
        strand_.post([this, stream_id] {
            if (ingest_) ingest_->want_keyframe(stream_id);
        });
    };
    events.on_session_ended = [this](const std::string& session_id) {
        strand_.post([this, session_id] {
            sessions_.erase(session_id);
            if (link_) link_->send_ended(session_id);
        });
    };
    MUSTER_ASSIGN(fanout_, Fanout::start(std::move(config), std::move(events), clock));
    return absl::OkStatus();
}

void Node::run(const Clock& clock) {
    const auto tell = [this](const v1::StreamHealth& health) {
        if (link_) link_->send_health(health);
    };
    ingest_ = std::make_unique<Ingest>(
        strand_,
        IngestContext{clock, pullers_, config_.ingest, chance, tell},
        [this](const std::string& stream_id) { return fanout_->track(stream_id); });
    participants_ = std::make_unique<Participants>(
        strand_,
        clock,
        static_cast<ParticipantsPort&>(*this),
        Participants::Events{tell, [this](std::vector<std::string> ids) {
                                 if (link_) link_->send_heard(std::move(ids));
                             }});
    link_ = std::make_unique<HubLink>(
        config_.hub,
        strand_,
        HubLink::Events{[this] { return hello(); },
                        [this] {
                            ingest_->report_all();
                            participants_->report_all();
                        },
                        [this](const media::v1::AttachResponse& message) { on_message(message); }});
}

media::v1::NodeHello Node::hello() {
    media::v1::NodeHello hello;
    hello.set_node_id(config_.node_id);
    hello.set_build(build_name());
    std::map<std::string, SessionOwner> open;
    for (const std::string& session : fanout_->session_ids()) {
        const SessionOwner& owner = open[session] = sessions_[session];
        hello.add_session_ids(session);
        hello.add_viewer_ids(owner.person_id);
        hello.add_participant_ids(owner.participant_id);
        hello.add_device_ids(owner.device_id);
    }
    sessions_ = std::move(open);
    return hello;
}

void Node::on_message(const media::v1::AttachResponse& message) {
    switch (message.body_case()) {
        case media::v1::AttachResponse::kDesired:
            reconcile(message.desired());
            break;
        case media::v1::AttachResponse::kSignal:
            on_signal(message.signal());
            break;
        case media::v1::AttachResponse::BODY_NOT_SET:
            break;
    }
}

void Node::reconcile(const media::v1::DesiredState& desired) {
    // Each for itself: whoever is sent out of a room goes whatever becomes of the cameras.
    participants_->apply(desired.participants());
    apply_streams(desired.streams());
}

void Node::apply_streams(
    const google::protobuf::RepeatedPtrField<media::v1::DesiredStream>& desired) {
    if (desired.size() > kStreamsMax) {
        spdlog::error("the hub asked for {} streams, the limit is {}; the last ones are kept",
                      desired.size(),
                      kStreamsMax);
        return;
    }
    std::vector<StreamSpec> specs;
    std::set<std::string_view> named;
    for (const auto& stream : desired) {
        if (!Uuid::parse(stream.stream_id()) || !named.insert(stream.stream_id()).second) {
            spdlog::error("the hub named a stream twice, or by an id that is no UUID; left out");
            continue;
        }
        specs.push_back(spec_of(stream));
    }
    for (const std::string& gone : ingest_->apply(std::move(specs))) {
        fanout_->forget(gone);
    }
}

void Node::on_signal(const media::v1::Signal& signal) {
    const uint64_t id = signal.signal_id();
    const auto answer_later = [this, id](Status status) {
        strand_.post([this, id, status = std::move(status)] { reply(id, status); });
    };
    switch (signal.body_case()) {
        case media::v1::Signal::kOpen:
            open_viewer(id, signal.open());
            break;
        case media::v1::Signal::kTrickle:
            fanout_->trickle(
                signal.trickle().session_id(), signal.trickle().fragment_sdp(), answer_later);
            break;
        case media::v1::Signal::kClose:
            fanout_->close(signal.close().session_id(), answer_later);
            break;
        case media::v1::Signal::kOpenPublisher:
            open_publisher(id, signal.open_publisher());
            break;
        case media::v1::Signal::BODY_NOT_SET:
            reply(id, refuse(absl::StatusCode::kUnimplemented, "node.unknown_signal"));
            break;
    }
}

void Node::open_viewer(uint64_t signal_id, const media::v1::OpenViewer& open) {
    const bool camera = ingest_->knows(open.stream_id());
    const bool room = participants_->knows(open.stream_id());
    // A session as a participant that is not in would never be ended.
    const bool stranger =
        !open.participant_id().empty() && !participants_->is_in(open.participant_id());
    if ((!camera && !room) || stranger) {
        reply(signal_id,
              refuse(absl::StatusCode::kNotFound, "stream.unknown", {{"id", open.stream_id()}}));
        return;
    }
    ViewerRequest request;
    request.stream_id = open.stream_id();
    request.offer_sdp = open.offer_sdp();
    request.participant_id = open.participant_id();
    request.needs_h264 = camera;
    fanout_->open_viewer(
        std::move(request),
        answer_to(signal_id, {open.viewer_id(), open.participant_id(), open.device_id()}));
}

void Node::open_publisher(uint64_t signal_id, const media::v1::OpenPublisher& open) {
    if (!participants_->owns(open.participant_id(), open.stream_id()) ||
        ingest_->knows(open.stream_id())) {
        reply(signal_id,
              refuse(absl::StatusCode::kNotFound, "stream.unknown", {{"id", open.stream_id()}}));
        return;
    }
    PublisherRequest request;
    request.stream_id = open.stream_id();
    request.offer_sdp = open.offer_sdp();
    request.participant_id = open.participant_id();
    request.ticket_id = open.ticket_id();
    fanout_->open_publisher(
        std::move(request),
        answer_to(signal_id, {open.person_id(), open.participant_id(), open.device_id()}));
}

std::function<void(Result<SessionAnswer>)> Node::answer_to(uint64_t signal_id, SessionOwner owner) {
    return [this, signal_id, owner = std::move(owner)](Result<SessionAnswer> answer) {
        strand_.post([this, signal_id, owner, answer = std::move(answer)] {
            if (!answer.ok()) {
                reply(signal_id, answer.status());
                return;
            }
            sessions_[answer->session_id] = owner;
            reply(signal_id, absl::OkStatus(), *answer);
        });
    };
}

void Node::end_participant(const std::string& participant_id) {
    fanout_->end_participant(participant_id);
}

void Node::forget(const std::string& stream_id) {
    fanout_->forget(stream_id);
}

void Node::set_muted(const std::string& stream_id, bool muted) {
    fanout_->set_muted(stream_id, muted);
}

std::vector<std::string> Node::take_heard() {
    return fanout_->take_heard();
}

std::optional<PublisherStats> Node::publisher_stats(const std::string& stream_id) const {
    return fanout_->publisher_stats(stream_id);
}

void Node::reply(uint64_t signal_id, const Status& status, const SessionAnswer& answer) {
    if (!link_) return;
    media::v1::SignalReply reply;
    reply.set_signal_id(signal_id);
    reply.set_code(static_cast<int>(status.code()));
    if (const auto detail = detail_of(status)) *reply.mutable_reason() = detail->reason();
    reply.set_session_id(answer.session_id);
    reply.set_answer_sdp(answer.answer_sdp);
    link_->send_reply(std::move(reply));
}

Result<std::string> node_id_in(const std::string& data_folder) {
    const auto unusable = [&](std::string_view what) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "node.data_unusable",
                      {{"folder", data_folder}, {"what", std::string(what)}});
    };
    std::error_code error;
    std::filesystem::create_directories(data_folder, error);
    if (error) return unusable(error.message());
    const std::string path = data_folder + "/node.id";
    if (std::ifstream file(path); file) {
        std::string text;
        std::getline(file, text);
        if (const auto id = Uuid::parse(text)) return id->text();
        return unusable("node.id holds no UUID");
    }
    const std::string id = Uuid::make().text();
    // Under its own name only once it is whole: a power cut must not leave half an id.
    const std::string draft = path + ".new";
    std::ofstream(draft) << id << "\n";
    std::filesystem::rename(draft, path, error);
    if (error) return unusable(error.message());
    return id;
}

}  // namespace muster
