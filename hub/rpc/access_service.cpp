#include "hub/rpc/access_service.h"

#include "hub/access/password.h"
#include "hub/access/token.h"
#include "hub/base/log.h"
#include "hub/desk/lookup.h"
#include "hub/desk/persons.h"
#include "hub/desk/validate.h"
#include "hub/rpc/page.h"
#include "hub/rpc/sealing.h"

namespace muster {
namespace {

constexpr uint32_t kMaxTtlS = 86'400;
constexpr uint32_t kDefaultTtlS = 43'200;
constexpr size_t kMaxPasswordBytes = 200;
constexpr size_t kMaxNameBytes = 64;

Status check_login(const v1::LoginRequest& request) {
    if (!Uuid::parse(request.request_id())) {
        return refuse(absl::StatusCode::kInvalidArgument, "request.id_missing", {}, "request_id");
    }
    MUSTER_TRY(check_length(request.name(), 1, kMaxNameBytes, "name"));
    MUSTER_TRY(check_length(request.password(), 1, kMaxPasswordBytes, "password"));
    return check_range(request.ttl_s(), 0, kMaxTtlS, "ttl_s");
}

Result<v1::WhoAmIResponse> who_am_i(const Desk& desk, const Caller& caller) {
    MUSTER_ASSIGN(const EntityPtr person, desk.read([&](const Memory& memory) {
        return find_entity(memory, v1::ENTITY_KIND_PERSON, caller.actor.person_id, "");
    }));
    v1::WhoAmIResponse response;
    *response.mutable_person() = person->message.person();
    *response.mutable_expires_at() = to_proto(caller.expires_at);
    return response;
}

Result<v1::ListPersonsResponse> list(const Desk& desk, const v1::ListPersonsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_PERSON)) {
            rows.emplace_back(entity->message.person().name(), entity);
        }
    });
    v1::ListPersonsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_persons() = entity->message.person();
    return response;
}

v1::SessionSummary summary_of(const v1::Session& session, const Caller& caller) {
    v1::SessionSummary summary;
    summary.set_id(session.id());
    *summary.mutable_issued_at() = session.issued_at();
    *summary.mutable_expires_at() = session.expires_at();
    summary.set_current(session.id() == caller.session_id);
    return summary;
}

Result<v1::ListSessionsResponse> list_sessions(const Desk& desk,
                                               UtcTime now,
                                               const Caller& caller,
                                               const v1::ListSessionsRequest& request) {
    std::vector<EntityPtr> sessions;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(const std::string person_id,
                      whose_sessions(memory, caller.actor, request.person_id()));
        sessions = memory.owned_by(v1::ENTITY_KIND_SESSION, person_id);
        return {};
    }));
    v1::ListSessionsResponse response;
    // In the order of making: the newest last.
    for (auto at = sessions.rbegin(); at != sessions.rend(); ++at) {
        const v1::Session& session = (*at)->message.session();
        if (!is_over(session, now)) *response.add_sessions() = summary_of(session, caller);
    }
    return response;
}

// A name that nobody has is any text at all, a password in the wrong field too: it stays out.
void log_failed(const UnaryCall& call, std::string_view code, const v1::Person* person) {
    LogFields fields{{"code", std::string(code)}};
    if (person != nullptr) {
        fields.emplace_back("name", person->name());
        fields.emplace_back("person", person->id());
    }
    fields.emplace_back("peer", call.peer());
    log_event(spdlog::level::warn, "log-in-failed", fields);
}

}  // namespace

struct AccessService::Found {
    EntityPtr person;
    std::string hash;
};

AccessService::AccessService(const HandlerPorts& ports,
                             Pool& hashing,
                             const Vault& vault,
                             const Clock& clock)
    : desk_(ports.desk), pool_(ports.pool), hashing_(hashing), vault_(vault), clock_(clock) {
    // The first one costs double; an unknown name shall take as long as a known one.
    (void)hashing_.run([] { verify_nobody(""); });
}

