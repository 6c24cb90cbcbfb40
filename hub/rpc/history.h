// Memory and archive as one: what a list or a look answers from, whether an incident is still in
// memory or left it a day after it was closed. Memory is looked at first and the archive after it,
// so that what moves from one to the other meanwhile is seen (twice at most, and then once).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/desk/desk.h"
#include "hub/journal/history.h"
#include "hub/rpc/page.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// Thread-safe; runs on the pool. A copy is cheap; what it refers to lives as long as the hub.
// Codes of all: those of find_entity, of History, and unavailable.
class Records {
public:
    // Without a history memory alone is looked at (tests).
    explicit Records(const Desk& desk, const History* history = nullptr)
        : desk_(&desk), history_(history) {}

    // By UUID, or by what people say (an incident's number), as the actor sees it.
    Result<EntityPtr> find(const Actor& actor,
                           v1::EntityKind kind,
                           std::string_view id,
                           std::string_view field) const;
    // The id of an entity that the actor may see: for lists that are narrowed to it.
    Result<std::string> id_of(const Actor& actor,
                              v1::EntityKind kind,
                              std::string_view id,
                              std::string_view field) const;

    // What hangs on an owner (orders, log lines, figures, escalations, responses, rooms of an
    // incident; the incidents that were merged into it; participants of a room) as the actor sees
    // it, in the order of making, archived ones first.
    Result<std::vector<EntityPtr>> owned_by(const Actor& actor,
                                            v1::EntityKind kind,
                                            const std::string& owner_id) const;
    // The same of an incident and of those that were merged into it, oldest first by `time_of`;
    // of one moment in the order of making. Keys stay when one is archived between two pages.
    using TimeOf = UtcTime (*)(const v1::Entity&);
    Result<Rows> timeline(const Actor& actor,
                          v1::EntityKind kind,
                          const std::string& incident_id,
                          TimeOf time_of) const;

    // ListIncidents and SearchIncidents, whole.
    Result<v1::ListIncidentsResponse> list(const Actor& actor,
                                           const v1::ListIncidentsRequest& request) const;
    Result<v1::SearchIncidentsResponse> search(const Actor& actor,
                                               const v1::SearchIncidentsRequest& request) const;

    // The status for a change that did not find its entity: failed_precondition (incident.archived,
    // entity.archived) when it is archived, else `status` as it is.
    Status say_archived(const Actor& actor, const Status& status) const;

private:
    Result<EntityPtr> find_archived(const Actor& actor,
                                    v1::EntityKind kind,
                                    std::string_view id) const;
    Result<bool> sees_archived(const Actor& actor, const StoredEntity& entity) const;

    const Desk* desk_;
    const History* history_;
};

}  // namespace muster
