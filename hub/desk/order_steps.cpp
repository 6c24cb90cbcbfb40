#include "hub/desk/order_steps.h"

#include <algorithm>
#include <array>

#include "hub/desk/escalations.h"
#include "hub/desk/overdue.h"
#include "hub/desk/sight.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

using google::protobuf::Timestamp;

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

constexpr std::array kTeamWay{
    v1::ORDER_STATUS_ISSUED,
    v1::ORDER_STATUS_DELIVERED,
    v1::ORDER_STATUS_ACKNOWLEDGED,
    v1::ORDER_STATUS_ACCEPTED,
    v1::ORDER_STATUS_EN_ROUTE,
    v1::ORDER_STATUS_ON_SCENE,
    v1::ORDER_STATUS_COMPLETE,
};
constexpr std::array kAgencyWay{
    v1::ORDER_STATUS_ISSUED,
    v1::ORDER_STATUS_DELIVERED,
    v1::ORDER_STATUS_SIGNED,
    v1::ORDER_STATUS_IN_HAND,
    v1::ORDER_STATUS_FEEDBACK,
    v1::ORDER_STATUS_DONE,
};
// On both ways the third step says that the text was read.
constexpr int kReadRank = 2;

struct Step {
    v1::OrderStatus status;
    bool (v1::Order::*has)() const;
    const Timestamp& (v1::Order::*at)() const;
    Timestamp* (v1::Order::*set)();
    void (v1::Order::*clear)();
};

#define MUSTER_STEP(status, field)                                                       \
    Step {                                                                               \
        status, &v1::Order::has_##field, &v1::Order::field, &v1::Order::mutable_##field, \
            &v1::Order::clear_##field                                                    \
    }
// Each is reached at a time of its own.
constexpr std::array kSteps{
    MUSTER_STEP(v1::ORDER_STATUS_ISSUED, issued_at),
    MUSTER_STEP(v1::ORDER_STATUS_DELIVERED, delivered_at),
    MUSTER_STEP(v1::ORDER_STATUS_ACKNOWLEDGED, acknowledged_at),
    MUSTER_STEP(v1::ORDER_STATUS_ACCEPTED, accepted_at),
    MUSTER_STEP(v1::ORDER_STATUS_EN_ROUTE, en_route_at),
    MUSTER_STEP(v1::ORDER_STATUS_ON_SCENE, on_scene_at),
    MUSTER_STEP(v1::ORDER_STATUS_COMPLETE, complete_at),
    MUSTER_STEP(v1::ORDER_STATUS_SIGNED, signed_at),
    MUSTER_STEP(v1::ORDER_STATUS_IN_HAND, in_hand_at),
    MUSTER_STEP(v1::ORDER_STATUS_FEEDBACK, feedback_at),
    MUSTER_STEP(v1::ORDER_STATUS_DONE, done_at),
};
#undef MUSTER_STEP

const Step* step_of(v1::OrderStatus status) {
    const auto* const found = std::find_if(
        kSteps.begin(), kSteps.end(), [&](const Step& step) { return step.status == status; });
    return found == kSteps.end() ? nullptr : found;
}

// What a team does while it has an order in this status; nothing before it accepted.
v1::TeamStatus team_status_at(v1::OrderStatus status) {
    switch (status) {
        case v1::ORDER_STATUS_ACCEPTED:
            return v1::TEAM_STATUS_ASSIGNED;
        case v1::ORDER_STATUS_EN_ROUTE:
            return v1::TEAM_STATUS_EN_ROUTE;
        case v1::ORDER_STATUS_ON_SCENE:
            return v1::TEAM_STATUS_ON_SCENE;
        default:
            return v1::TEAM_STATUS_UNSPECIFIED;
    }
}

// The order that a team works on: of those that it accepted, the one on which it made the last
// step, `put` among equals; null for none. A team has more than one open order only when somebody
// overrode that it was taken.
EntityPtr works_on(const Draft& draft, std::string_view team_id, std::string_view put) {
    EntityPtr best;
    UtcTime best_at;
    for (const auto& stored : draft.open_orders_of_team(team_id)) {
        const auto& order = stored->message.order();
        if (team_status_at(order.status()) == v1::TEAM_STATUS_UNSPECIFIED) continue;
        const UtcTime at = reached_at(order, order.status()).value_or(UtcTime());
        if (!best || at > best_at || (at == best_at && order.id() == put)) {
            best = stored;
            best_at = at;
        }
    }
    return best;
}

