#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/strand.h"
#include "hub/desk/context.h"
#include "hub/desk/deadlines.h"
#include "hub/desk/draft.h"
#include "hub/desk/fair_queue.h"
#include "hub/desk/journal_port.h"
#include "hub/desk/memory.h"
#include "hub/desk/meter.h"

namespace muster {

// A request on its way to a decision.
struct Act {
    // "muster.v1.OrderService/IssueOrder"; goes into the journal.
    std::string method;
    // UUID, unique a caller; a repeated one returns the first answer. Empty only for what the hub
    // itself does.
    std::string request_id;
    // The request as it came; a retry must have the same bytes.
    std::string body;
    Actor actor;
    // False for log-in and tickets: the journal keeps the hash of the request, never the answer.
    bool keep_answer = true;
    // False: a decision that changes nothing leaves nothing in the journal either, and a retry is
    // decided anew.
    bool keep_unchanged = true;
    // Reads and writes the draft; returns the serialised response. Pure. Runs on the desk strand.
    std::function<Result<std::string>(Draft&, const Context&)> decide;
};

// The one place where state changes. Lives as long as the hub; its strand is stopped before it
// goes. Public methods are thread-safe; everything else runs on the strand: collect what waits,
// decide each on a draft, append all as one group, apply, hand on, reply.
class Desk {
public:
    using Reply = std::function<void(Result<std::string>)>;
    // Told what was made durable, on the strand, in order of sequence, before the replies go out.
    using Listener = std::function<void(const std::vector<DecidedChange>&)>;

    Desk(Strand& strand,
         JournalPort& journal,
         const Clock& clock,
         std::function<Uuid()> new_id = Uuid::make);

    // An entity is at most this long, serialised.
    static constexpr size_t kEntityBytes = 16 * 1024;
    // Requests of one group, and requests that may wait.
    static constexpr size_t kBatch = 256;
    static constexpr size_t kWaiting = 10'000;
    // Of one caller; the hub's own acts are not counted.
    static constexpr size_t kWaitingOfOne = 2'000;
    // How often deadlines are looked at.
    static constexpr std::chrono::seconds kLook{1};

    // How long what is over stays in memory before it is archived; before start(), or later.
    void keep_hot_for(std::chrono::minutes hot);

    // Once, before the first submit: loads the journal and arms the deadlines. `loaded` sees every
    // entity. Codes: those of JournalPort::load.
    Status start(Listener listener,
                 const std::function<void(const LoadedEntity&)>& loaded = nullptr);

    // Who finds the teams that could take an order's place when its deadline has passed: called on
    // the strand, returns at once, and calls `found` from whatever thread, once, with the best
    // first; with nothing when the search is not to be had now: the deadline is looked at again,
    // since "nobody can go" would be a lie. Set before start().
    using FoundTeams = std::function<void(std::optional<std::vector<std::string>>)>;
    using FindTeams = std::function<void(const EntityKey& order, FoundTeams found)>;
    void find_teams_with(FindTeams find_teams) { find_teams_ = std::move(find_teams); }

    // Posts; `reply` runs on the strand. Callers are served in turn, each one's own in order.
    // Codes: what decide() returns; invalid_argument (request_id missing, no UUID, or reused for
    // another body; an entity that became too long); already_exists (a repeated request whose
    // answer is not kept); unavailable (the journal; too many wait); resource_exhausted (too many
    // of this caller's wait).
    void submit(Act act, Reply reply);

    // Runs `look` on the state as it is after the last applied change, from any thread. `look` is
    // short, keeps EntityPtrs rather than references, and calls nothing of the desk.
    template <class Look>
    auto read(Look&& look) const {
        std::unique_lock turn(turnstile_);
        const std::shared_lock lock(memory_mutex_);
        turn.unlock();
        return std::forward<Look>(look)(std::as_const(memory_));
    }

    const DeskMeter& meter() const { return meter_; }
    // Requests that wait, and for how long the oldest that has no answer yet has been here.
    size_t waiting() const;
    std::chrono::microseconds oldest_wait() const;

private:
    struct Waiting {
        Act act;
        Reply reply;
        SteadyTime since;
    };
    class Batch;

    void take_batch();
    void apply(const std::vector<DecidedChange>& changes);
    void say_how_the_journal_does(const Status& status);
    void look_at_deadlines();
    void submit_due(const EntityKey& key, std::vector<std::string> ranked_teams);
    // Posts a task that is dropped when the desk is gone.
    void post_guarded(std::chrono::milliseconds delay, void (Desk::*run)());
    void found_teams(const EntityKey& order, std::optional<std::vector<std::string>> ranked);

    Strand& strand_;
    JournalPort& journal_;
    const Clock& clock_;
    std::function<Uuid()> new_id_;
    Listener listener_;
    FindTeams find_teams_;
    Deadlines deadlines_;
    bool journal_works_ = true;
    DeskMeter meter_{clock_};
    mutable std::mutex waiting_mutex_;
    FairQueue<Waiting> waiting_;
    // Since when the oldest request of the group in work is here.
    std::optional<SteadyTime> in_work_since_;
    // Taken before memory_mutex_, so that a stream of readers cannot keep the strand from writing:
    // glibc's lock prefers readers.
    mutable std::mutex turnstile_;
    mutable std::shared_mutex memory_mutex_;
    Memory memory_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace muster
