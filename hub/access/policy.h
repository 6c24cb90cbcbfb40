// access: who may do what. The table of roles (policy), secrets at rest (vault), passwords, tokens,
// tickets and the limit on wrong log-ins. Knows no entity store and no socket.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "hub/access/ticket.h"
#include "hub/base/error.h"
#include "muster/v1/types.pb.h"

namespace muster {

// How a method is entered.
enum class Entry {
    // A person with a token and one of the rule's roles.
    by_role,
    // Nobody needs a token.
    open,
    // A media node with the node's token.
    node,
};

// What a call takes of what one person may call in a time (ActLimiter).
constexpr uint32_t kActCost = 10;
constexpr uint32_t kLookCost = 5;
constexpr uint32_t kBeatCost = 1;
// Another view of the picture: all of it is looked through.
constexpr uint32_t kViewCost = 100;

struct MethodRule {
    // "muster.v1.IncidentService/ReportIncident".
    std::string_view method;
    Entry entry;
    // Bit n is Role n.
    uint32_t roles;
    uint32_t cost = 0;
    // Which ticket is taken in place of a log-in's token.
    TicketUse ticket = TicketUse::none;
    // An expired one too: it ends what was opened in time, and opens nothing.
    bool expired_ticket = false;
};

struct KindRule {
    v1::EntityKind kind;
    uint32_t roles;
};

// THE table. A method or kind without a row is refused to everybody, and a test says so.
std::span<const MethodRule> method_rules();
std::span<const KindRule> kind_rules();

// Null for a method without a row.
const MethodRule* rule_of(std::string_view method);

// Codes: permission_denied (access.denied, naming method and role).
Status check_call(std::string_view method, v1::Role role);

bool may_see(v1::Role role, v1::EntityKind kind);
std::vector<v1::EntityKind> kinds_seen_by(v1::Role role);

// "dispatcher"; "unspecified" for none.
std::string role_name(v1::Role role);

}  // namespace muster
