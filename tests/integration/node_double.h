#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hub/base/error.h"
#include "muster/media/v1/node.grpc.pb.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/raw_call.h"

namespace muster {

// A media node that does nothing by itself: the test reads what came and says what is answered.
class NodeDouble {
public:
    // Instead of an id: one that never says hello.
    static constexpr char kSilent[] = "";

    // What is open already.
    struct OpenSession {
        std::string session_id;
        std::string viewer_id;
        std::string participant_id = {};
        std::string device_id = {};
    };

    NodeDouble(const HubProcess& hub,
               const std::string& token,
               std::string node_id,
               const std::vector<OpenSession>& sessions = {})
        : stub_(media::v1::NodeService::NewStub(raw_channel(hub.address()))) {
        context_.AddMetadata("authorization", "Bearer " + token);
        stream_ = stub_->Attach(&context_);
        thread_ = std::thread([this] { read(); });
        if (node_id == kSilent) return;
        media::v1::AttachRequest hello;
        hello.mutable_hello()->set_node_id(std::move(node_id));
        hello.mutable_hello()->set_build("double");
        for (const auto& session : sessions) {
            hello.mutable_hello()->add_session_ids(session.session_id);
            hello.mutable_hello()->add_viewer_ids(session.viewer_id);
            hello.mutable_hello()->add_participant_ids(session.participant_id);
            hello.mutable_hello()->add_device_ids(session.device_id);
        }
        stream_->Write(hello);
    }
    ~NodeDouble() { leave(); }

    void leave() {
        context_.TryCancel();
        if (thread_.joinable()) thread_.join();
    }
    // The newest desired state that fits.
    bool wait_desired(const std::function<bool(const media::v1::DesiredState&)>& fits) {
        return wait([&] { return desired_ && fits(*desired_); });
    }
    std::optional<media::v1::Signal> wait_signal() {
        if (!wait([this] { return !signals_.empty(); })) return std::nullopt;
        const std::lock_guard lock(mutex_);
        media::v1::Signal signal = signals_.front();
        signals_.erase(signals_.begin());
        return signal;
    }
    // How the hub ended the stream.
    std::optional<Status> wait_end() {
        if (!wait([this] { return ended_.has_value(); })) return std::nullopt;
        return ended_;
    }
    std::optional<Status> ended_within(std::chrono::milliseconds bound) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, bound, [this] { return ended_.has_value(); });
        return ended_;
    }
    // Whether another signal comes within the bound.
    bool hears_within(std::chrono::milliseconds bound) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, bound, [this] { return !signals_.empty(); });
    }
    void say(const media::v1::AttachRequest& message) { stream_->Write(message); }
    // Answers a signal that opens something.
    void answer(const media::v1::Signal& signal, const std::string& session_id) {
        media::v1::AttachRequest reply;
        reply.mutable_signal_reply()->set_signal_id(signal.signal_id());
        reply.mutable_signal_reply()->set_session_id(session_id);
        reply.mutable_signal_reply()->set_answer_sdp("v=0 answer");
        say(reply);
    }
    // Answers a signal as done.
    void done(const media::v1::Signal& signal) {
        media::v1::AttachRequest reply;
        reply.mutable_signal_reply()->set_signal_id(signal.signal_id());
        say(reply);
    }
    void refuse(const media::v1::Signal& signal, absl::StatusCode code, const std::string& reason) {
        media::v1::AttachRequest reply;
        reply.mutable_signal_reply()->set_signal_id(signal.signal_id());
        reply.mutable_signal_reply()->set_code(static_cast<int>(code));
        reply.mutable_signal_reply()->mutable_reason()->set_code(reason);
        say(reply);
    }
    void hears(const std::string& participant_id) {
        media::v1::AttachRequest message;
        message.mutable_heard()->add_participant_ids(participant_id);
        say(message);
    }
    void report(const std::string& stream_id, v1::StreamState state) {
        media::v1::AttachRequest message;
        auto& health = *message.mutable_health()->add_streams();
        health.set_id(stream_id);
        health.set_state(state);
        say(message);
    }

private:
    bool wait(const std::function<bool()>& condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(60), condition);
    }
    void read() {
        media::v1::AttachResponse message;
        while (stream_->Read(&message)) {
            const std::lock_guard lock(mutex_);
            if (message.has_desired()) desired_ = message.desired();
            if (message.has_signal()) signals_.push_back(message.signal());
            changed_.notify_all();
        }
        const grpc::Status status = stream_->Finish();
        const std::lock_guard lock(mutex_);
        ended_ = status_from_wire(
            static_cast<int>(status.error_code()), status.error_message(), status.error_details());
        changed_.notify_all();
    }

    std::unique_ptr<media::v1::NodeService::Stub> stub_;
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReaderWriter<media::v1::AttachRequest, media::v1::AttachResponse>>
        stream_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<media::v1::DesiredState> desired_;
    std::vector<media::v1::Signal> signals_;
    std::optional<Status> ended_;
    std::thread thread_;
};

}  // namespace muster
