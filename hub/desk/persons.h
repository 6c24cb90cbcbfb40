// Decisions on people and their log-ins. Pure. Passwords and tokens never reach a decision: whoever
// calls checks and hashes them (check_password in validate.h, hub/access) and hands in what is
// kept. Codes of all: invalid_argument, not_found, already_exists (id, name), aborted (stale),
// permission_denied, failed_precondition (the last admin, a person who is locked out).
#pragma once

#include <string_view>

#include "hub/desk/draft.h"
#include "hub/desk/lookup.h"
#include "muster/v1/access_service.pb.h"

namespace muster {

// `sealed_password`: the password's Argon2id hash, sealed.
Result<v1::AddPersonResponse> decide(Draft& draft,
                                     const v1::AddPersonRequest& request,
                                     const Context& context,
                                     const std::string& sealed_password);
// Locking a person out ends that person's log-ins; who is locked out or may no longer be in rooms
// leaves them. The last admin stays one; a partner belongs to an agency.
Result<v1::UpdatePersonResponse> decide(Draft& draft,
                                        const v1::UpdatePersonRequest& request,
                                        const Context& context);
// The former password was checked by whoever calls. Other log-ins of that person end;
// `keep_session_id` is the caller's own and may be empty.
Result<v1::SetPasswordResponse> decide(Draft& draft,
                                       const v1::SetPasswordRequest& request,
                                       const Context& context,
                                       const std::string& sealed_password,
                                       std::string_view keep_session_id);

// A log-in of a person whose password was right. Log-ins of that person that are over leave the
// state. Codes: not_found, failed_precondition (locked out).
Result<v1::Session> open_session(Draft& draft,
                                 const Context& context,
                                 std::string_view person_id,
                                 const std::string& token_hash,
                                 std::chrono::seconds ttl);
// Ends one log-in; ending an ended one changes nothing.
Status revoke_session(Draft& draft, const Context& context, std::string_view session_id);
// Ends all log-ins of a person but one (may be empty); says how many.
uint32_t revoke_sessions(Draft& draft,
                         const Context& context,
                         std::string_view person_id,
                         std::string_view keep_session_id = {});
// `own_session_id`: the log-in that the call came with, which ends by its name alone. Codes: those
// of whose_sessions, not_found (access.session_unknown).
Result<v1::RevokeSessionsResponse> decide(Draft& draft,
                                          const v1::RevokeSessionsRequest& request,
                                          const Context& context,
                                          std::string_view own_session_id);
// Whose log-ins are meant: a person's UUID. Empty means the actor; another one only an admin may
// name. State: a Memory or a Draft. Codes: permission_denied (person.not_own_sessions), not_found.
template <class State>
Result<std::string> whose_sessions(const State& state,
                                   const Actor& actor,
                                   std::string_view person) {
    if (person.empty() || person == actor.person_id || person == actor.name) {
        return actor.person_id;
    }
    // Before it is looked for: who may not, does not learn who is there.
    if (actor.role != v1::ROLE_ADMIN) {
        return refuse(
            absl::StatusCode::kPermissionDenied, "person.not_own_sessions", {}, "person_id");
    }
    MUSTER_ASSIGN(const auto stored,
                  find_entity(state, v1::ENTITY_KIND_PERSON, person, "person_id"));
    return stored->message.person().id();
}

// Whether a log-in is good for nothing any more.
bool is_over(const v1::Session& session, UtcTime now);

// The first person of an empty hub; whoever seals the password chose the id. Codes:
// failed_precondition (there is somebody already).
Result<v1::Person> bootstrap_admin(Draft& draft,
                                   const Context& context,
                                   const Uuid& id,
                                   const std::string& name,
                                   const std::string& sealed_password);

}  // namespace muster
