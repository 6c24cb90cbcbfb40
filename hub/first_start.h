#pragma once

#include "hub/access/vault.h"
#include "hub/config.h"
#include "hub/desk/desk.h"

namespace muster {

// Where the hub is found.
struct HubAddresses {
    std::string grpc;
    std::string console;
    // The page that hands out the CA, and the CA's fingerprint in groups of four; both empty where
    // there is nothing to trust.
    std::string trust;
    std::string fingerprint;
};

// On a hub without people: makes the first one, an admin, and says on stdout, once, how to log in
// and what to do next. Does nothing otherwise. Waits for the desk, so it runs on no strand. Codes:
// invalid_argument (the password file's first line), failed_precondition (first_start.no_output:
// a password that cannot be shown is none), those of the desk.
Status make_first_admin(Desk& desk,
                        const Vault& vault,
                        const HubConfig& config,
                        const HubAddresses& addresses);

}  // namespace muster
