#include "hub/desk/escalations.h"

#include <algorithm>

#include "hub/base/sha256.h"
#include "hub/desk/lookup.h"
#include "hub/desk/order_steps.h"

namespace muster {
namespace {

// A changed text is read again; it is neither delivered nor driven to again.
bool is_reading(v1::OrderStep step) {
    return step == v1::ORDER_STEP_ACKNOWLEDGE || step == v1::ORDER_STEP_SIGN;
}

// Whether the order has come to what the escalation waits for.
bool has_come(const v1::Order& order, v1::OrderStep step) {
    if (is_reading(step) && awaits_new_text(order)) return false;
    return rank_of(order.status()) >= rank_of(status_of_step(step));
}

}  // namespace

EntityKey escalation_key(const v1::Order& order, v1::OrderStep step) {
    const std::string hash = sha256({"escalation ",
                                     order.id(),
                                     " ",
                                     std::to_string(static_cast<int>(step)),
                                     " ",
                                     std::to_string(is_reading(step) ? order.text_version() : 0)});
    EntityKey key{v1::ENTITY_KIND_ESCALATION, {}};
    std::copy_n(hash.begin(), key.id.bytes.size(), key.id.bytes.begin());
    // A UUID of one's own making (RFC 9562, version 8).
    key.id.bytes[6] = static_cast<uint8_t>((key.id.bytes[6] & 0x0f) | 0x80);
    key.id.bytes[8] = static_cast<uint8_t>((key.id.bytes[8] & 0x3f) | 0x80);
    return key;
}

v1::Escalation new_escalation(const v1::Order& order, const Due& due, UtcTime now) {
    v1::Escalation escalation;
    escalation.set_id(escalation_key(order, due.step).id.text());
    escalation.set_order_id(order.id());
    escalation.set_incident_id(order.incident_id());
    escalation.set_step(due.step);
    *escalation.mutable_due_at() = to_proto(due.at);
    *escalation.mutable_at() = to_proto(now);
    escalation.set_sender_id(order.issued_by_id());
    return escalation;
}

std::optional<Due> late_since(const Draft& draft, const v1::Order& order) {
    std::optional<Due> late;
    if (!is_open(order.status())) return late;
    for (const auto& stored : draft.owned_by(v1::ENTITY_KIND_ESCALATION, order.id())) {
        const auto& escalation = stored->message.escalation();
        if (escalation.order_id() != order.id() || escalation.has_settled_at() ||
            has_come(order, escalation.step())) {
            continue;
        }
        const UtcTime at = from_proto(escalation.due_at());
        if (!late || at > late->at) late = Due{escalation.step(), at};
    }
    return late;
}

void settle_escalations(Draft& draft, const v1::Order& order, const Context& context) {
    if (order.status() == v1::ORDER_STATUS_EXPIRED) return;
    for (const auto& stored : draft.owned_by(v1::ENTITY_KIND_ESCALATION, order.id())) {
        const auto& waiting = stored->message.escalation();
        if (waiting.order_id() != order.id() || waiting.has_settled_at()) continue;
        if (is_open(order.status()) && !has_come(order, waiting.step())) continue;
        v1::Entity entity = stored->message;
        *entity.mutable_escalation()->mutable_settled_at() = to_proto(context.now);
        draft.put(std::move(entity));
    }
}

bool is_settled(const v1::Escalation& escalation) {
    return escalation.has_settled_at() || escalation.has_seen_at();
}

Result<v1::SeeEscalationResponse> decide(Draft& draft,
                                         const v1::SeeEscalationRequest& request,
                                         const Context& context) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_ESCALATION, request.id(), "id"));
    v1::SeeEscalationResponse response;
    v1::Entity entity = stored->message;
    auto& escalation = *entity.mutable_escalation();
    if (escalation.has_seen_at()) {
        *response.mutable_escalation() = escalation;
        return response;
    }
    escalation.set_seen_by_id(context.actor.person_id);
    *escalation.mutable_seen_at() = to_proto(context.now);
    *response.mutable_escalation() = draft.put(std::move(entity)).escalation();
    return response;
}

}  // namespace muster
