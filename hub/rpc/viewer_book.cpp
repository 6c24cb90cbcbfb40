#include "hub/rpc/viewer_book.h"

#include <algorithm>

#include "hub/base/error.h"

namespace muster {
namespace {

Status too_many(const char* code, size_t limit) {
    return refuse(absl::StatusCode::kResourceExhausted, code, {{"limit", std::to_string(limit)}});
}

bool is_of(const SessionOwner& owner, const Caller& caller) {
    if (owner.person_id != caller.actor.person_id) return false;
    if (!caller.ticket) return true;
    if (!caller.ticket->is_of_room()) {
        return !owner.seat && owner.stream_id == caller.ticket->stream_id.text();
    }
    return owner.seat && owner.seat->participant_id == caller.ticket->participant_id.text();
}

bool is_watching(const SessionOwner& owner) {
    return !owner.publishes && !owner.stream_id.empty();
}

std::pair<std::string, std::string> watched_by(const SessionOwner& owner) {
    return {owner.person_id, owner.stream_id};
}

template <class Key>
size_t count_of(const std::map<Key, size_t>& counts, const Key& key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

template <class Key>
void take_one(std::map<Key, size_t>& counts, const Key& key) {
    const auto found = counts.find(key);
    if (found != counts.end() && --found->second == 0) counts.erase(found);
}

// Of a session that a node had before we knew it.
SessionOwner owner_of(const media::v1::NodeHello& hello, int i, const ViewerBook::State& state) {
    SessionOwner owner;
    owner.person_id = hello.viewer_ids(i);
    const auto log_ins = state.log_ins.find(owner.person_id);
    if (log_ins != state.log_ins.end()) owner.log_ins = log_ins->second;
    if (i >= hello.participant_ids_size() || hello.participant_ids(i).empty()) return owner;
    const auto seat = state.seats.find(hello.participant_ids(i));
    // A seat that is not there is held by nobody, so that the session ends.
    owner.seat =
        seat != state.seats.end()
            ? seat->second
            : Seat{.participant_id = hello.participant_ids(i), .room_id = {}, .device_id = {}};
    // The seat may be another device's by now. An older node does not say which one it was.
    if (i < hello.device_ids_size()) owner.seat->device_id = hello.device_ids(i);
    return owner;
}

}  // namespace

size_t ViewerBook::Counts::of_person(const SessionOwner& owner) const {
    return count_of(persons_, owner.person_id);
}

size_t ViewerBook::Counts::of_stream(const SessionOwner& owner) const {
    return is_watching(owner) ? count_of(watched_, watched_by(owner)) : 0;
}

void ViewerBook::Counts::add(const SessionOwner& owner) {
    ++persons_[owner.person_id];
    if (is_watching(owner)) ++watched_[watched_by(owner)];
    ++total_;
}

void ViewerBook::Counts::remove(const SessionOwner& owner) {
    take_one(persons_, owner.person_id);
    if (is_watching(owner)) take_one(watched_, watched_by(owner));
    --total_;
}

Status ViewerBook::reserve(const SessionOwner& owner) {
    const std::lock_guard lock(mutex_);
    if (open_.of_person(owner) + opening_.of_person(owner) >= kMaxOfPerson) {
        return too_many("session.too_many", kMaxOfPerson);
    }
    if (open_.of_stream(owner) + opening_.of_stream(owner) >= kMaxOfStream) {
        return too_many("session.too_many_of_stream", kMaxOfStream);
    }
    if (open_.total() + opening_.total() >= kMaxSessions) {
        return too_many("session.hub_full", kMaxSessions);
    }
    opening_.add(owner);
    return {};
}

void ViewerBook::release(const SessionOwner& owner) {
    const std::lock_guard lock(mutex_);
    opening_.remove(owner);
}

void ViewerBook::opened(const std::string& session_id, SessionOwner owner) {
    const std::lock_guard lock(mutex_);
    opening_.remove(owner);
    const auto [place, is_new] = owners_.try_emplace(session_id, std::move(owner));
    if (is_new) open_.add(place->second);
}

void ViewerBook::ended(const std::string& session_id) {
    const std::lock_guard lock(mutex_);
    const auto found = owners_.find(session_id);
    if (found == owners_.end()) return;
    open_.remove(found->second);
    owners_.erase(found);
}

Status ViewerBook::check(const std::string& session_id, const Caller& caller) const {
    const std::lock_guard lock(mutex_);
    const auto found = owners_.find(session_id);
    const bool may = found == owners_.end() ? !heard_node_ : is_of(found->second, caller);
    if (may) return {};
    return refuse(
        absl::StatusCode::kNotFound, "session.unknown", {{"id", session_id}}, "session_id");
}

void ViewerBook::adopt(const media::v1::NodeHello& hello, const State& state) {
    const std::lock_guard lock(mutex_);
    heard_node_ = true;
    std::map<std::string, SessionOwner> owners;
    Counts open;
    const int count = std::min(hello.session_ids_size(), hello.viewer_ids_size());
    for (int i = 0; i < count && owners.size() < kMaxSessions; ++i) {
        const std::string& session_id = hello.session_ids(i);
        const auto known = owners_.find(session_id);
        if (known == owners_.end() && hello.viewer_ids(i).empty()) continue;
        SessionOwner owner = known != owners_.end() ? known->second : owner_of(hello, i, state);
        const auto [place, is_new] = owners.try_emplace(session_id, std::move(owner));
        if (is_new) open.add(place->second);
    }
    owners_.swap(owners);
    open_ = std::move(open);
}

bool ViewerBook::is_complete() const {
    const std::lock_guard lock(mutex_);
    return heard_node_;
}

ViewerBook::Sessions ViewerBook::all() const {
    const std::lock_guard lock(mutex_);
    return {owners_.begin(), owners_.end()};
}

ViewerBook::Sessions ViewerBook::those(const std::function<bool(const SessionOwner&)>& fit) const {
    Sessions fitting;
    const std::lock_guard lock(mutex_);
    for (const auto& session : owners_) {
        if (fit(session.second)) fitting.push_back(session);
    }
    return fitting;
}

size_t ViewerBook::size() const {
    const std::lock_guard lock(mutex_);
    return owners_.size();
}

}  // namespace muster
