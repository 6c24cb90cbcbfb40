#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/rpc/guard.h"
#include "muster/media/v1/node.pb.h"

namespace muster {

// Who opened a session: the whole log-in, or the person alone for one that a node had before this
// hub started.
struct SessionOwner {
    std::optional<Caller> caller;
    std::string person_id;
};

// Whose the open video sessions are. An open session is always in it: what does not fit is not
// opened. Lives as long as the hub. Thread-safe; calls nobody.
class ViewerBook {
public:
    static constexpr size_t kMaxOfPerson = 64;
    static constexpr size_t kMaxSessions = 20'000;

    // Makes room for one more. Each reserve() that was ok is followed by opened() or release().
    // Codes: resource_exhausted (session.too_many, session.hub_full).
    Status reserve(const std::string& person_id);
    void release(const std::string& person_id);
    void opened(const std::string& session_id, const Caller& caller);
    void ended(const std::string& session_id);

    // Codes: not_found (session.unknown), for somebody else's too. Until a node said what is open,
    // a session that nobody here knows may be anybody's: that is ok.
    Status check(const std::string& session_id, const std::string& person_id) const;

    // Replaces all by what a node says that is open; those that it does not have are over. One
    // whose person is not said runs on, as it did without a hub, but nobody can steer it.
    void adopt(const media::v1::NodeHello& hello);

    std::vector<std::pair<std::string, SessionOwner>> all() const;

private:
    // How many a person has. No entry means none.
    class Counts {
    public:
        size_t of(const std::string& person_id) const;
        size_t total() const { return total_; }
        void add(const std::string& person_id);
        void remove(const std::string& person_id);

    private:
        std::map<std::string, size_t> of_;
        size_t total_ = 0;
    };

    mutable std::mutex mutex_;
    std::map<std::string, SessionOwner> owners_;
    Counts open_;
    Counts opening_;
    bool heard_node_ = false;
};

}  // namespace muster
