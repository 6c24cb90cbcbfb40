#include "hub/rpc/guard.h"

#include "hub/access/token.h"

namespace muster {
namespace {

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

}  // namespace

Actor actor_of(const v1::Person& person) {
    return {.person_id = person.id(),
            .name = person.name(),
            .post = person.post(),
            .role = person.role(),
            .team_id = person.team_id()};
}

Guard::Guard(const Desk& desk, const Clock& clock, std::string node_token)
    : desk_(desk), clock_(clock), node_token_(std::move(node_token)) {}

Result<Caller> Guard::admit(
    std::string_view method,
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) const {
    const MethodRule* rule = rule_of(method);
    if (rule != nullptr && rule->entry == Entry::open) return Caller{};
    const auto header = metadata.find("authorization");
    if (header == metadata.end()) return unauthenticated("access.token_missing");
    const auto token = bearer_token({header->second.data(), header->second.size()});
    if (!token) return unauthenticated("access.token_missing");
    if (rule != nullptr && rule->entry == Entry::node) {
        if (!same_secret(*token, node_token_)) return unauthenticated("access.node_token_wrong");
        return Caller{};
    }
    MUSTER_ASSIGN(Caller caller, caller_of(*token));
    MUSTER_TRY(check_call(method, caller.actor.role));
    return caller;
}

Result<Caller> Guard::caller_of(std::string_view token) const {
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
                  .expires_at = from_proto(log_in.expires_at())};
}

Status Guard::still_valid(const Caller& caller) const {
    EntityPtr session;
    EntityPtr person;
    desk_.read([&](const Memory& memory) {
        session = memory.find(v1::ENTITY_KIND_SESSION, caller.session_id);
        person = memory.find(v1::ENTITY_KIND_PERSON, caller.actor.person_id);
    });
    // An ended log-in may leave memory altogether.
    if (session == nullptr || person == nullptr) return unauthenticated("access.token_revoked");
    const v1::Person& now = person->message.person();
    MUSTER_TRY(usable(session->message.session(), now, clock_.now()));
    if (now.role() != caller.actor.role || now.team_id() != caller.actor.team_id) {
        return unauthenticated("access.role_changed");
    }
    return {};
}

}  // namespace muster