MethodTable AccessService::methods() {
    MethodTable table;
    table.unary["Login"] = [this](const auto& call) { log_in(call); };
    table.unary["Logout"] = [this](const auto& call) { log_out(call); };
    table.unary["AddPerson"] = [this](const auto& call) { add_person(call); };
    table.unary["SetPassword"] = [this](const auto& call) { set_password(call); };
    table.unary["UpdatePerson"] = change<v1::UpdatePersonRequest>(desk_);
    table.unary["WhoAmI"] = look<v1::WhoAmIRequest, v1::WhoAmIResponse>(
        pool_, [this](const auto&, const Caller& caller) { return who_am_i(desk_, caller); });
    table.unary["RevokeSessions"] = [this](const auto& call) { revoke_sessions(call); };
    table.unary["ListSessions"] = look<v1::ListSessionsRequest, v1::ListSessionsResponse>(
        pool_, [this](const auto& request, const Caller& caller) {
            return list_sessions(desk_, clock_.now(), caller, request);
        });
    table.unary["ListPersons"] = look<v1::ListPersonsRequest, v1::ListPersonsResponse>(
        pool_, [this](const auto& request, const Caller&) { return list(desk_, request); });
    return table;
}

void AccessService::log_in(const std::shared_ptr<UnaryCall>& call) {
    const auto request = decode<v1::LoginRequest>(call->body());
    Status fit = request.status();
    if (fit.ok()) fit = check_login(*request);
    if (!fit.ok()) {
        call->finish(fit);
        return;
    }
    const LoginSource source{request->name(), call->peer()};
    fit = limiter_.attempt(source, clock_.steady());
    if (!fit.ok()) {
        call->finish(fit);
        return;
    }
    const bool taken = hash_later(call, [this, call, source, request = *request] {
        const Found found = find_by_name(request.name());
        if (!verify(found, request.password())) {
            log_failed(*call,
                       "access.wrong_login",
                       found.person == nullptr ? nullptr : &found.person->message.person());
            call->finish(refuse(absl::StatusCode::kUnauthenticated, "access.wrong_login"));
            return;
        }
        limiter_.succeeded(source);
        const v1::Person& person = found.person->message.person();
        if (person.disabled()) {
            log_failed(*call, "access.disabled", &person);
            call->finish(refuse(absl::StatusCode::kUnauthenticated, "access.disabled"));
            return;
        }
        const uint32_t ttl_s = request.ttl_s() == 0 ? kDefaultTtlS : request.ttl_s();
        open_session_of(call, person, request.request_id(), std::chrono::seconds(ttl_s));
    });
    if (!taken) limiter_.take_back(source);
}

void AccessService::open_session_of(const std::shared_ptr<UnaryCall>& call,
                                    const v1::Person& person,
                                    const std::string& request_id,
                                    std::chrono::seconds ttl) {
    v1::LoginResponse response;
    response.set_token(make_token());
    *response.mutable_person() = person;
    desk_.submit(
        {.method = call->method(),
         .request_id = request_id,
         .body = vault_.fingerprint(call->body()),
         .actor = actor_of(person),
         .keep_answer = false,
         .decide = [response, ttl](Draft& draft, const Context& context) -> Result<std::string> {
             MUSTER_ASSIGN(
                 const v1::Session session,
                 open_session(
                     draft, context, response.person().id(), token_hash(response.token()), ttl));
             v1::LoginResponse answer = response;
             *answer.mutable_expires_at() = session.expires_at();
             return answer.SerializeAsString();
         }},
        [call, name = person.name(), id = person.id()](Result<std::string> answer) {
            if (answer.ok()) {
                log_event(spdlog::level::info,
                          "log-in",
                          {{"name", name}, {"person", id}, {"peer", call->peer()}});
            }
            call->finish(std::move(answer));
        });
}

void AccessService::log_out(const std::shared_ptr<UnaryCall>& call) {
    const auto request = decode<v1::LogoutRequest>(call->body());
    if (!request.ok()) {
        call->finish(request.status());
        return;
    }
    desk_.submit({.method = call->method(),
                  .request_id = request->request_id(),
                  .body = call->body(),
                  .actor = call->caller().actor,
                  .decide = [session_id = call->caller().session_id](
                                Draft& draft, const Context& context) -> Result<std::string> {
                      MUSTER_TRY(revoke_session(draft, context, session_id));
                      return v1::LogoutResponse().SerializeAsString();
                  }},
                 reply_to(call));
}

void AccessService::revoke_sessions(const std::shared_ptr<UnaryCall>& call) {
    auto decoded = decode<v1::RevokeSessionsRequest>(call->body());
    if (!decoded.ok()) {
        call->finish(decoded.status());
        return;
    }
    desk_.submit({.method = call->method(),
                  .request_id = decoded->request_id(),
                  .body = call->body(),
                  .actor = call->caller().actor,
                  .decide = [request = *std::move(decoded), own = call->caller().session_id](
                                Draft& draft, const Context& context) -> Result<std::string> {
                      MUSTER_ASSIGN(const auto response, decide(draft, request, context, own));
                      return response.SerializeAsString();
                  }},
                 reply_to(call));
}

