// Command of an incident (指挥权): one named person has it from the report to the close, by day and
// across shifts. It is handed over in two acts, offered and taken: until it is taken (or declined,
// or the offer withdrawn) the present commander stays. Admins, commanders and dispatchers can hold
// it; an admin or a commander may also take it unasked, and says why.
//
// Somebody who is disabled, or gets a role without command, cannot hold it: it falls at once to the
// admin who did that (or, who did it to oneself, to another admin), by name and with a line in each
// timeline, and is offered on from there; what was offered to such a person is withdrawn.
#pragma once

#include <string>
#include <string_view>

#include "hub/desk/draft.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// Codes of all: invalid_argument, not_found, failed_precondition (incident.closed,
// incident.is_duplicate).
// Also: permission_denied (command.not_commander), failed_precondition (command.cannot_hold,
// command.already, command.nothing_offered).
Result<v1::OfferCommandResponse> decide(Draft& draft,
                                        const v1::OfferCommandRequest& request,
                                        const Context& context);
// Also: permission_denied (command.not_offered; person.disabled, for who was disabled while the
// request was on its way), invalid_argument (command.reason_missing), failed_precondition
// (command.already).
Result<v1::TakeCommandResponse> decide(Draft& draft,
                                       const v1::TakeCommandRequest& request,
                                       const Context& context);
// Also: permission_denied (command.not_offered).
Result<v1::DeclineCommandResponse> decide(Draft& draft,
                                          const v1::DeclineCommandRequest& request,
                                          const Context& context);

bool may_command(const v1::Person& person);
// Who commands what this person begins: that person, or an active admin when the person was
// disabled while the request was on its way.
std::string commander_for(const Draft& draft, const std::string& person_id);
// Of a person who can hold command no more.
void release_command(Draft& draft, std::string_view person_id, const Context& context);

}  // namespace muster
