#include "hub/desk/overdue.h"

#include <algorithm>

#include "hub/desk/escalations.h"
#include "hub/desk/order_steps.h"
#include "hub/desk/orders.h"
#include "hub/desk/policies.h"
#include "hub/desk/teams.h"

namespace muster {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

// A hub that looks every second is late by more only when it was down or its clock was set.
constexpr int64_t kWorthSayingS = 3;

// The step that follows a status.
v1::OrderStep step_after(v1::OrderStatus status, bool team) {
    switch (status) {
        case v1::ORDER_STATUS_ISSUED:
            return v1::ORDER_STEP_DELIVER;
        case v1::ORDER_STATUS_DELIVERED:
            return team ? v1::ORDER_STEP_ACKNOWLEDGE : v1::ORDER_STEP_SIGN;
        case v1::ORDER_STATUS_ACKNOWLEDGED:
            return v1::ORDER_STEP_ACCEPT;
        case v1::ORDER_STATUS_ACCEPTED:
            return v1::ORDER_STEP_EN_ROUTE;
        case v1::ORDER_STATUS_EN_ROUTE:
            return v1::ORDER_STEP_ON_SCENE;
        case v1::ORDER_STATUS_SIGNED:
            return v1::ORDER_STEP_IN_HAND;
        case v1::ORDER_STATUS_IN_HAND:
            return v1::ORDER_STEP_FEEDBACK;
        case v1::ORDER_STATUS_FEEDBACK:
            return v1::ORDER_STEP_DONE;
        default:
            return v1::ORDER_STEP_UNSPECIFIED;
    }
}

bool is_reading(v1::OrderStep step) {
    return step == v1::ORDER_STEP_ACKNOWLEDGE || step == v1::ORDER_STEP_SIGN;
}

// What the deadline of a step counts from.
UtcTime base_of(const v1::Order& order, v1::OrderStep step) {
    UtcTime base = from_proto(order.issued_at());
    for (const v1::OrderStatus status : way_of(order)) {
        if (status == status_of_step(step)) break;
        if (const auto at = reached_at(order, status)) base = std::max(base, *at);
    }
    if (is_reading(step) && order.has_amended_at()) {
        base = std::max(base, from_proto(order.amended_at()));
    }
    return base;
}

// Of what is due and was not acted on, the earliest: the next step of its way, and the reading of a
// text that was changed later.
std::optional<Due> next_due(const Draft& draft, const v1::Order& order) {
    if (!is_open(order.status()) || gathers(order)) return std::nullopt;
    std::optional<Due> due;
    const auto consider = [&](v1::OrderStep step) {
        const auto rule = rule_of(draft, order, step);
        if (!rule || draft.find(escalation_key(order, step))) return;
        const UtcTime at = base_of(order, step) + seconds(rule->within_s());
        if (!due || at < due->at) due = Due{step, at};
    };
    const bool team = !order.team_id().empty();
    consider(step_after(order.status(), team));
    if (awaits_new_text(order)) consider(step_after(v1::ORDER_STATUS_DELIVERED, team));
    return due;
}

void set_due_to(v1::Order& order, const std::optional<Due>& due) {
    order.clear_due_step();
    order.clear_due_at();
    order.clear_acknowledge_due();
    if (!due) return;
    order.set_due_step(due->step);
    *order.mutable_due_at() = to_proto(due->at);
    if (due->step == v1::ORDER_STEP_ACKNOWLEDGE) {
        *order.mutable_acknowledge_due() = to_proto(due->at);
    }
}

struct Said {
    std::string_view in_time;
    std::string_view late;
};

Said said_of(v1::OrderStep step) {
    switch (step) {
        case v1::ORDER_STEP_DELIVER:
            return {"log.order_undelivered", "log.order_undelivered_late"};
        case v1::ORDER_STEP_ACCEPT:
            return {"log.order_unaccepted", "log.order_unaccepted_late"};
        case v1::ORDER_STEP_EN_ROUTE:
            return {"log.order_not_en_route", "log.order_not_en_route_late"};
        case v1::ORDER_STEP_ON_SCENE:
            return {"log.order_not_on_scene", "log.order_not_on_scene_late"};
        case v1::ORDER_STEP_SIGN:
            return {"log.order_unsigned", "log.order_unsigned_late"};
        case v1::ORDER_STEP_IN_HAND:
            return {"log.order_not_in_hand", "log.order_not_in_hand_late"};
        case v1::ORDER_STEP_FEEDBACK:
            return {"log.order_no_feedback", "log.order_no_feedback_late"};
        case v1::ORDER_STEP_DONE:
            return {"log.order_not_done", "log.order_not_done_late"};
        default:
            return {"log.order_overdue", "log.order_overdue_late"};
    }
}

void say(Draft& draft,
         const Context& context,
         const v1::Order& order,
         std::string_view code,
         Args args) {
    args.emplace_back("team", recipient_name(draft, order));
    write_log(draft,
              context,
              {.incident_id = order.incident_id(),
               .about_id = order.id(),
               .code = code,
               .args = std::move(args)});
}

void say_overdue(Draft& draft, const Context& context, const v1::Order& order, const Due& due) {
    const auto within = duration_cast<seconds>(due.at - base_of(order, due.step)).count();
    const auto late = duration_cast<seconds>(context.now - due.at).count();
    const Said said = said_of(due.step);
    say(draft,
        context,
        order,
        late >= kWorthSayingS ? said.late : said.in_time,
        {{"within_s", std::to_string(within)},
         {"within_min", std::to_string((within + 59) / 60)},
         {"late_s", std::to_string(late)}});
}

// Who was asked already and did not go.
bool was_asked(const Draft& draft, const v1::Order& order, std::string_view team_id) {
    const auto orders = draft.owned_by(v1::ENTITY_KIND_ORDER, order.incident_id());
    return std::any_of(orders.begin(), orders.end(), [&](const EntityPtr& stored) {
        const auto& other = stored->message.order();
        return other.team_id() == team_id && (other.status() == v1::ORDER_STATUS_DECLINED ||
                                              other.status() == v1::ORDER_STATUS_EXPIRED);
    });
}

EntityPtr next_team(const Draft& draft,
                    const v1::Order& order,
                    const std::vector<std::string>& ranked) {
    for (const auto& id : ranked) {
        const auto team = draft.find(v1::ENTITY_KIND_TEAM, id);
        if (!team || !check_team_free(draft, team->message.team()).ok()) continue;
        if (!was_asked(draft, order, team->message.team().id())) return team;
    }
    return nullptr;
}

// Names the next team, or orders it in the sender's name.
void bring_next(Draft& draft,
                v1::Order& order,
                v1::Escalation& escalation,
                const Context& context,
                const std::vector<std::string>& ranked) {
    const auto incident = standing_incident(draft, order.incident_id());
    const auto team = next_team(draft, order, ranked);
    if (!team || !incident) {
        say(draft, context, order, "log.order_next_nobody", {});
        return;
    }
    const auto& next = team->message.team();
    escalation.set_next_team_id(next.id());
    if (escalation.next() == v1::NEXT_MOVE_OFFER_NEXT) {
        say(draft, context, order, "log.order_next_offered", {{"next", next.name()}});
        return;
    }
    const auto issued = issue_order(draft,
                                    incident->message.incident(),
                                    next,
                                    order.text(),
                                    {},
                                    context,
                                    {.sender_id = order.issued_by_id(),
                                     .predecessor_id = order.id(),
                                     .parent_id = order.parent_id(),
                                     .quiet = true});
    if (!issued.ok()) {
        say(draft, context, order, "log.order_next_nobody", {});
        return;
    }
    escalation.set_next_order_id(issued->id());
    order.set_successor_id(issued->id());
    say(draft, context, order, "log.order_next_ordered", {{"next", next.name()}});
}

// One deadline that has passed.
void act_on(Draft& draft,
            v1::Order& order,
            const Due& due,
            const Context& context,
            const std::vector<std::string>& ranked) {
    v1::Escalation escalation = new_escalation(order, due, context.now);
    say_overdue(draft, context, order, due);
    *order.mutable_overdue_since() = to_proto(due.at);
    const auto rule = rule_of(draft, order, due.step);
    escalation.set_next(rule ? rule->next() : v1::NEXT_MOVE_NONE);
    const auto superior =
        rule ? draft.find(v1::ENTITY_KIND_PERSON, rule->escalate_to_id()) : nullptr;
    if (superior && !superior->message.person().disabled()) {
        const auto& person = superior->message.person();
        escalation.set_escalated_to_id(person.id());
        say(draft,
            context,
            order,
            "log.order_escalated",
            {{"person", person.post().empty() ? person.name() : person.post()}});
    }
    if (escalation.next() == v1::NEXT_MOVE_OFFER_NEXT ||
        escalation.next() == v1::NEXT_MOVE_ORDER_NEXT) {
        bring_next(draft, order, escalation, context, ranked);
    }
    const bool expires = escalation.next() == v1::NEXT_MOVE_EXPIRE;
    v1::Entity entity;
    *entity.mutable_escalation() = std::move(escalation);
    draft.put(std::move(entity));
    if (!expires) return;
    end_as(draft, order, v1::ORDER_STATUS_EXPIRED, {}, context);
    log_step(draft, context, order, {});
}

// What is due as it stands in the order; what it was given before there were policies too.
std::optional<Due> due_in(const v1::Order& order) {
    if (!is_open(order.status())) return std::nullopt;
    std::optional<Due> due;
    if (order.has_due_at()) {
        due = Due{order.due_step(), from_proto(order.due_at())};
    } else if (order.has_acknowledge_due()) {
        due = Due{v1::ORDER_STEP_ACKNOWLEDGE, from_proto(order.acknowledge_due())};
    }
    // The deadline that was acted on stands there until something else is due.
    if (due && order.has_overdue_since() && from_proto(order.overdue_since()) == due->at) {
        return std::nullopt;
    }
    return due;
}

}  // namespace

