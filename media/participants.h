#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/base/strand.h"
#include "media/published_stream.h"
#include "muster/media/v1/node.pb.h"

namespace muster {

// What Participants needs of the fan-out; in tests a fake with levers.
class ParticipantsPort {
public:
    virtual ~ParticipantsPort() = default;
    virtual void end_participant(const std::string& participant_id) = 0;
    virtual void forget(const std::string& stream_id) = 0;
    virtual void set_muted(const std::string& stream_id, bool muted) = 0;
    virtual std::vector<std::string> take_heard() = 0;
    virtual std::optional<PublisherStats> publisher_stats(const std::string& stream_id) const = 0;
};

// Who is in rooms, as the hub wants it: ends the sessions of those who are not any more, mutes,
// says how what they publish does and of whom something came. Lives on the strand that it is given,
// and ticks there by itself.
class Participants {
public:
    struct Events {
        PublishedStream::OnHealth on_health;
        // Once a second, unless nothing came of anybody.
        std::function<void(std::vector<std::string>)> on_heard;
    };

    Participants(Strand& strand, const Clock& clock, ParticipantsPort& fanout, Events events);
    ~Participants();
    Participants(const Participants&) = delete;
    Participants& operator=(const Participants&) = delete;

    // Makes these the participants there are.
    void apply(const google::protobuf::RepeatedPtrField<media::v1::DesiredParticipant>& desired);
    bool is_in(const std::string& participant_id) const {
        return members_.contains(participant_id);
    }
    // Whether this participant publishes under this stream.
    bool owns(const std::string& participant_id, const std::string& stream_id) const;
    // Whether somebody who is in publishes under it.
    bool knows(const std::string& stream_id) const { return streams_.contains(stream_id); }
    void set_viewers(const std::string& stream_id, uint32_t count);
    // Tells every stream's health again.
    void report_all();

private:
    struct Member {
        std::string stream_id;
        bool muted = false;
    };

    void drop(const std::string& participant_id, const Member& member);
    void tick_later();
    void tick();

    Strand& strand_;
    const Clock& clock_;
    ParticipantsPort& fanout_;
    const Events events_;
    // By the participant's id.
    std::map<std::string, Member> members_;
    // By the stream's id, one a member.
    std::map<std::string, std::unique_ptr<PublishedStream>> streams_;
    SteadyTime next_heard_;
    // Delayed ticks outlive us; this tells them.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace muster
