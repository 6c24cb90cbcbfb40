#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/rpc/guard.h"
#include "hub/rpc/seat.h"
#include "muster/media/v1/node.pb.h"

namespace muster {

// Whose a session is and what it hangs on: the whole log-in, or the person and the seat alone for
// one that a node had before this hub started.
struct SessionOwner {
    std::optional<Caller> caller;
    // Without a caller: the log-ins that the person had when the node named it. By which of them it
    // was opened nobody knows, so that it ends with the first of them that does.
    std::vector<std::string> log_ins = {};
    std::string person_id;
    // The place in a room that it ends with; nothing for a camera that is watched with a log-in.
    std::optional<Seat> seat;
    // What it watches or publishes; empty when that is not known.
    std::string stream_id;
    bool publishes = false;
    // What is seen, and where the caller came from: for the record. Not known of one that a node
    // had before this hub started, whose viewing was written then.
    std::string camera_id = {};
    std::string shown_person_id = {};
    std::string peer = {};
    UtcTime opened_at = {};
};

// Whose the open video sessions are, of viewers and of publishers. An open session is always in it:
// what does not fit is not opened. Lives as long as the hub. Thread-safe; calls nobody.
class ViewerBook {
public:
    // Everybody and every camera of a full room, and a wall of cameras beside it.
    static constexpr size_t kMaxOfPerson = 128;
    // How often one person watches one and the same stream: so many windows.
    static constexpr size_t kMaxOfStream = 4;
    static constexpr size_t kMaxSessions = 20'000;

    using Sessions = std::vector<std::pair<std::string, SessionOwner>>;

    // Makes room for one more. Each reserve() that was ok is followed by opened() or release().
    // Codes: resource_exhausted (session.too_many, session.too_many_of_stream, session.hub_full).
    Status reserve(const SessionOwner& owner);
    void release(const SessionOwner& owner);
    void opened(const std::string& session_id, SessionOwner owner);
    void ended(const std::string& session_id);

    // Codes: not_found (session.unknown), for somebody else's too, and for who comes with a ticket
    // for another seat. Until a node said what is open, a session that nobody here knows may be
    // anybody's: that is ok.
    Status check(const std::string& session_id, const Caller& caller) const;

    // What the state has on what a node names.
    struct State {
        // As they are now, by participant; the device is the one that the session was opened from.
        std::map<std::string, Seat> seats = {};
        // Good ones, by person.
        std::map<std::string, std::vector<std::string>> log_ins = {};
    };

    // Replaces all by what a node says that is open; those that it does not have are over. One
    // whose person is not said runs on, as it did without a hub, but nobody can steer it.
    void adopt(const media::v1::NodeHello& hello, const State& state);

    Sessions all() const;
    // Whether a node said since the hub's start what is open: until then a session that is not here
    // may be all the same.
    bool is_complete() const;
    Sessions those(const std::function<bool(const SessionOwner&)>& fit) const;
    size_t size() const;

private:
    // How many a person has, and of one stream. No entry means none.
    class Counts {
    public:
        size_t of_person(const SessionOwner& owner) const;
        // How often its person watches its stream; 0 for a publisher, and when that is not known.
        size_t of_stream(const SessionOwner& owner) const;
        size_t total() const { return total_; }
        void add(const SessionOwner& owner);
        void remove(const SessionOwner& owner);

    private:
        std::map<std::string, size_t> persons_;
        // By person and stream.
        std::map<std::pair<std::string, std::string>, size_t> watched_;
        size_t total_ = 0;
    };

    mutable std::mutex mutex_;
    std::map<std::string, SessionOwner> owners_;
    Counts open_;
    Counts opening_;
    bool heard_node_ = false;
};

}  // namespace muster
