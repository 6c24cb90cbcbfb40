#include "media/hub_link.h"

#include <fstream>
#include <future>
#include <random>
#include <utility>

#include "media/ingest/backoff.h"

namespace muster {
namespace {

using media::v1::AttachRequest;
using media::v1::AttachResponse;

constexpr int kMessageMaxBytes = 16 << 20;
// A hub whose machine is gone is noticed without a word from it; shorter pings earn a GOAWAY.
constexpr int kKeepaliveMs = 10'000;
constexpr int kKeepaliveTimeoutMs = 5'000;
// Replies that wait while one write is under way; more means that the hub does not read.
constexpr size_t kQueueMax = 1'000;
// More sessions that ended than a hub that reads lets pile up.
constexpr size_t kEndedMax = 10'000;
// Health goes out in portions, so that a reply never waits behind thousands of streams.
constexpr int kHealthPerMessage = 200;

std::shared_ptr<grpc::Channel> make_channel(const HubLinkConfig& config) {
    grpc::ChannelArguments args;
    args.SetMaxReceiveMessageSize(kMessageMaxBytes);
    args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
    args.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 200);
    args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
    auto credentials = grpc::InsecureChannelCredentials();
    if (!config.ca_pem.empty()) {
        grpc::SslCredentialsOptions options;
        options.pem_root_certs = config.ca_pem;
        credentials = grpc::SslCredentials(options);
    }
    return grpc::CreateCustomChannel(config.hub, credentials, args);
}

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

double chance() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution(0.0, 1.0)(random);
}

}  // namespace

// One call of Attach. gRPC's threads post to the link's strand and touch nothing else. It lives
// until OnDone, kept by itself; a hold keeps OnDone away until the link has promised, by let_go(),
// to start no further write.
class HubLink::Attachment final : public grpc::ClientBidiReactor<AttachRequest, AttachResponse> {
public:
    Attachment(HubLink& link, uint64_t attempt)
        : link_(link), strand_(link.strand_), alive_(link.alive_), attempt_(attempt) {}

    void begin(const std::string& token, std::shared_ptr<Attachment> self) {
        self_ = std::move(self);
        context_.AddMetadata("authorization", "Bearer " + token);
        link_.stub_->async()->Attach(&context_, this);
        AddHold();
        StartRead(&incoming_);
        StartCall();
    }
    void write(AttachRequest message) {
        outgoing_ = std::move(message);
        StartWrite(&outgoing_);
    }
    void let_go() {
        if (std::exchange(held_, false)) RemoveHold();
    }
    void cancel() { context_.TryCancel(); }
    void cancel_and_wait() {
        cancel();
        let_go();
        done_.get_future().wait();
    }

    void OnReadDone(bool ok) override {
        if (!ok) {
            strand_.post([link = &link_, alive = alive_, n = attempt_] {
                if (*alive) link->on_ended(n);
            });
            return;
        }
        strand_.post([link = &link_,
                      alive = alive_,
                      n = attempt_,
                      message = std::move(incoming_)]() mutable {
            if (*alive) link->on_read(n, std::move(message));
        });
        incoming_.Clear();
        StartRead(&incoming_);
    }
    void OnWriteDone(bool ok) override {
        if (!ok) return;
        strand_.post([link = &link_, alive = alive_, n = attempt_] {
            if (*alive) link->on_written(n);
        });
    }
    void OnDone(const grpc::Status& status) override {
        strand_.post([link = &link_, alive = alive_, n = attempt_, status] {
            if (*alive) link->on_done(n, status);
        });
        const auto self = std::move(self_);
        done_.set_value();
    }

private:
    HubLink& link_;
    Strand& strand_;
    const std::shared_ptr<bool> alive_;
    const uint64_t attempt_;
    grpc::ClientContext context_;
    AttachRequest outgoing_;
    AttachResponse incoming_;
    std::promise<void> done_;
    std::shared_ptr<Attachment> self_;
    // Of the strand alone.
    bool held_ = true;
};

HubLink::HubLink(HubLinkConfig config, Strand& strand, Events events)
    : config_(std::move(config)),
      strand_(strand),
      events_(std::move(events)),
      channel_(make_channel(config_)),
      stub_(media::v1::NodeService::NewStub(channel_)) {
    strand_.post([this, alive = alive_] {
        if (*alive) dial();
    });
}

