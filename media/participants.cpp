#include "media/participants.h"

#include <set>

#include <spdlog/spdlog.h>

#include "hub/base/ids.h"

namespace muster {
namespace {

constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::seconds kHeard{1};
// More than the hub lets into all of its rooms.
constexpr int kParticipantsMax = 20'000;

}  // namespace

Participants::Participants(Strand& strand,
                           const Clock& clock,
                           ParticipantsPort& fanout,
                           Events events)
    : strand_(strand), clock_(clock), fanout_(fanout), events_(std::move(events)) {
    tick_later();
}

Participants::~Participants() {
    *alive_ = false;
}

void Participants::apply(
    const google::protobuf::RepeatedPtrField<media::v1::DesiredParticipant>& desired) {
    if (desired.size() > kParticipantsMax) {
        spdlog::error("the hub named {} participants, the limit is {}; the last state is kept",
                      desired.size(),
                      kParticipantsMax);
        return;
    }
    std::map<std::string, Member> members;
    std::set<std::string_view> streams;
    for (const auto& one : desired) {
        const bool ids = Uuid::parse(one.participant_id()) && Uuid::parse(one.stream_id());
        if (!ids || members.contains(one.participant_id()) ||
            !streams.insert(one.stream_id()).second) {
            spdlog::error(
                "the hub named a participant twice, or by ids that are no UUIDs; left out");
            continue;
        }
        members[one.participant_id()] = {one.stream_id(), one.muted()};
    }
    for (const auto& [id, member] : members_) {
        const auto still = members.find(id);
        if (still == members.end() || still->second.stream_id != member.stream_id) drop(id, member);
    }
    for (const auto& [id, member] : members) {
        const auto before = members_.find(id);
        const bool known = before != members_.end() && streams_.contains(member.stream_id);
        if (!known) {
            streams_.emplace(
                member.stream_id,
                std::make_unique<PublishedStream>(member.stream_id, clock_, events_.on_health));
        }
        if (known ? before->second.muted != member.muted : member.muted) {
            fanout_.set_muted(member.stream_id, member.muted);
        }
    }
    members_ = std::move(members);
}

void Participants::drop(const std::string& participant_id, const Member& member) {
    streams_.erase(member.stream_id);
    fanout_.end_participant(participant_id);
    // Those who watch it end too.
    fanout_.forget(member.stream_id);
}

bool Participants::owns(const std::string& participant_id, const std::string& stream_id) const {
    const auto found = members_.find(participant_id);
    return found != members_.end() && found->second.stream_id == stream_id;
}

void Participants::set_viewers(const std::string& stream_id, uint32_t count) {
    if (const auto found = streams_.find(stream_id); found != streams_.end()) {
        found->second->set_viewers(count);
    }
}

void Participants::report_all() {
    for (const auto& [id, stream] : streams_) stream->report();
}

void Participants::tick_later() {
    strand_.post_after(kTick, [this, alive = alive_] {
        if (!*alive) return;
        tick();
        tick_later();
    });
}

void Participants::tick() {
    for (const auto& [id, stream] : streams_) stream->tick(fanout_.publisher_stats(id));
    if (clock_.steady() < next_heard_) return;
    next_heard_ = clock_.steady() + kHeard;
    auto heard = fanout_.take_heard();
    std::erase_if(heard, [this](const std::string& id) { return !is_in(id); });
    if (!heard.empty()) events_.on_heard(std::move(heard));
}

}  // namespace muster
