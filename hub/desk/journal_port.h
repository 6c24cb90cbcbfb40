// Where changes become durable. Implemented by journal/sqlite_journal.h and, with levers, by
// tests/support/fake_journal.h.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "hub/base/result.h"
#include "hub/desk/state.h"

namespace muster {

struct KeptAnswer {
    std::string request_hash;
    std::string answer;
    // False when only the hash was kept.
    bool answer_kept = true;
};

// Used on the desk strand only (load() before the strand starts).
class JournalPort {
public:
    virtual ~JournalPort() = default;

    // While one of these lives, many looks (find_archived, find_answer) see one state of the
    // journal and cost one lock of its file, not one each. Ends before append().
    class Looks {
    public:
        explicit Looks(JournalPort& journal) : journal_(journal) { journal_.begin_looks(); }
        ~Looks() { journal_.end_looks(); }
        Looks(const Looks&) = delete;
        Looks& operator=(const Looks&) = delete;

    private:
        JournalPort& journal_;
    };

    // 16 bytes that name this journal for ever.
    virtual Uuid journal_id() const = 0;
    // Sequence of the last change, 0 for an empty journal.
    virtual uint64_t last_sequence() const = 0;
    // Calls `visit` with every current entity that is not archived, in the order of their making.
    // Codes: data_loss (damaged).
    virtual Status load(const std::function<void(LoadedEntity)>& visit) = 0;
    // What was removed or archived within the last 7 days, in order of sequence. Codes: data_loss,
    // unavailable.
    virtual Result<std::vector<Tombstone>> tombstones() = 0;
    // Of every later sequence tombstones() has all there were; who knows an earlier state only must
    // begin anew.
    virtual uint64_t tombstones_from() const { return 0; }
    // The running number of the newest incident that ever was, archived ones too; 0 for none.
    virtual uint32_t last_incident_number() const = 0;
    // The last state of an archived entity; null when there is none. Codes: unavailable.
    virtual Result<EntityPtr> find_archived(const EntityKey& key) = 0;
    // Makes the changes durable as one group: all of them or none. Codes: unavailable (disk full,
    // locked), data_loss.
    virtual Status append(std::span<const DecidedChange> changes) = 0;
    // What was answered to this caller under this request id within the last 30 days. Codes:
    // unavailable.
    virtual Result<std::optional<KeptAnswer>> find_answer(const std::string& caller_id,
                                                          const std::string& request_id) = 0;

private:
    virtual void begin_looks() {}
    virtual void end_looks() {}
};

}  // namespace muster
