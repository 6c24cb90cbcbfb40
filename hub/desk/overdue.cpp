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

std::optional<Due> standing_due(const v1::Order& order) {
    if (order.has_due_at()) return Due{order.due_step(), from_proto(order.due_at())};
    // What it was given before there were policies.
    if (order.has_acknowledge_due()) {
        return Due{v1::ORDER_STEP_ACKNOWLEDGE, from_proto(order.acknowledge_due())};
    }
    return std::nullopt;
}

// The steps that an order waits for: the next one of its way, and the reading of a text that was
// changed later.
std::vector<v1::OrderStep> awaited(const v1::Order& order) {
    if (!is_open(order.status()) || gathers(order)) return {};
    const bool team = !order.team_id().empty();
    std::vector<v1::OrderStep> steps{step_after(order.status(), team)};
    if (awaits_new_text(order)) steps.push_back(step_after(v1::ORDER_STATUS_DELIVERED, team));
    return steps;
}

// The deadlines that an order has been given already, as it stands on the desk; nothing for a new
// one.
class Given {
public:
    Given(const Draft& draft, const v1::Order& order)
        : stored_(draft.find(v1::ENTITY_KIND_ORDER, order.id())) {}

    // When a step of the order is due; nothing when it has no deadline.
    std::optional<UtcTime> due(const Draft& draft,
                               const v1::Order& order,
                               v1::OrderStep step) const {
        const auto rule = rule_of(draft, order, step);
        std::optional<UtcTime> now;
        if (rule) now = base_of(order, step) + seconds(rule->within_s());
        if (!waited_for(order, step)) return now;
        const auto standing = standing_due(stored_->message.order());
        if (!standing) return std::nullopt;
        if (standing->step == step) return standing->at;
        // The order keeps the earlier of two alone: this one was not before it.
        return now ? std::optional(std::max(*now, standing->at)) : now;
    }

private:
    // Whether the order waited for the step already, since the same moment.
    bool waited_for(const v1::Order& order, v1::OrderStep step) const {
        if (!stored_) return false;
        const v1::Order& before = stored_->message.order();
        const auto steps = awaited(before);
        return std::find(steps.begin(), steps.end(), step) != steps.end() &&
               base_of(before, step) == base_of(order, step);
    }

    EntityPtr stored_;
};

// Of what is due and was not acted on, the earliest.
std::optional<Due> next_due(const Draft& draft, const v1::Order& order) {
    const Given given(draft, order);
    std::optional<Due> due;
    for (const v1::OrderStep step : awaited(order)) {
        if (draft.find(escalation_key(order, step))) continue;
        const auto at = given.due(draft, order, step);
        if (at && (!due || *at < due->at)) due = Due{step, *at};
    }
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

// Whether the step is the reading of a text that was changed after the crew, or the agency, took
// the order on.
bool is_rereading(const v1::Order& order, v1::OrderStep step) {
    return is_reading(step) && awaits_new_text(order) &&
           (order.team_id().empty() ||
            rank_of(order.status()) >= rank_of(v1::ORDER_STATUS_ACCEPTED));
}

// What follows a deadline by its rule. Who works on the order already and did not look at the
// device is not replaced: sender and superior are told.
v1::NextMove next_of(const v1::Order& order,
                     v1::OrderStep step,
                     const std::optional<v1::StepRule>& rule) {
    return rule && !is_rereading(order, step) ? rule->next() : v1::NEXT_MOVE_NONE;
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

std::string called(const v1::Person& person) {
    return person.post().empty() ? person.name() : person.post();
}

// Who is told in the place of a superior that cannot be: who commands the incident, else another
// commander, else an admin; of several always the same one. Null when there is nobody.
EntityPtr stand_in(const Draft& draft, const v1::Order& order) {
    const auto incident = standing_incident(draft, order.incident_id());
    if (incident) {
        auto person =
            draft.find(v1::ENTITY_KIND_PERSON, commander_of(incident->message.incident()));
        if (person && check_can_be_told(person->message.person(), {}).ok() &&
            person->message.person().role() == v1::ROLE_COMMANDER) {
            return person;
        }
    }
    for (const v1::Role role : {v1::ROLE_COMMANDER, v1::ROLE_ADMIN}) {
        for (const auto& person : draft.all(v1::ENTITY_KIND_PERSON)) {
            const auto& one = person->message.person();
            if (one.role() == role && !one.disabled()) return person;
        }
    }
    return nullptr;
}

// A superior who is disabled, or sees no escalations any more, is never skipped in silence.
void tell_superior(Draft& draft,
                   const v1::Order& order,
                   v1::Escalation& escalation,
                   const std::string& superior_id,
                   const Context& context) {
    const auto superior = draft.find(v1::ENTITY_KIND_PERSON, superior_id);
    if (superior && check_can_be_told(superior->message.person(), {}).ok()) {
        const auto& person = superior->message.person();
        escalation.set_escalated_to_id(person.id());
        say(draft, context, order, "log.order_escalated", {{"person", called(person)}});
        return;
    }
    const std::string meant = superior ? called(superior->message.person()) : superior_id;
    const auto other = stand_in(draft, order);
    if (!other) {
        say(draft, context, order, "log.order_escalated_nobody", {{"meant", meant}});
        return;
    }
    const auto& person = other->message.person();
    escalation.set_escalated_to_id(person.id());
    say(draft,
        context,
        order,
        "log.order_escalated_instead",
        {{"person", called(person)}, {"meant", meant}});
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
    escalation.set_next(next_of(order, due.step, rule));
    if (rule && !rule->escalate_to_id().empty()) {
        tell_superior(draft, order, escalation, rule->escalate_to_id(), context);
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

// What is due as it stands in the order, and was not acted on.
std::optional<Due> due_in(const v1::Order& order) {
    if (!is_open(order.status())) return std::nullopt;
    auto due = standing_due(order);
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
    const auto next = next_of(order, due->step, rule);
    return next == v1::NEXT_MOVE_OFFER_NEXT || next == v1::NEXT_MOVE_ORDER_NEXT;
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
