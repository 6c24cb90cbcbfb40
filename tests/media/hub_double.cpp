#include "tests/media/hub_double.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kBound{25};
// A viewer that vanishes without a word is gone when its consent ends, after 30 s.
constexpr std::chrono::seconds kEndedBound{60};

}  // namespace

HubDouble::HubDouble(std::string certificate, std::string key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {
    come_back();
}

HubDouble::~HubDouble() {
    go_away();
}

std::string HubDouble::address() const {
    return "127.0.0.1:" + std::to_string(port_);
}

void HubDouble::come_back() {
    grpc::ServerBuilder builder;
    int bound = 0;
    auto credentials = grpc::InsecureServerCredentials();
    if (!certificate_.empty()) {
        grpc::SslServerCredentialsOptions options;
        options.pem_key_cert_pairs.push_back({key_, certificate_});
        credentials = grpc::SslServerCredentials(options);
    }
    builder.AddListeningPort(address(), credentials, &bound);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    if (!server_ || bound == 0) throw std::runtime_error("the hub's double cannot listen");
    port_ = bound;
}

void HubDouble::go_away() {
    if (!server_) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    server_.reset();
}

grpc::Status HubDouble::Attach(grpc::ServerContext* context, Stream* stream) {
    const auto& metadata = context->client_metadata();
    const auto token = metadata.find("authorization");
    if (token == metadata.end() || token->second != std::string("Bearer ") + kToken) {
        return {grpc::StatusCode::UNAUTHENTICATED, "not this node's token"};
    }
    media::v1::AttachRequest message;
    if (!stream->Read(&message) || !message.has_hello()) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "hello comes first"};
    }
    {
        const std::lock_guard lock(mutex_);
        hellos_.push_back(message.hello());
        stream_ = stream;
        send_desired();
    }
    changed_.notify_all();
    while (stream->Read(&message)) take(std::move(message));
    const std::lock_guard lock(mutex_);
    if (stream_ == stream) stream_ = nullptr;
    return grpc::Status::OK;
}

void HubDouble::take(media::v1::AttachRequest message) {
    {
        const std::lock_guard lock(mutex_);
        if (message.has_signal_reply()) {
            replies_[message.signal_reply().signal_id()] = message.signal_reply();
        }
        for (const auto& id : message.ended().session_ids()) ended_.insert(id);
        for (const auto& id : message.heard().participant_ids()) ++heard_[id];
        for (const auto& health : message.health().streams()) health_.push_back(health);
    }
    changed_.notify_all();
}

void HubDouble::send_desired() {
    media::v1::AttachResponse message;
    *message.mutable_desired() = desired_;
    if (stream_ != nullptr) stream_->Write(message);
}

void HubDouble::desire(std::vector<media::v1::DesiredStream> streams) {
    const std::lock_guard lock(mutex_);
    desired_.clear_streams();
    for (auto& stream : streams) *desired_.add_streams() = std::move(stream);
    send_desired();
}

void HubDouble::desire_participants(std::vector<media::v1::DesiredParticipant> participants) {
    const std::lock_guard lock(mutex_);
    desired_.clear_participants();
    for (auto& one : participants) *desired_.add_participants() = std::move(one);
    send_desired();
}

std::optional<media::v1::SignalReply> HubDouble::signal(media::v1::Signal signal) {
    std::unique_lock lock(mutex_);
    const uint64_t id = next_signal_++;
    signal.set_signal_id(id);
    media::v1::AttachResponse message;
    *message.mutable_signal() = std::move(signal);
    if (stream_ == nullptr || !stream_->Write(message)) return std::nullopt;
    if (!changed_.wait_for(lock, kBound, [&] { return replies_.count(id) != 0; })) {
        return std::nullopt;
    }
    return replies_[id];
}

std::optional<media::v1::NodeHello> HubDouble::wait_hello(size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kBound, [&] { return hellos_.size() >= count; })) {
        return std::nullopt;
    }
    return hellos_[count - 1];
}

bool HubDouble::has_ended(const std::string& session_id) const {
    const std::lock_guard lock(mutex_);
    return ended_.count(session_id) != 0;
}

bool HubDouble::wait_ended(const std::string& session_id) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kEndedBound, [&] { return ended_.count(session_id) != 0; });
}

std::optional<v1::StreamHealth> HubDouble::wait_health(const std::string& stream_id,
                                                       const Test& test) {
    std::unique_lock lock(mutex_);
    std::optional<v1::StreamHealth> found;
    size_t seen = 0;
    changed_.wait_for(lock, kBound, [&] {
        for (; seen < health_.size() && !found; ++seen) {
            if (health_[seen].id() == stream_id && test(health_[seen])) found = health_[seen];
        }
        return found.has_value();
    });
    return found;
}

bool HubDouble::wait_heard(const std::string& participant_id) {
    std::unique_lock lock(mutex_);
    const size_t before = heard_[participant_id];
    return changed_.wait_for(lock, kBound, [&] { return heard_[participant_id] > before; });
}

size_t HubDouble::times_heard(const std::string& participant_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = heard_.find(participant_id);
    return found == heard_.end() ? 0 : found->second;
}

void HubDouble::mark() {
    const std::lock_guard lock(mutex_);
    health_.clear();
}

std::vector<v1::StreamHealth> HubDouble::told(const std::string& stream_id) const {
    const std::lock_guard lock(mutex_);
    std::vector<v1::StreamHealth> told;
    for (const auto& health : health_) {
        if (health.id() == stream_id) told.push_back(health);
    }
    return told;
}

}  // namespace muster