void AccessService::add_person(const std::shared_ptr<UnaryCall>& call) {
    auto request = decode<v1::AddPersonRequest>(call->body());
    if (!request.ok()) {
        call->finish(request.status());
        return;
    }
    request->set_id(new_owner_id(request->id()));
    hash_later(call, [this, call, request = *std::move(request)] {
        std::string sealed;
        // Otherwise the decision refuses it.
        if (check_password(request.password(), "password").ok()) {
            sealed = vault_.seal(request.id(), hash_password(request.password()));
        }
        submit_sealed(
            desk_,
            vault_,
            call,
            request.request_id(),
            [request, sealed](Draft& draft, const Context& context) -> Result<std::string> {
                MUSTER_ASSIGN(const auto response, decide(draft, request, context, sealed));
                return response.SerializeAsString();
            });
    });
}

void AccessService::set_password(const std::shared_ptr<UnaryCall>& call) {
    auto decoded = decode<v1::SetPasswordRequest>(call->body());
    Status fit = decoded.status();
    if (fit.ok()) fit = check_length(decoded->old_password(), 0, kMaxPasswordBytes, "old_password");
    if (!fit.ok()) {
        call->finish(fit);
        return;
    }
    hash_later(call, [this, call, request = *std::move(decoded)]() mutable {
        const Actor& actor = call->caller().actor;
        if (request.id().empty()) request.set_id(actor.person_id);
        Found found;
        Status fit = desk_.read([&](const Memory& memory) -> Status {
            MUSTER_ASSIGN(const EntityPtr person,
                          find_entity(memory, v1::ENTITY_KIND_PERSON, request.id(), "id"));
            found = find(person, memory);
            return {};
        });
        std::string sealed;
        const bool own = fit.ok() && found.person->message.person().id() == actor.person_id;
        const LoginSource source{actor.name, call->peer()};
        if (own) fit = limiter_.attempt(source, clock_.steady());
        if (own && fit.ok()) {
            if (verify(found, request.old_password())) {
                limiter_.succeeded(source);
            } else {
                fit = refuse(absl::StatusCode::kPermissionDenied,
                             "access.wrong_password",
                             {},
                             "old_password");
            }
        }
        if (fit.ok()) {
            request.set_id(found.person->message.person().id());
            // Who may not set it, or what cannot be one, is refused by the decision.
            if ((own || actor.role == v1::ROLE_ADMIN) &&
                check_password(request.new_password(), "new_password").ok()) {
                sealed = vault_.seal(request.id(), hash_password(request.new_password()));
            }
        }
        submit_sealed(desk_,
                      vault_,
                      call,
                      request.request_id(),
                      [request, fit, sealed, keep = call->caller().session_id](
                          Draft& draft, const Context& context) -> Result<std::string> {
                          MUSTER_TRY(fit);
                          MUSTER_ASSIGN(const auto response,
                                        decide(draft, request, context, sealed, keep));
                          return response.SerializeAsString();
                      });
    });
}

AccessService::Found AccessService::find_by_name(const std::string& name) const {
    return desk_.read([&](const Memory& memory) {
        return find(memory.find_named(v1::ENTITY_KIND_PERSON, name), memory);
    });
}

AccessService::Found AccessService::find(const EntityPtr& person, const Memory& memory) const {
    if (person == nullptr) return {};
    const std::string& id = person->message.person().id();
    const auto credential = memory.find(v1::ENTITY_KIND_CREDENTIAL, id);
    if (credential == nullptr) return {person, {}};
    auto hash = vault_.open_sealed(id, credential->message.credential().sealed());
    if (!hash.ok()) {
        spdlog::error("person {}: {}", id, std::string(hash.status().message()));
        return {person, {}};
    }
    return {person, *std::move(hash)};
}

bool AccessService::verify(const Found& found, const std::string& password) const {
    if (found.hash.empty()) return verify_nobody(password);
    return verify_password(found.hash, password);
}

bool AccessService::hash_later(const std::shared_ptr<UnaryCall>& call, Task task) {
    return run_for(hashing_, call, std::move(task));
}

}  // namespace muster
