// Run cards (出动编成): who is sent to an incident of a type and grade. One card a pair.
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/rule_service.pb.h"

namespace muster {

// The most fitting one: of type and grade, else of the type alone; null when there is neither.
EntityPtr run_card_for(const Memory& memory, const v1::Incident& incident);

// Whether a team has the capability, and the equipment where one is named.
bool fits(const v1::Team& team, const v1::Need& need);

// Words of equipment: lower-case letters, digits and "-", at most 40 bytes. Codes:
// invalid_argument.
Status check_equipment_word(std::string_view word, std::string_view field);

// Makes the card of a type and grade, or replaces the one that there is, which keeps its id. Codes:
// invalid_argument, aborted (stale), already_exists (the id is another card's).
Result<v1::PutRunCardResponse> decide(Draft& draft,
                                      const v1::PutRunCardRequest& request,
                                      const Context& context);
// Codes: not_found, aborted (stale).
Result<v1::RemoveRunCardResponse> decide(Draft& draft,
                                         const v1::RemoveRunCardRequest& request,
                                         const Context& context);

}  // namespace muster