v1::OrderStatus status_of_step(v1::OrderStep step) {
    switch (step) {
        case v1::ORDER_STEP_DELIVER:
            return v1::ORDER_STATUS_DELIVERED;
        case v1::ORDER_STEP_ACKNOWLEDGE:
            return v1::ORDER_STATUS_ACKNOWLEDGED;
        case v1::ORDER_STEP_ACCEPT:
            return v1::ORDER_STATUS_ACCEPTED;
        case v1::ORDER_STEP_EN_ROUTE:
            return v1::ORDER_STATUS_EN_ROUTE;
        case v1::ORDER_STEP_ON_SCENE:
            return v1::ORDER_STATUS_ON_SCENE;
        case v1::ORDER_STEP_SIGN:
            return v1::ORDER_STATUS_SIGNED;
        case v1::ORDER_STEP_IN_HAND:
            return v1::ORDER_STATUS_IN_HAND;
        case v1::ORDER_STEP_FEEDBACK:
            return v1::ORDER_STATUS_FEEDBACK;
        case v1::ORDER_STEP_DONE:
            return v1::ORDER_STATUS_DONE;
        default:
            return v1::ORDER_STATUS_UNSPECIFIED;
    }
}

void set_due(const Draft& draft, v1::Order& order) {
    const auto late = late_since(draft, order);
    const auto due = next_due(draft, order);
    if (late) {
        *order.mutable_overdue_since() = to_proto(late->at);
        set_due_to(order, due ? due : late);
    } else {
        order.clear_overdue_since();
        set_due_to(order, due);
    }
}

