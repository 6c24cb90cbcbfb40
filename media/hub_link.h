#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hub/base/strand.h"
#include "muster/media/v1/node.grpc.pb.h"

namespace muster {

struct HubLinkConfig {
    // HOST:PORT.
    std::string hub;
    // Read again at every attempt, since a hub may make a new token.
    std::string token_file;
    // PEM of the CA that signed the hub's certificate; empty for plain text.
    std::string ca_pem;
    std::chrono::milliseconds retry_min{200};
    std::chrono::milliseconds retry_max{5'000};
};

// The node's stream to the hub: dials, dials again when it ends, and sends what it is given, the
// newest health of every stream once. Lives on its owner's strand, where all events come too; its
// destructor waits until gRPC has let go.
class HubLink {
public:
    struct Events {
        // The first message of a new stream.
        std::function<media::v1::NodeHello()> hello;
        // The stream stands: everything that was told before must be told again.
        std::function<void()> on_attached;
        std::function<void(media::v1::AttachResponse)> on_message;
    };

    HubLink(HubLinkConfig config, Strand& strand, Events events);
    ~HubLink();
    HubLink(const HubLink&) = delete;
    HubLink& operator=(const HubLink&) = delete;

    // Without a hub, health is dropped: on_attached is the time to tell it.
    void send_health(const v1::StreamHealth& health);
    void send_reply(media::v1::SignalReply reply);
    // A session is over. Without a hub this is dropped too: the next hello says what is open.
    void send_ended(std::string session_id);
    // Signs of life; without a hub they are dropped.
    void send_heard(std::vector<std::string> participant_ids);

private:
    class Attachment;

    void dial();
    void dial_later();
    void flush();
    void on_read(uint64_t attempt, media::v1::AttachResponse message);
    void on_written(uint64_t attempt);
    void on_ended(uint64_t attempt);
    void on_done(uint64_t attempt, const grpc::Status& status);

    const HubLinkConfig config_;
    Strand& strand_;
    const Events events_;
    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<media::v1::NodeService::Stub> stub_;

    std::shared_ptr<Attachment> attachment_;
    // Counts dials; events of an earlier attachment are dropped.
    uint64_t attempt_ = 0;
    unsigned failures_ = 0;
    std::string last_failure_;
    bool attached_ = false;
    // The hub said something in this attachment, so it took the token.
    bool greeted_ = false;
    bool writing_ = false;
    std::deque<media::v1::AttachRequest> queue_;
    // Sessions that ended, until the next write takes them all.
    std::vector<std::string> ended_;
    // Participants that were heard of, until the next write takes them all.
    std::set<std::string> heard_;
    std::map<std::string, v1::StreamHealth> health_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace muster
