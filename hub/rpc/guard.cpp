#include "hub/rpc/guard.h"

#include "hub/access/token.h"
#include "hub/rpc/seat.h"
#include "hub/rpc/sight_net.h"

namespace muster {
namespace {

constexpr int64_t kBurstS = 10;
constexpr int64_t kNanosOfSecond = 1'000'000'000;

Status unauthenticated(std::string_view code) {
    return refuse(absl::StatusCode::kUnauthenticated, code);
}

// Whether a session is good for something at `now`.
Status usable(const v1::Session& session, const v1::Person& person, UtcTime now) {
    if (session.has_revoked_at()) return unauthenticated("access.token_revoked");
    if (from_proto(session.expires_at()) <= now) return unauthenticated("access.token_expired");
    if (person.disabled()) return unauthenticated("access.disabled");
    return {};
}

// A log-in, its person, and whether the seat is held that a ticket speaks of.
struct Found {
    EntityPtr session;
    EntityPtr person;
    bool has_seat = true;
};

Found find_log_in(const Desk& desk,
                  const std::string& session_id,
                  const std::string& person_id,
                  const std::optional<TicketClaims>& ticket) {
    return desk.read([&](const Memory& memory) {
        Found found;
        found.session = memory.find(v1::ENTITY_KIND_SESSION, session_id);
        found.person = memory.find(v1::ENTITY_KIND_PERSON, person_id);
        if (ticket && ticket->is_of_room()) {
            found.has_seat = is_held(memory, seat_of(*ticket), person_id);
        }
        return found;
    });
}

// What is asked of one both when it comes in and later.
Status check_found(const Found& found, UtcTime now) {
    // An ended log-in may leave memory altogether.
    if (found.session == nullptr || found.person == nullptr) {
        return unauthenticated("access.token_revoked");
    }
    MUSTER_TRY(usable(found.session->message.session(), found.person->message.person(), now));
    return found.has_seat ? Status() : unauthenticated("ticket.void");
}

}  // namespace

Actor actor_of(const v1::Person& person) {
    return {.person_id = person.id(),
            .name = person.name(),
            .post = person.post(),
            .role = person.role(),
            .team_id = person.team_id(),
            .agency_id = person.agency_id()};
}

Guard::Guard(const Desk& desk,
             const Clock& clock,
             std::string node_token,
             const TicketOffice& tickets,
             uint32_t acts_per_s)
    : desk_(desk), clock_(clock), node_token_(std::move(node_token)), tickets_(tickets) {
    limit_acts(acts_per_s);
}

void Guard::limit_acts(uint32_t acts_per_s) {
    if (acts_per_s > 0) {
        const int64_t cost_per_s = int64_t{acts_per_s} * kActCost;
        limiter_.change({.burst = kBurstS * cost_per_s,
                         .each = std::chrono::nanoseconds(kNanosOfSecond / cost_per_s)});
    }
    limits_acts_ = acts_per_s > 0;
}

Result<Caller> Guard::admit(std::string_view method,
                            const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                            const std::string& peer) const {
    const MethodRule* rule = rule_of(method);
    if (rule != nullptr && rule->entry == Entry::open) return Caller{};
    const auto header = metadata.find("authorization");
    if (header == metadata.end()) return unauthenticated("access.token_missing");
    const auto token = bearer_token({header->second.data(), header->second.size()});
    if (!token) return unauthenticated("access.token_missing");
    if (rule != nullptr && rule->entry == Entry::node) {
        if (same_secret(*token, node_token_)) return Caller{};
        return check_unknown(unauthenticated("access.node_token_wrong"), peer);
    }
    auto caller = is_ticket(*token) ? caller_of_ticket(rule, *token) : caller_of_token(*token);
    if (!caller.ok()) return check_unknown(caller.status(), peer);
    MUSTER_TRY(check_call(method, caller->actor.role));
    if (limits_acts_) {
        MUSTER_TRY(limiter_.act(caller->actor.person_id, clock_.steady(), rule->cost));
    }
    return caller;
}

// Whoever has a good token is let in from such an address too: many may share it.
Status Guard::check_unknown(Status refused, const std::string& peer) const {
    const auto detail = detail_of(refused);
    const std::string code = detail ? detail->reason().code() : std::string();
    // One that was good once gets its answer: its owner must learn to log in again.
    const bool is_unknown = code == "access.token_unknown" || code == "ticket.malformed" ||
                            code == "access.node_token_wrong";
    if (peer.empty() || !is_unknown) return refused;
    MUSTER_TRY(unknown_.act(peer, clock_.steady()));
    return refused;
}

Result<Caller> Guard::caller_of_token(std::string_view token) const {
    const std::string hash = token_hash(token);
    EntityPtr session;
    EntityPtr person;
    desk_.read([&](const Memory& memory) {
        session = memory.find_session(hash);
        if (session == nullptr) return;
        person = memory.find(v1::ENTITY_KIND_PERSON, session->message.session().person_id());
    });
    if (session == nullptr || person == nullptr) return unauthenticated("access.token_unknown");
    const v1::Session& log_in = session->message.session();
    MUSTER_TRY(usable(log_in, person->message.person(), clock_.now()));
    return Caller{.actor = actor_of(person->message.person()),
                  .session_id = log_in.id(),
                  .expires_at = from_proto(log_in.expires_at()),
                  .ticket = std::nullopt};
}

Result<Caller> Guard::caller_of_ticket(const MethodRule* rule, std::string_view ticket) const {
    MUSTER_ASSIGN(const TicketClaims claims, tickets_.read(ticket));
    if (rule == nullptr || rule->ticket == TicketUse::none || rule->ticket != claims.use) {
        return refuse(absl::StatusCode::kPermissionDenied, "ticket.wrong_use");
    }
    const UtcTime now = clock_.now();
    if (claims.expires_at <= now && !rule->expired_ticket) {
        return unauthenticated("ticket.expired");
    }
    const Found found =
        find_log_in(desk_, claims.session_id.text(), claims.person_id.text(), claims);
    MUSTER_TRY(check_found(found, now));
    return Caller{.actor = actor_of(found.person->message.person()),
                  .session_id = claims.session_id.text(),
                  .expires_at = from_proto(found.session->message.session().expires_at()),
                  .ticket = claims};
}

Status Guard::check_log_in(const std::string& session_id, const std::string& person_id) const {
    return check_found(find_log_in(desk_, session_id, person_id, std::nullopt), clock_.now());
}

Status Guard::check_shown(const Actor& actor,
                          const google::protobuf::Descriptor& type,
                          std::string_view bytes) const {
    return muster::check_shown(desk_, actor, type, bytes);
}

Status Guard::still_valid(const Caller& caller) const {
    const Found found =
        find_log_in(desk_, caller.session_id, caller.actor.person_id, caller.ticket);
    MUSTER_TRY(check_found(found, clock_.now()));
    const v1::Person& now = found.person->message.person();
    if (now.role() != caller.actor.role || now.team_id() != caller.actor.team_id ||
        now.agency_id() != caller.actor.agency_id) {
        return unauthenticated("access.role_changed");
    }
    return {};
}

}  // namespace muster
