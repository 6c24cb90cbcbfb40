#pragma once

#include <functional>
#include <string>

#include "hub/desk/desk.h"
#include "hub/rpc/viewer_book.h"

namespace muster {

// Writes into the journal who watches what, from when to when. What could not be written (a full
// disk) does not keep anybody from watching; compare() makes up for it. Lives as long as the hub.
// Thread-safe.
class ViewingRecord {
public:
    explicit ViewingRecord(Desk& desk) : desk_(desk) {}

    // Of an open session; `then` runs when it is written, or cannot be now. A publisher's is not
    // written down.
    void begin(const std::string& session_id,
               const SessionOwner& owner,
               std::function<void()> then);
    void end(const std::string& session_id);
    // Makes the record what the book says; so viewings end that a node does not name any more.
    void compare(const ViewerBook& book);

private:
    // Of one compare(): the rest follows at the next.
    static constexpr size_t kMaxActs = 500;

    void submit(std::function<void(Draft&, const Context&)> decide, std::function<void()> then);

    Desk& desk_;
};

}  // namespace muster