HubLink::~HubLink() {
    *alive_ = false;
    if (attachment_) attachment_->cancel_and_wait();
}

void HubLink::dial() {
    ++attempt_;
    const std::string token = first_line(config_.token_file);
    if (token.empty()) {
        on_done(
            attempt_,
            grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "no token in " + config_.token_file));
        return;
    }
    attachment_ = std::make_shared<Attachment>(*this, attempt_);
    attachment_->begin(token, attachment_);
    attached_ = true;
    greeted_ = false;
    writing_ = true;
    AttachRequest hello;
    *hello.mutable_hello() = events_.hello();
    attachment_->write(std::move(hello));
    events_.on_attached();
}

void HubLink::dial_later() {
    const auto wait = backoff(++failures_, chance(), config_.retry_min, config_.retry_max);
    strand_.post_after(wait, [this, alive = alive_] {
        if (*alive) dial();
    });
}

void HubLink::send_health(const v1::StreamHealth& health) {
    if (!attached_) return;
    health_[health.id()] = health;
    flush();
}

void HubLink::send_reply(media::v1::SignalReply reply) {
    if (!attached_ || queue_.size() >= kQueueMax) return;
    AttachRequest message;
    *message.mutable_signal_reply() = std::move(reply);
    queue_.push_back(std::move(message));
    flush();
}

void HubLink::send_ended(std::string session_id) {
    if (!attached_) return;
    // None may be lost, or the hub would keep it for ever: an attachment on which they pile up is
    // given up, and the hello of the next one says which sessions there are.
    if (ended_.size() >= kEndedMax) {
        attachment_->cancel();
        return;
    }
    ended_.push_back(std::move(session_id));
    flush();
}

void HubLink::send_heard(std::vector<std::string> participant_ids) {
    if (!attached_) return;
    for (std::string& id : participant_ids) heard_.insert(std::move(id));
    flush();
}

void HubLink::flush() {
    if (writing_ || !attached_) return;
    AttachRequest message;
    if (!queue_.empty()) {
        message = std::move(queue_.front());
        queue_.pop_front();
    } else if (!ended_.empty()) {
        // After the replies: the one that opened a session is on its way before its end.
        auto& ids = *message.mutable_ended()->mutable_session_ids();
        for (std::string& id : ended_) *ids.Add() = std::move(id);
        ended_.clear();
    } else if (!heard_.empty()) {
        auto& ids = *message.mutable_heard()->mutable_participant_ids();
        for (const std::string& id : heard_) *ids.Add() = id;
        heard_.clear();
    } else if (!health_.empty()) {
        auto& streams = *message.mutable_health()->mutable_streams();
        while (!health_.empty() && streams.size() < kHealthPerMessage) {
            *streams.Add() = std::move(health_.begin()->second);
            health_.erase(health_.begin());
        }
    } else {
        return;
    }
    writing_ = true;
    attachment_->write(std::move(message));
}

void HubLink::on_read(uint64_t attempt, AttachResponse message) {
    if (attempt != attempt_) return;
    if (!std::exchange(greeted_, true)) spdlog::info("attached to the hub at {}", config_.hub);
    failures_ = 0;
    last_failure_.clear();
    events_.on_message(std::move(message));
}

void HubLink::on_written(uint64_t attempt) {
    if (attempt != attempt_) return;
    writing_ = false;
    flush();
}

void HubLink::on_ended(uint64_t attempt) {
    if (attempt != attempt_) return;
    attached_ = false;
    attachment_->let_go();
}

void HubLink::on_done(uint64_t attempt, const grpc::Status& status) {
    if (attempt != attempt_) return;
    attachment_.reset();
    attached_ = false;
    writing_ = false;
    queue_.clear();
    ended_.clear();
    heard_.clear();
    health_.clear();
    // Once a reason, not once an attempt: a hub may be away for days.
    const std::string failure = status.ok() ? "the hub ended the stream" : status.error_message();
    if (failure != last_failure_) {
        spdlog::warn("no hub at {}: {}; running video goes on", config_.hub, failure);
        last_failure_ = failure;
    }
    dial_later();
}

}  // namespace muster
