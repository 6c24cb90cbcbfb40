#include "hub/rpc/history.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

#include "hub/base/error.h"
#include "hub/desk/sight.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

constexpr uint32_t kSearchDefault = 50;
constexpr uint32_t kSearchMost = 200;
// How much of the archive one call looks at.
constexpr size_t kLookedAtOnce = 500;
constexpr int kLooks = 10;
// The key of a row: 16 hexadecimal digits of time, then the id (newest_first).
constexpr size_t kTimeDigits = 16;

std::optional<std::pair<UtcTime, Uuid>> read_row_key(const std::string& key) {
    if (key.size() <= kTimeDigits) return std::nullopt;
    uint64_t inverted = 0;
    const auto* end = key.data() + kTimeDigits;
    const auto id = Uuid::parse(std::string_view(key).substr(kTimeDigits));
    if (std::from_chars(key.data(), end, inverted, 16).ptr != end || !id) return std::nullopt;
    return std::pair(UtcTime(std::chrono::microseconds(static_cast<int64_t>(~inverted))), *id);
}

Status unknown_token() {
    return refuse(absl::StatusCode::kInvalidArgument, "page.token_unknown", {}, "page_token");
}

UtcTime reported_at(const v1::Entity& entity) {
    return from_proto(entity.incident().reported_at());
}

bool is_reported_within(const v1::Incident& incident, const v1::ListIncidentsRequest& request) {
    const UtcTime at = from_proto(incident.reported_at());
    if (request.has_from() && at < from_proto(request.from())) return false;
    return !request.has_to() || at < from_proto(request.to());
}

// The words of incidents in memory cost most of a search: each version's are made once.
const std::string& terms_of(const EntityPtr& entity) {
    struct Kept {
        EntityPtr entity;
        std::string terms;
    };
    constexpr size_t kMost = 20'000;
    thread_local std::unordered_map<EntityKey, Kept> kept;
    if (kept.size() > kMost) kept.clear();
    Kept& mine = kept[entity->key];
    if (mine.entity != entity) mine = {entity, index_terms(entity->message.incident())};
    return mine.terms;
}

}  // namespace

Result<EntityPtr> Records::find(const Actor& actor,
                                v1::EntityKind kind,
                                std::string_view id,
                                std::string_view field) const {
    auto found = read_as(
        *desk_, actor, [&](const Seen& seen) { return find_entity(seen, kind, id, field); });
    if (found.ok() || !absl::IsNotFound(found.status())) return found;
    MUSTER_ASSIGN(auto archived, find_archived(actor, kind, id));
    if (archived == nullptr) return found;
    return archived;
}

Result<EntityPtr> Records::find_archived(const Actor& actor,
                                         v1::EntityKind kind,
                                         std::string_view id) const {
    if (history_ == nullptr) return EntityPtr();
    EntityPtr entity;
    if (const auto uuid = Uuid::parse(id)) {
        MUSTER_ASSIGN(entity, history_->find({kind, *uuid}));
    } else if (kind == v1::ENTITY_KIND_INCIDENT) {
        MUSTER_ASSIGN(entity, history_->find_incident(id));
    }
    if (entity == nullptr) return entity;
    MUSTER_ASSIGN(const bool seen, sees_archived(actor, *entity));
    return seen ? entity : EntityPtr();
}

Result<bool> Records::sees_archived(const Actor& actor, const StoredEntity& entity) const {
    const AccessClass who = access_class_of(actor);
    const auto seen = [&](const std::vector<EntityPtr>& orders) {
        return desk_->read([&](const Memory& memory) {
            return sees(memory, who, entity.message) ||
                   (entity.message.has_incident() && !who.agency_id.empty() &&
                    is_any_within(memory, orders, who.agency_id));
        });
    };
    if (!who.has(entity.key.kind)) return false;
    if (!who.limited || !entity.message.has_incident()) return seen({});
    MUSTER_ASSIGN(const auto orders,
                  history_->owned_by(v1::ENTITY_KIND_ORDER, entity.key.id, kMostOwned));
    return seen(orders);
}

Status Records::keep_seen(const Actor& actor, std::vector<EntityPtr>& entities) const {
    std::vector<EntityPtr> seen;
    for (auto& entity : entities) {
        MUSTER_ASSIGN(const bool one, sees_archived(actor, *entity));
        if (one) seen.push_back(std::move(entity));
    }
    entities = std::move(seen);
    return {};
}

