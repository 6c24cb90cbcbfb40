// A verb that changes an incident and shows it afterwards.
#pragma once

#include <memory>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/incident_view.h"
#include "clients/cpp/cli/options.h"

namespace muster {

// Takes the incident, and the version that is expected where the request has one; other options are
// the caller's.
template <class Request>
CLI::App* add_incident_step(Cli& cli,
                            CLI::App* noun,
                            const char* name,
                            const char* description,
                            const char* example,
                            std::shared_ptr<Request> request) {
    auto* verb = cli.verb(noun, name, description, example, [request](Cli& run) -> Status {
        MUSTER_ASSIGN(const auto response, run.call(*request));
        return show_incident(run, response.incident());
    });
    text_option(verb, "ID", "Incident", [request](const auto& id) {
        request->set_id(id);
    })->required();
    if constexpr (requires { request->set_expected_version(0); }) {
        expect_option(verb,
                      [request](uint32_t version) { request->set_expected_version(version); });
    }
    return verb;
}

}  // namespace muster
