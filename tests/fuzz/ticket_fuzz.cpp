// What callers send as metadata: bearers, tickets, addresses. Nothing that is not sealed by this
// hub is a ticket; whatever is taken is within its bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "hub/access/ticket.h"
#include "hub/access/token.h"
#include "hub/rpc/peer.h"

namespace {

constexpr size_t kMaxToken = 256;
constexpr size_t kMaxPeer = 64;

void check_peer(const std::string& text) {
    const std::multimap<grpc::string_ref, grpc::string_ref> said{{"x-muster-peer", text}};
    for (const std::string& peer : {muster::peer_of(text, {}), muster::peer_of("unknown", said)}) {
        if (peer.size() > kMaxPeer) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const muster::TicketOffice office;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto bearer = muster::bearer_token(text);
    if (bearer && (bearer->empty() || bearer->size() > kMaxToken)) std::abort();
    if (office.read(bearer.value_or(text)).ok()) std::abort();
    // A real one with one character changed is none either.
    muster::TicketClaims claims;
    claims.use = muster::TicketUse::watch;
    std::string ticket = office.mint(claims);
    if (!office.read(ticket).ok()) std::abort();
    if (size >= 2) {
        char& place = ticket[data[0] % ticket.size()];
        if (place != static_cast<char>(data[1])) {
            place = static_cast<char>(data[1]);
            if (office.read(ticket).ok()) std::abort();
        }
    }
    check_peer(text);
    return 0;
}