void follow_team(Draft& draft, const v1::Order& order, const Context& context) {
    if (order.team_id().empty()) return;
    const auto stored = draft.find(v1::ENTITY_KIND_TEAM, order.team_id());
    if (!stored) return;
    const v1::Team& before = stored->message.team();
    const auto work = works_on(draft, before.id(), order.id());
    const std::string current = work ? work->message.order().id() : std::string();
    // A team without work keeps the status that it has by hand, unless an order's end frees it.
    auto status = before.status();
    if (status != v1::TEAM_STATUS_OUT_OF_SERVICE) {
        if (work) {
            status = team_status_at(work->message.order().status());
        } else if (!before.current_order_id().empty()) {
            status = v1::TEAM_STATUS_AVAILABLE;
        }
    }
    if (current == before.current_order_id() && status == before.status()) return;
    v1::Entity entity = stored->message;
    auto& team = *entity.mutable_team();
    team.set_current_order_id(current);
    if (status != before.status()) {
        team.set_status(status);
        *team.mutable_status_since() = to_proto(context.now);
        team.clear_status_note();
    }
    draft.put(std::move(entity));
}

// How the order ends when none of its parts goes on and none was done.
v1::OrderStatus end_of_parts(const std::vector<EntityPtr>& parts) {
    const auto all = [&](v1::OrderStatus status) {
        return std::all_of(parts.begin(), parts.end(), [&](const EntityPtr& part) {
            return part->message.order().status() == status;
        });
    };
    if (all(v1::ORDER_STATUS_DECLINED)) return v1::ORDER_STATUS_DECLINED;
    return all(v1::ORDER_STATUS_EXPIRED) ? v1::ORDER_STATUS_EXPIRED : v1::ORDER_STATUS_RECALLED;
}

// Parts may be added, so that the slowest is slower than before.
void go_to(v1::Order& order, v1::OrderStatus status, UtcTime now) {
    for (const v1::OrderStatus later : way_of(order)) {
        if (rank_of(later) > rank_of(status)) (order.*step_of(later)->clear)();
    }
    step_to(order, status, now);
}

}  // namespace

bool gathers(const v1::Order& order) {
    return order.team_id().empty() && order.agency_id().empty();
}

std::span<const v1::OrderStatus> way_of(const v1::Order& order) {
    if (order.team_id().empty()) return kAgencyWay;
    return kTeamWay;
}

int rank_of(v1::OrderStatus status) {
    const auto place = [status](const auto& way) {
        const auto found = std::find(way.begin(), way.end(), status);
        return found == way.end() ? -1 : static_cast<int>(found - way.begin());
    };
    return std::max(place(kTeamWay), place(kAgencyWay));
}

std::optional<UtcTime> reached_at(const v1::Order& order, v1::OrderStatus status) {
    const Step* step = step_of(status);
    if (step == nullptr || !(order.*step->has)()) return std::nullopt;
    return from_proto((order.*step->at)());
}

bool awaits_new_text(const v1::Order& order) {
    return order.text_version() > order.acknowledged_text_version() &&
           rank_of(order.status()) >= kReadRank;
}

Status check_may_answer(const Draft& draft, const v1::Order& order, const Actor& actor) {
    constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
    if (actor.role == v1::ROLE_FIELD && actor.team_id != order.team_id()) {
        return refuse(kDenied, "order.not_own");
    }
    if (actor.role == v1::ROLE_PARTNER && (actor.agency_id.empty() || order.agency_id().empty() ||
                                           !is_within(draft, order.agency_id(), actor.agency_id))) {
        // Who does not see it does not learn that it is there.
        return unknown(v1::ENTITY_KIND_ORDER, order.id(), "id");
    }
    return absl::OkStatus();
}

Status check_on_way(const v1::Order& order, v1::OrderStatus target) {
    if (gathers(order)) return refuse(kPrecondition, "order.gathers");
    const auto way = way_of(order);
    if (std::find(way.begin(), way.end(), target) != way.end()) return absl::OkStatus();
    return refuse(kPrecondition,
                  order.team_id().empty() ? "order.of_agency" : "order.of_team",
                  {{"wanted", word(target)}});
}

