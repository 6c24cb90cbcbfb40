#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "hub/base/error.h"
#include "hub/desk/journal_port.h"

namespace muster {

// A journal in memory, with levers. It outlives the desks of a test, as a file outlives processes.
// On the strand of the desk that uses it.
class FakeJournal final : public JournalPort {
public:
    Uuid journal_id() const override { return id_; }
    uint64_t last_sequence() const override { return changes_.size(); }
    Status load(const std::function<void(LoadedEntity)>& visit) override;
    Result<std::vector<Tombstone>> tombstones() override;
    uint32_t last_incident_number() const override;
    Result<EntityPtr> find_archived(const EntityKey& key) override;
    Status append(std::span<const DecidedChange> changes) override;
    Result<std::optional<KeptAnswer>> find_answer(const std::string& caller_id,
                                                  const std::string& request_id) override;

    // Refuses the next `count` groups, as a full disk does.
    void fail_next(int count = 1) { failures_ = count; }
    // Refuses every group, and every look for an answer, until release().
    void hold() { held_ = true; }
    void release() { held_ = false; }

    const std::vector<DecidedChange>& changes() const { return changes_; }
    // How many changes each group had.
    const std::vector<size_t>& groups() const { return groups_; }

private:
    Uuid id_ = Uuid::make();
    bool held_ = false;
    int failures_ = 0;
    std::vector<DecidedChange> changes_;
    // The last state of what is there, and of what was archived.
    std::map<EntityKey, EntityPtr> last_;
    std::map<EntityKey, EntityPtr> archive_;
    std::vector<size_t> groups_;
    std::map<std::pair<std::string, std::string>, KeptAnswer> answers_;
};

}  // namespace muster
