#pragma once

#include <functional>
#include <memory>
#include <new>

#include <spdlog/spdlog.h>

#include "hub/desk/desk.h"
#include "hub/rpc/decode.h"
#include "hub/rpc/history.h"
#include "hub/rpc/pool.h"
#include "hub/rpc/raw_service.h"

namespace muster {

// What most handlers need. The referents live as long as the hub.
struct HandlerPorts {
    Desk& desk;
    Pool& pool;
    // What left memory; null where there is no journal (tests).
    const History* history = nullptr;

    Records records() const { return Records(desk, history); }
};

inline Desk::Reply reply_to(std::shared_ptr<UnaryCall> call) {
    return
        [call = std::move(call)](Result<std::string> answer) { call->finish(std::move(answer)); };
}

inline Status busy() {
    return refuse(absl::StatusCode::kResourceExhausted, "hub.busy");
}

// Runs a call's task on the pool; false, and the call is answered, when too much waits there. A
// task that throws, for want of memory say, costs this call alone.
inline bool run_for(Pool& pool, const std::shared_ptr<UnaryCall>& call, Task task) {
    const bool taken = pool.run([call, task = std::move(task)] {
        try {
            task();
        } catch (const std::bad_alloc&) {
            spdlog::error("{}: out of memory", call->method());
            call->finish(busy());
        } catch (const std::exception& error) {
            spdlog::error("{}: {}", call->method(), error.what());
            call->finish(
                refuse(absl::StatusCode::kInternal, "hub.internal", {{"what", error.what()}}));
        }
    });
    if (!taken) call->finish(busy());
    return taken;
}

// The act of a call whose request was parsed: decided by the desk's decide(Draft&, const Request&,
// const Context&).
template <class Request>
Act act_of(const UnaryCall& call, std::shared_ptr<const Request> request) {
    Act act;
    act.method = call.method();
    act.request_id = request->request_id();
    act.body = call.body();
    act.actor = call.caller().actor;
    act.decide = [request = std::move(request)](Draft& draft,
                                                const Context& context) -> Result<std::string> {
        MUSTER_ASSIGN(const auto response, decide(draft, *request, context));
        return response.SerializeAsString();
    };
    return act;
}

// A change that is decided by the desk's decide(Draft&, const Request&, const Context&): parsed
// here, decided on the strand, answered when it is durable. `amend` may change the act before.
template <class Request>
UnaryHandler change(Desk& desk, std::function<void(Act&)> amend = nullptr) {
    return [&desk, amend = std::move(amend)](std::shared_ptr<UnaryCall> call) {
        auto decoded = decode<Request>(call->body());
        if (!decoded.ok()) {
            call->finish(decoded.status());
            return;
        }
        Act act = act_of(*call, std::make_shared<const Request>(*std::move(decoded)));
        if (amend) amend(act);
        desk.submit(std::move(act), reply_to(call));
    };
}

// A look at the state: runs on the pool, off the strand and off gRPC's threads.
template <class Request, class Response>
UnaryHandler look(Pool& pool,
                  std::function<Result<Response>(const Request&, const Caller&)> answer) {
    return [&pool, answer = std::move(answer)](const std::shared_ptr<UnaryCall>& call) {
        run_for(pool, call, [call, answer] {
            const auto request = decode<Request>(call->body());
            if (!request.ok()) {
                call->finish(request.status());
                return;
            }
            const Result<Response> response = answer(*request, call->caller());
            if (response.ok()) {
                call->finish(response->SerializeAsString());
            } else {
                call->finish(response.status());
            }
        });
    };
}

}  // namespace muster
