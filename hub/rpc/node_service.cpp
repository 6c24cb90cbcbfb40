#include "hub/rpc/node_service.h"

#include "hub/base/log.h"
#include "hub/base/utf8.h"

namespace muster {
namespace {

using media::v1::AttachRequest;
using media::v1::NodeHello;
using media::v1::SignalReply;

constexpr std::chrono::seconds kSignalDeadline{5};
constexpr std::chrono::seconds kHelloDeadline{5};
constexpr size_t kMaxStreams = 8;
constexpr size_t kMaxBuildBytes = 64;

Status no_node() {
    return refuse(absl::StatusCode::kUnavailable, "media.no_node");
}

// What the node said, as our own status; the reason's code comes from the node's catalogue, which
// is ours.
Status status_of(const SignalReply& reply) {
    Args args;
    for (const auto& [name, value] : reply.reason().args()) args.emplace_back(name, value);
    const auto code = reply.code() > 0 && reply.code() <= 16
                          ? static_cast<absl::StatusCode>(reply.code())
                          : absl::StatusCode::kInternal;
    return refuse(code, reply.reason().code(), args);
}

}  // namespace

NodeService::NodeService(Ports ports) : ports_(std::move(ports)) {}

MethodTable NodeService::methods() {
    MethodTable table;
    table.bidi["Attach"] = [this](auto*, const Caller&) { return attach(); };
    return table;
}

BidiReactor* NodeService::attach() {
    const auto stream = std::make_shared<NodeStream>(NodeStream::Ports{
        .received = [this](const StreamPtr& from,
                           AttachRequest message) { received(from, std::move(message)); },
        .gone = [this](const StreamPtr& which) { gone(which); }});
    Status refused;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            refused = refuse(absl::StatusCode::kUnavailable, "hub.stopping");
        } else if (streams_.size() >= kMaxStreams) {
            refused = refuse(absl::StatusCode::kResourceExhausted,
                             "media.too_many_streams",
                             {{"limit", std::to_string(kMaxStreams)}});
        } else {
            streams_.emplace(stream.get(), stream);
        }
    }
    stream->start();
    if (!refused.ok()) {
        stream->end(refused);
        return stream.get();
    }
    ports_.strand.post_after(kHelloDeadline, [this, weak = std::weak_ptr(stream)] {
        const auto silent = weak.lock();
        if (silent == nullptr) return;
        {
            const std::lock_guard lock(mutex_);
            if (node_ == silent) return;
        }
        silent->end(refuse(
            absl::StatusCode::kInvalidArgument, "field.missing", {{"field", "hello"}}, "hello"));
    });
    return stream.get();
}

void NodeService::received(const StreamPtr& stream, AttachRequest message) {
    if (message.has_hello()) {
        greet(stream, message.hello());
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        if (node_ != stream) return;
        if (message.has_health()) {
            const auto& streams = message.health().streams();
            ports_.live.report(std::vector(streams.begin(), streams.end()));
        } else if (message.has_ended()) {
            ports_.sessions_ended(message.ended());
        } else if (message.has_heard()) {
            ports_.participants_heard(message.heard());
        }
    }
    if (message.has_signal_reply()) {
        auto& reply = *message.mutable_signal_reply();
        const uint64_t id = reply.signal_id();
        if (reply.code() == 0) {
            answered(id, std::move(reply));
        } else {
            answered(id, status_of(reply));
        }
    }
}

void NodeService::greet(const StreamPtr& stream, const NodeHello& hello) {
    if (!Uuid::parse(hello.node_id())) {
        stream->end(refuse(absl::StatusCode::kInvalidArgument,
                           "field.not_uuid",
                           {{"field", "hello.node_id"}},
                           "hello.node_id"));
        return;
    }
    StreamPtr former;
    bool taken = false;
    {
        const std::lock_guard lock(mutex_);
        // One that was refused or is over.
        if (streams_.count(stream.get()) == 0) return;
        taken = node_ != nullptr && node_ != stream && node_id_ != hello.node_id();
        if (!taken) {
            // The same node again: its former connection is dead, whether we noticed or not.
            if (node_ != stream) former = std::exchange(node_, stream);
            node_id_ = hello.node_id();
            ports_.live.node_attached();
            ports_.sessions_found(hello);
        }
    }
    if (taken) {
        stream->end(refuse(absl::StatusCode::kAlreadyExists, "media.node_taken"));
        return;
    }
    if (former != nullptr) {
        former->end(refuse(absl::StatusCode::kAborted, "media.node_replaced"));
    }
    log_event(spdlog::level::info,
              "node-attached",
              {{"node", hello.node_id()}, {"build", clip(hello.build(), kMaxBuildBytes)}});
    state_changed();
}

void NodeService::gone(const StreamPtr& stream) {
    std::map<uint64_t, SignalDone> orphans;
    std::string node_id;
    {
        const std::lock_guard lock(mutex_);
        streams_.erase(stream.get());
        if (node_ != stream) return;
        node_.reset();
        node_id = node_id_;
        orphans.swap(waiting_);
        // Here, since one that attaches just now would be reported gone otherwise.
        ports_.live.node_gone();
    }
    log_event(spdlog::level::warn,
              "node-gone",
              {{"node", node_id}, {"unanswered", std::to_string(orphans.size())}});
    for (const auto& [id, done] : orphans) done(no_node());
}

void NodeService::state_changed() {
    // On the strand, so that the last state that is read is the last that is sent.
    ports_.strand.post([this] {
        StreamPtr node;
        {
            const std::lock_guard lock(mutex_);
            node = node_;
        }
        if (node == nullptr) return;
        node->send_desired(ports_.desk.read(
            [this](const Memory& memory) { return desired_state(memory, ports_.vault); }));
    });
}

void NodeService::send(media::v1::Signal signal, const std::string& session_id, SignalDone done) {
    // A participant who joined a moment ago is known to the node before its offer comes.
    ports_.strand.post(
        [this, signal = std::move(signal), session_id, done = std::move(done)]() mutable {
            send_now(std::move(signal), session_id, std::move(done));
        });
}

void NodeService::send_now(media::v1::Signal signal,
                           const std::string& session_id,
                           SignalDone done) {
    StreamPtr node;
    {
        const std::lock_guard lock(mutex_);
        if (node_ != nullptr && (session_id.empty() || session_id.starts_with(node_id_))) {
            node = node_;
            signal.set_signal_id(next_signal_id_++);
            waiting_.emplace(signal.signal_id(), done);
        }
    }
    if (node == nullptr) {
        done(no_node());
        return;
    }
    if (!node->send_signal(signal)) {
        answered(signal.signal_id(), no_node());
        return;
    }
    ports_.strand.post_after(kSignalDeadline, [this, id = signal.signal_id()] {
        answered(id, refuse(absl::StatusCode::kUnavailable, "media.no_answer"));
    });
}

void NodeService::answered(uint64_t signal_id, Result<SignalReply> reply) {
    SignalDone done;
    {
        const std::lock_guard lock(mutex_);
        const auto found = waiting_.find(signal_id);
        if (found == waiting_.end()) return;
        done = std::move(found->second);
        waiting_.erase(found);
    }
    done(std::move(reply));
}

void NodeService::stop() {
    std::vector<StreamPtr> streams;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& [raw, weak] : streams_) {
            if (auto stream = weak.lock()) streams.push_back(std::move(stream));
        }
    }
    for (const auto& stream : streams) {
        stream->end(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
    }
}

bool NodeService::attached() const {
    const std::lock_guard lock(mutex_);
    return node_ != nullptr;
}

}  // namespace muster
