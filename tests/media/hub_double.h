#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hub/base/result.h"
#include "muster/media/v1/node.grpc.pb.h"

namespace muster {

// The hub's side of a node's stream: says what should be, keeps what the node says, can go away and
// come back on the same port. One node at a time. Thread-safe.
class HubDouble final : public media::v1::NodeService::Service {
public:
    static constexpr char kToken[] = "token-of-the-node";

    // With a certificate (both PEM) it speaks TLS.
    explicit HubDouble(std::string certificate = {}, std::string key = {});
    ~HubDouble() override;

    std::string address() const;
    void go_away();
    void come_back();

    // Told now and to every node that attaches.
    void desire(std::vector<media::v1::DesiredStream> streams);
    // The same for who is in rooms.
    void desire_participants(std::vector<media::v1::DesiredParticipant> participants);
    // The reply of the node; nothing when none came in time.
    std::optional<media::v1::SignalReply> signal(media::v1::Signal signal);
    // The hello of attachment number `count` (1 is the first).
    std::optional<media::v1::NodeHello> wait_hello(size_t count);
    using Test = std::function<bool(const v1::StreamHealth&)>;
    // Whether the node said that this session is over.
    bool wait_ended(const std::string& session_id);
    bool has_ended(const std::string& session_id) const;
    // The first health of the stream that came since the last call of mark() and passes; nothing
    // when none did in time.
    std::optional<v1::StreamHealth> wait_health(const std::string& stream_id, const Test& test);
    void mark();
    // Whether the node hears of this participant from now on.
    bool wait_heard(const std::string& participant_id);
    // How often it was heard of so far.
    size_t times_heard(const std::string& participant_id) const;
    // All that was told of the stream since mark().
    std::vector<v1::StreamHealth> told(const std::string& stream_id) const;

private:
    using Stream = grpc::ServerReaderWriter<media::v1::AttachResponse, media::v1::AttachRequest>;

    grpc::Status Attach(grpc::ServerContext* context, Stream* stream) override;
    void take(media::v1::AttachRequest message);
    void send_desired();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    const std::string certificate_;
    const std::string key_;
    std::unique_ptr<grpc::Server> server_;
    int port_ = 0;
    Stream* stream_ = nullptr;
    media::v1::DesiredState desired_;
    std::vector<media::v1::NodeHello> hellos_;
    std::vector<v1::StreamHealth> health_;
    std::map<uint64_t, media::v1::SignalReply> replies_;
    std::set<std::string> ended_;
    std::map<std::string, size_t> heard_;
    uint64_t next_signal_ = 1;
};

}  // namespace muster