Status check_not_ended(const v1::Order& order, v1::OrderStatus wanted) {
    if (is_open(order.status())) return absl::OkStatus();
    return refuse(kPrecondition,
                  order.status() == wanted ? "order.already" : "order.ended",
                  {{"status", word(order.status())}, {"wanted", word(wanted)}});
}

Status check_forward(const v1::Order& order, v1::OrderStatus target) {
    MUSTER_TRY(check_on_way(order, target));
    MUSTER_TRY(check_not_ended(order, target));
    if (rank_of(order.status()) < rank_of(target)) return absl::OkStatus();
    return refuse(kPrecondition,
                  order.status() == target ? "order.already" : "order.backward",
                  {{"status", word(order.status())}, {"wanted", word(target)}});
}

void step_to(v1::Order& order, v1::OrderStatus target, UtcTime now) {
    if (rank_of(order.status()) < kReadRank && rank_of(target) >= kReadRank) {
        order.set_acknowledged_text_version(order.text_version());
    }
    for (const v1::OrderStatus status : way_of(order)) {
        const Step& step = *step_of(status);
        if (!(order.*step.has)()) *(order.*step.set)() = to_proto(now);
        if (status == target) break;
    }
    order.set_status(target);
}

void end_as(Draft& draft,
            v1::Order& order,
            v1::OrderStatus status,
            const std::string& reason,
            const Context& context) {
    order.set_status(status);
    order.set_reason(reason);
    *order.mutable_ended_at() = to_proto(context.now);
    // Written first, so that it does not follow its parts while they end.
    put_order(draft, order, context);
    for (const auto& part : draft.parts_of(order.id())) {
        v1::Order below = part->message.order();
        if (!is_open(below.status())) continue;
        end_as(draft, below, v1::ORDER_STATUS_RECALLED, reason, context);
    }
}

void record_who(v1::Order& order, const Actor& actor) {
    const bool own = (actor.role == v1::ROLE_FIELD && actor.team_id == order.team_id()) ||
                     (actor.role == v1::ROLE_PARTNER && actor.agency_id == order.agency_id());
    if (own) {
        order.clear_answered_on_behalf_by_id();
    } else {
        order.set_answered_on_behalf_by_id(actor.person_id);
    }
}

v1::Order put_order(Draft& draft, v1::Order order, const Context& context) {
    settle_escalations(draft, order, context);
    set_due(draft, order);
    v1::Entity entity;
    *entity.mutable_order() = std::move(order);
    const auto stored = draft.put(std::move(entity));
    follow_team(draft, stored.order(), context);
    if (!stored.order().parent_id().empty()) {
        follow_parts(draft, stored.order().parent_id(), context);
    }
    return stored.order();
}

void follow_parts(Draft& draft, std::string_view order_id, const Context& context) {
    const auto stored = draft.find(v1::ENTITY_KIND_ORDER, order_id);
    if (!stored || !gathers(stored->message.order())) return;
    v1::Order order = stored->message.order();
    if (!is_open(order.status())) return;
    const auto parts = draft.parts_of(order_id);
    if (parts.empty()) return;
    auto slowest = v1::ORDER_STATUS_UNSPECIFIED;
    size_t done = 0;
    for (const auto& part : parts) {
        const auto status = part->message.order().status();
        if (rank_of(status) < 0) continue;
        done += status == v1::ORDER_STATUS_DONE ? 1 : 0;
        if (slowest == v1::ORDER_STATUS_UNSPECIFIED || rank_of(status) < rank_of(slowest)) {
            slowest = status;
        }
    }
    if (slowest == order.status()) return;
    if (slowest == v1::ORDER_STATUS_UNSPECIFIED) {
        order.set_status(end_of_parts(parts));
        *order.mutable_ended_at() = to_proto(context.now);
    } else {
        go_to(order, slowest, context.now);
    }
    if (slowest == v1::ORDER_STATUS_DONE) {
        write_log(
            draft,
            context,
            {.incident_id = order.incident_id(),
             .about_id = order.id(),
             .code = "log.orders_done",
             .args = {{"count", std::to_string(done)}, {"total", std::to_string(parts.size())}}});
    }
    put_order(draft, std::move(order), context);
}

}  // namespace muster
