#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/base/result.h"
#include "hub/desk/state.h"
#include "hub/journal/search_terms.h"

namespace muster {

// What left memory and stays on disk: archived incidents and what hangs on them, and which changes
// touched what, for a past picture. Reads on a few connections of its own: never the desk's strand,
// never a lock that the desk waits for. Thread-safe; lives as long as the hub. Codes of all:
// unavailable (journal.cannot_open), data_loss (journal.damaged).
class History {
public:
    static constexpr size_t kConnections = 4;

    // The file need not exist before the first call.
    explicit History(std::string file);
    ~History();

    // The last state of an archived entity; null when there is none.
    Result<EntityPtr> find(const EntityKey& key) const;
    // An incident by its number as people say it ("F2104", either case); null when there is none.
    Result<EntityPtr> find_incident(std::string_view number) const;
    // What hangs on an owner, in the order of its making: on an incident, of rooms on theirs, the
    // duplicates of an incident. At most `limit`.
    Result<std::vector<EntityPtr>> owned_by(v1::EntityKind kind,
                                            const Uuid& owner,
                                            size_t limit) const;

    // A page of a kind, newest first, then by id: by when an incident was reported, an order
    // issued, a response or viewing started, a room opened, a deadline acted on.
    struct Page {
        // Reported at or after, and before.
        std::optional<UtcTime> from;
        std::optional<UtcTime> to;
        // Only what comes after this one.
        std::optional<std::pair<UtcTime, Uuid>> after;
        size_t limit = 0;
    };
    Result<std::vector<EntityPtr>> newest(v1::EntityKind kind, const Page& page) const;
    Result<std::vector<EntityPtr>> incidents(const Page& page) const {
        return newest(v1::ENTITY_KIND_INCIDENT, page);
    }
    // Incidents with a running number below `below`, the highest first.
    Result<std::vector<EntityPtr>> search(const SearchQuery& query,
                                          uint32_t below,
                                          size_t limit) const;

    // The past. The sequence that was the last one at a moment; 0 before the first change.
    struct Moment {
        uint64_t sequence = 0;
        // Of the journal's first change; unset for an empty journal.
        std::optional<UtcTime> began;
    };
    Result<Moment> moment(UtcTime at) const;
    // Where an entity's state is written that held at a sequence: the change that touched it last.
    // That may be one that took it away.
    struct Written {
        EntityKey key;
        uint64_t sequence = 0;
    };
    // Everything of these kinds that may have been there, in no order.
    Result<std::vector<Written>> written(const std::vector<v1::EntityKind>& kinds,
                                         uint64_t sequence) const;
    // The entities as those changes wrote them; what they took away is left out, and so is what
    // was erased. Of a change that was erased because of something else in it: the state that the
    // entity has kept since, or else the one before, as far as that is intact (up to one step too
    // old, never invented). For a few hundred at a time.
    Result<std::vector<EntityPtr>> states(std::vector<Written> written) const;

private:
    class Connection;
    class Lease;
    Result<Lease> lease() const;

    const std::string file_;
    mutable std::mutex mutex_;
    mutable std::condition_variable free_;
    mutable std::vector<std::unique_ptr<Connection>> idle_;
    mutable size_t made_ = 0;
};

}  // namespace muster