Result<std::vector<EntityPtr>> Records::owned_by(const Actor& actor,
                                                 v1::EntityKind kind,
                                                 const std::string& owner_id) const {
    auto hot =
        read_as(*desk_, actor, [&](const Seen& seen) { return seen.owned_by(kind, owner_id); });
    const auto owner = Uuid::parse(owner_id);
    if (history_ == nullptr || !owner) return hot;
    MUSTER_ASSIGN(auto owned, history_->owned_by(kind, *owner, kMostOwned));
    MUSTER_TRY(keep_seen(actor, owned));
    std::set<EntityKey> had;
    for (const auto& entity : owned) had.insert(entity->key);
    for (auto& entity : hot) {
        if (!had.contains(entity->key)) owned.push_back(std::move(entity));
    }
    return owned;
}

Result<std::vector<EntityPtr>> Records::about_incident(const Actor& actor,
                                                       v1::EntityKind kind,
                                                       std::string_view incident,
                                                       std::string_view field) const {
    MUSTER_ASSIGN(const auto main, find(actor, v1::ENTITY_KIND_INCIDENT, incident, field));
    MUSTER_ASSIGN(auto about, owned_by(actor, kind, main->key.id.text()));
    MUSTER_ASSIGN(const auto duplicates,
                  owned_by(actor, v1::ENTITY_KIND_INCIDENT, main->key.id.text()));
    for (const auto& duplicate : duplicates) {
        MUSTER_ASSIGN(auto more, owned_by(actor, kind, duplicate->key.id.text()));
        about.insert(about.end(), more.begin(), more.end());
    }
    return about;
}

Result<Records::Listed> Records::newest(const Actor& actor,
                                        const Page& page,
                                        const Wanted& wanted) const {
    const auto after = read_row_key(page.after);
    if (!page.after.empty() && !after) return unknown_token();
    const auto key_of = [&](const EntityPtr& entity) {
        return newest_first(wanted.time_of(entity->message), entity->key.id.text());
    };
    Rows rows;
    std::set<EntityKey> had;
    // The same entity from memory and from the archive is one row.
    const auto add = [&](const EntityPtr& entity) {
        if (wanted.takes(entity->message) && had.insert(entity->key).second) {
            rows.emplace_back(key_of(entity), entity);
        }
    };
    // Looked at outside the lock, which the desk waits for.
    std::vector<EntityPtr> hot;
    read_as(*desk_, actor, [&](const Seen& seen) {
        for (const auto& [id, entity] : seen.all(wanted.kind)) hot.push_back(entity);
    });
    for (const auto& entity : hot) add(entity);
    // Where the archive has more than was looked at.
    std::string looked_upto;
    if (history_ != nullptr && wanted.archived) {
        History::Page past{.from = wanted.from, .to = wanted.to, .after = after};
        size_t found = 0;
        bool more = true;
        for (int i = 0; i < kLooks && found <= page.size && more; ++i) {
            // A page without a filter is full at once; with one, more is looked at.
            past.limit = i == 0 ? page.size + 1 : std::max(page.size + 1, kLookedAtOnce);
            MUSTER_ASSIGN(auto archived, history_->newest(wanted.kind, past));
            more = archived.size() == past.limit;
            if (archived.empty()) break;
            const EntityPtr last = archived.back();
            past.after = std::pair(wanted.time_of(last->message), last->key.id);
            looked_upto = key_of(last);
            // What is not wanted need not be looked at twice.
            std::erase_if(archived, [&](const auto& one) { return !wanted.takes(one->message); });
            MUSTER_TRY(keep_seen(actor, archived));
            found += archived.size();
            for (const auto& entity : archived) add(entity);
        }
        if (!more) looked_upto.clear();
    }
    if (!looked_upto.empty()) {
        std::erase_if(rows, [&](const auto& row) { return row.first > looked_upto; });
    }
    Listed listed;
    listed.next_page_token = cut_page(rows, page);
    if (listed.next_page_token.empty() && !looked_upto.empty()) {
        listed.next_page_token = to_hex(looked_upto);
    }
    for (auto& [key, entity] : rows) listed.entities.push_back(std::move(entity));
    return listed;
}

