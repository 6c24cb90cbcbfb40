#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hub/desk/desk.h"

namespace muster {

// One group of requests on its way through the journal. Lives for one take_batch(), on the desk
// strand.
class Desk::Batch {
public:
    explicit Batch(Desk& desk) : desk_(desk), sequence_(desk.journal_.last_sequence()) {}

    void decide(Waiting waiting);
    const std::vector<DecidedChange>& changes() const { return changes_; }
    // Every outcome that rests on this group becomes `unavailable`.
    void fail(const Status& unavailable);
    void reply();

private:
    struct Outcome {
        Reply reply;
        Result<std::string> result;
        // Whether it rests on changes of this group: decided on top of them, or one of them.
        bool rests = true;
    };
    struct First {
        std::string hash;
        size_t outcome;
        bool keep_answer;
    };

    // The first answer to a repeated request; nothing for a new one.
    Result<std::optional<std::string>> find_first(const Act& act, const std::string& hash);
    // already_exists entity.archived: a new entity has the id of one that left memory, by this
    // group or before. Those that the hub made just now cannot clash.
    Status check_new(const std::vector<EntityPtr>& upserts, const std::set<Uuid>& made) const;
    Result<std::string> decide_new(const Act& act, const std::string& hash);

    Desk& desk_;
    uint64_t sequence_;
    Overlay decided_;
    std::vector<DecidedChange> changes_;
    // What they archive.
    std::set<EntityKey> archived_;
    std::vector<Outcome> outcomes_;
    std::map<std::pair<std::string, std::string>, First> firsts_;
};

// UNAVAILABLE journal.unavailable, whatever the journal said.
Status journal_unavailable(const Status& status);

// Serialised Change: the entities' stored bytes as they are.
std::string change_payload(const Act& act,
                           UtcTime at,
                           const std::vector<EntityPtr>& upserts,
                           const std::vector<EntityKey>& removals,
                           const std::vector<EntityKey>& archived = {},
                           const std::vector<EntityKey>& erased = {},
                           const std::string& erasure_reason = {});

}  // namespace muster
