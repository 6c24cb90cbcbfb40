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
    return owner.seat && owner.seat->participant_id == caller.ticket->participant_id.text();
}

// Of a session that a node had before we knew it.
SessionOwner owner_of(const media::v1::NodeHello& hello,
                      int i,
                      const std::map<std::string, Seat>& seats) {
    SessionOwner owner;
    owner.person_id = hello.viewer_ids(i);
    if (i >= hello.participant_ids_size() || hello.participant_ids(i).empty()) return owner;
    const auto seat = seats.find(hello.participant_ids(i));
    // A seat that is not there is held by nobody, so that the session ends.
    owner.seat = seat != seats.end() ? seat->second : Seat{hello.participant_ids(i), {}, {}};
    return owner;
}

}  // namespace

size_t ViewerBook::Counts::of(const std::string& person_id) const {
    const auto found = of_.find(person_id);
    return found == of_.end() ? 0 : found->second;
}

void ViewerBook::Counts::add(const std::string& person_id) {
    ++of_[person_id];
    ++total_;
}

void ViewerBook::Counts::remove(const std::string& person_id) {
    const auto found = of_.find(person_id);
    if (found == of_.end()) return;
    if (--found->second == 0) of_.erase(found);
    --total_;
}

Status ViewerBook::reserve(const std::string& person_id) {
    const std::lock_guard lock(mutex_);
    if (open_.of(person_id) + opening_.of(person_id) >= kMaxOfPerson) {
        return too_many("session.too_many", kMaxOfPerson);
    }
    if (open_.total() + opening_.total() >= kMaxSessions) {
        return too_many("session.hub_full", kMaxSessions);
    }
    opening_.add(person_id);
    return {};
}

void ViewerBook::release(const std::string& person_id) {
    const std::lock_guard lock(mutex_);
    opening_.remove(person_id);
}

void ViewerBook::opened(const std::string& session_id, SessionOwner owner) {
    const std::string person_id = owner.person_id;
    const std::lock_guard lock(mutex_);
    opening_.remove(person_id);
    if (owners_.try_emplace(session_id, std::move(owner)).second) open_.add(person_id);
}

void ViewerBook::ended(const std::string& session_id) {
    const std::lock_guard lock(mutex_);
    const auto found = owners_.find(session_id);
    if (found == owners_.end()) return;
    open_.remove(found->second.person_id);
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

void ViewerBook::adopt(const media::v1::NodeHello& hello,
                       const std::map<std::string, Seat>& seats) {
    const std::lock_guard lock(mutex_);
    heard_node_ = true;
    std::map<std::string, SessionOwner> owners;
    Counts open;
    const int count = std::min(hello.session_ids_size(), hello.viewer_ids_size());
    for (int i = 0; i < count && owners.size() < kMaxSessions; ++i) {
        const std::string& session_id = hello.session_ids(i);
        const auto known = owners_.find(session_id);
        if (known == owners_.end() && hello.viewer_ids(i).empty()) continue;
        SessionOwner owner = known != owners_.end() ? known->second : owner_of(hello, i, seats);
        const std::string person_id = owner.person_id;
        if (owners.try_emplace(session_id, std::move(owner)).second) open.add(person_id);
    }
    owners_.swap(owners);
    open_ = std::move(open);
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