Result<v1::ListIncidentsResponse> Records::list(const v1::ListIncidentsRequest& request,
                                                const Actor& actor) const {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    if (request.has_from()) MUSTER_TRY(check_time(request.from(), "from"));
    if (request.has_to()) MUSTER_TRY(check_time(request.to(), "to"));
    const auto takes = [&](const v1::Entity& entity) {
        const auto& incident = entity.incident();
        return is_reported_within(incident, request) &&
               (incident.status() != v1::INCIDENT_STATUS_CLOSED || request.include_closed());
    };
    Listed listed;
    if (!request.merged_into_id().empty()) {
        if (!page.after.empty() && !read_row_key(page.after)) return unknown_token();
        MUSTER_ASSIGN(
            const auto into,
            find(actor, v1::ENTITY_KIND_INCIDENT, request.merged_into_id(), "merged_into_id"));
        MUSTER_ASSIGN(const auto merged,
                      owned_by(actor, v1::ENTITY_KIND_INCIDENT, into->key.id.text()));
        Rows rows;
        for (const auto& entity : merged) {
            if (!takes(entity->message)) continue;
            rows.emplace_back(newest_first(reported_at(entity->message), entity->key.id.text()),
                              entity);
        }
        listed.next_page_token = cut_page(rows, page);
        for (auto& [key, entity] : rows) listed.entities.push_back(std::move(entity));
    } else {
        Wanted wanted{.kind = v1::ENTITY_KIND_INCIDENT,
                      .time_of = reported_at,
                      .takes = takes,
                      .archived = request.include_closed()};
        if (request.has_from()) wanted.from = from_proto(request.from());
        if (request.has_to()) wanted.to = from_proto(request.to());
        MUSTER_ASSIGN(listed, newest(actor, page, wanted));
    }
    v1::ListIncidentsResponse response;
    response.set_next_page_token(listed.next_page_token);
    for (const auto& entity : listed.entities) {
        *response.add_incidents() = entity->message.incident();
    }
    return response;
}

// Ordered by running number, the highest first: numbers are given in the order of reports, and the
// archive's words are kept by them.
Result<v1::SearchIncidentsResponse> Records::search(const v1::SearchIncidentsRequest& request,
                                                    const Actor& actor) const {
    MUSTER_ASSIGN(const SearchQuery query, SearchQuery::parse(request.query()));
    MUSTER_TRY(check_range(request.page_size(), 0, kSearchMost, "page_size"));
    const size_t size = request.page_size() == 0 ? kSearchDefault : request.page_size();
    MUSTER_ASSIGN(const Page page, read_page(0, request.page_token()));
    uint32_t below = std::numeric_limits<uint32_t>::max();
    const auto* end = page.after.data() + page.after.size();
    if (!page.after.empty() && (std::from_chars(page.after.data(), end, below).ptr != end)) {
        return unknown_token();
    }
    std::vector<EntityPtr> hot;
    read_as(*desk_, actor, [&](const Seen& seen) {
        for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_INCIDENT)) hot.push_back(entity);
    });
    const auto number_of = [](const EntityPtr& entity) {
        return running_number(entity->message.incident().number());
    };
    std::map<uint32_t, EntityPtr, std::greater<>> found;
    for (const auto& entity : hot) {
        const uint32_t number = number_of(entity);
        if (number < below && query.matches(terms_of(entity))) found.emplace(number, entity);
    }
    if (history_ != nullptr) {
        MUSTER_ASSIGN(auto archived, history_->search(query, below, size + 1));
        MUSTER_TRY(keep_seen(actor, archived));
        for (const auto& entity : archived) found.emplace(number_of(entity), entity);
    }
    v1::SearchIncidentsResponse response;
    for (const auto& [number, entity] : found) {
        if (static_cast<size_t>(response.incidents_size()) == size) {
            const auto& last = response.incidents(response.incidents_size() - 1);
            response.set_next_page_token(to_hex(std::to_string(running_number(last.number()))));
            break;
        }
        *response.add_incidents() = entity->message.incident();
    }
    return response;
}

Status Records::explain(const Actor& actor, const Status& status) const {
    const auto detail = detail_of(status);
    if (history_ == nullptr || !absl::IsNotFound(status) || !detail) return status;
    const auto id = detail->reason().args().find("id");
    const std::string& code = detail->reason().code();
    const auto kind = kind_of_name(code.substr(0, code.find('.')));
    if (id == detail->reason().args().end() || kind == v1::ENTITY_KIND_UNSPECIFIED) return status;
    MUSTER_ASSIGN(const auto archived, find_archived(actor, kind, id->second));
    if (archived == nullptr) return status;
    if (archived->message.has_incident()) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "incident.archived",
                      {{"number", archived->message.incident().number()}},
                      detail->field());
    }
    return refuse(absl::StatusCode::kFailedPrecondition,
                  "record.archived",
                  {{"kind", kind_name(kind)}, {"id", archived->key.id.text()}},
                  detail->field());
}

}  // namespace muster
