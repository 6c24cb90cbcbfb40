#pragma once

#include "hub/access/login_limiter.h"
#include "hub/access/vault.h"
#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.AccessService. Passwords are hashed on a pool of their own, since a hash takes 100 ms
// and 64 MiB. Lives as long as the hub. Thread-safe.
class AccessService {
public:
    // `hashing` has few threads and a short queue.
    AccessService(const HandlerPorts& ports, Pool& hashing, const Vault& vault, const Clock& clock);

    MethodTable methods();

private:
    struct Found;

    void log_in(const std::shared_ptr<UnaryCall>& call);
    void open_session_of(const std::shared_ptr<UnaryCall>& call,
                         const v1::Person& person,
                         const std::string& request_id,
                         std::chrono::seconds ttl);
    void log_out(const std::shared_ptr<UnaryCall>& call);
    void revoke_sessions(const std::shared_ptr<UnaryCall>& call);
    void add_person(const std::shared_ptr<UnaryCall>& call);
    void set_password(const std::shared_ptr<UnaryCall>& call);
    // The person and the hash of the password; empty when there is none.
    Found find_by_name(const std::string& name) const;
    Found find(const EntityPtr& person, const Memory& memory) const;
    bool verify(const Found& found, const std::string& password) const;
    // Runs on `hashing`, or answers that the hub is busy: then false.
    bool hash_later(const std::shared_ptr<UnaryCall>& call, Task task);

    Desk& desk_;
    Pool& pool_;
    Pool& hashing_;
    const Vault& vault_;
    const Clock& clock_;
    LoginLimiter limiter_;
};

}  // namespace muster
