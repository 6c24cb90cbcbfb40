// Memory and archive as one: what a list or a look answers from, whether an incident is still in
// memory or left it a day after it was closed. Memory is looked at first and the archive after it,
// so that what moves from one to the other meanwhile is seen, and seen once.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/desk/desk.h"
#include "hub/journal/history.h"
#include "hub/rpc/page.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// Thread-safe; runs on the pool. A copy is cheap; what it refers to lives as long as the hub.
// Codes of all: those of find_entity and of History.
class Records {
public:
    // What hangs on one owner and is read at once.
    static constexpr size_t kMostOwned = 100'000;

    // Without a history memory alone is looked at (tests).
    explicit Records(const Desk& desk, const History* history = nullptr)
        : desk_(&desk), history_(history) {}

    const Desk& desk() const { return *desk_; }

    // By UUID, or by what people say (an incident's number), as the actor sees it.
    Result<EntityPtr> find(const Actor& actor,
                           v1::EntityKind kind,
                           std::string_view id,
                           std::string_view field) const;

    // What hangs on an owner, as the actor sees it, in the order of making: orders, log lines,
    // figures, escalations, responses and rooms of an incident, the incidents that were merged into
    // it, the participants of a room.
    Result<std::vector<EntityPtr>> owned_by(const Actor& actor,
                                            v1::EntityKind kind,
                                            const std::string& owner_id) const;
    // The same of an incident, named by UUID or number, and of the incidents that were merged into
    // it, one after the other.
    Result<std::vector<EntityPtr>> about_incident(const Actor& actor,
                                                  v1::EntityKind kind,
                                                  std::string_view incident,
                                                  std::string_view field) const;

    // What a list looks for among everything of a kind.
    struct Wanted {
        v1::EntityKind kind = v1::ENTITY_KIND_UNSPECIFIED;
        // By what it is ordered: what the archive is ordered by too (archived_as()).
        UtcTime (*time_of)(const v1::Entity&) = nullptr;
        std::function<bool(const v1::Entity&)> takes;
        // In the archive too; else in memory alone.
        bool archived = false;
        // At or after, and before; of the archive.
        std::optional<UtcTime> from = std::nullopt;
        std::optional<UtcTime> to = std::nullopt;
    };
    struct Listed {
        std::vector<EntityPtr> entities;
        std::string next_page_token;
    };
    // A page of it, the newest first. Its key stays the same when something is archived between two
    // pages. One call looks at a bounded part of the archive: a page may be short, even empty, and
    // still name a next one. Code: invalid_argument (page.token_unknown).
    Result<Listed> newest(const Actor& actor, const Page& page, const Wanted& wanted) const;

    // Whole answers. A page's key stays the same when an incident is archived between two pages.
    Result<v1::ListIncidentsResponse> list(const v1::ListIncidentsRequest& request,
                                           const Actor& actor) const;
    Result<v1::SearchIncidentsResponse> search(const v1::SearchIncidentsRequest& request,
                                               const Actor& actor) const;

    // The status for a change that did not find what it names: failed_precondition
    // (incident.archived, entity.archived) when that is archived, else `status` as it is.
    Status explain(const Actor& actor, const Status& status) const;

private:
    // Null when there is none, or none that the actor sees.
    Result<EntityPtr> find_archived(const Actor& actor,
                                    v1::EntityKind kind,
                                    std::string_view id) const;
    Result<bool> sees_archived(const Actor& actor, const StoredEntity& entity) const;
    // Leaves out what the actor does not see.
    Status keep_seen(const Actor& actor, std::vector<EntityPtr>& entities) const;

    const Desk* desk_;
    const History* history_;
};

}  // namespace muster