std::optional<UtcTime> due_of(const v1::Order& order) {
    const auto due = due_in(order);
    if (!due) return std::nullopt;
    return due->at;
}

bool needs_next_team(const Draft& draft, const EntityKey& key, UtcTime now) {
    const auto stored = draft.find(key);
    if (!stored || !stored->message.has_order()) return false;
    const auto& order = stored->message.order();
    const auto due = due_in(order);
    if (!due || due->at > now || order.team_id().empty()) return false;
    const auto rule = rule_of(draft, order, due->step);
    return rule &&
           (rule->next() == v1::NEXT_MOVE_OFFER_NEXT || rule->next() == v1::NEXT_MOVE_ORDER_NEXT);
}

void decide_overdue(Draft& draft,
                    const EntityKey& key,
                    const Context& context,
                    const std::vector<std::string>& ranked) {
    const auto stored = draft.find(key);
    if (!stored || !stored->message.has_order()) return;
    v1::Order order = stored->message.order();
    auto due = due_in(order);
    if (!due || due->at > context.now) return;
    // An order has two things due at most: its next step and the reading of a changed text.
    while (due && due->at <= context.now && is_open(order.status())) {
        if (!draft.find(escalation_key(order, due->step))) {
            act_on(draft, order, *due, context, ranked);
        }
        due = next_due(draft, order);
    }
    if (is_open(order.status())) put_order(draft, std::move(order), context);
}

}  // namespace muster
