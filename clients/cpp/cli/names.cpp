#include "clients/cpp/cli/names.h"

namespace muster {
namespace {

// A table without names is still a table.
Status unless_refused(Status status) {
    return absl::IsPermissionDenied(status) ? absl::OkStatus() : status;
}

}  // namespace

Status Names::load_teams(Cli& cli) {
    return unless_refused(cli.pages(v1::ListTeamsRequest(), [this](const auto& page) {
        for (const auto& team : page.teams()) names_[team.id()] = team.name();
    }));
}

Status Names::load_incidents(Cli& cli) {
    v1::ListIncidentsRequest request;
    request.set_include_closed(true);
    return unless_refused(cli.pages(request, [this](const auto& page) {
        for (const auto& incident : page.incidents()) names_[incident.id()] = incident.number();
    }));
}

Status Names::load_persons(Cli& cli) {
    return unless_refused(cli.pages(v1::ListPersonsRequest(), [this](const auto& page) {
        for (const auto& person : page.persons()) names_[person.id()] = person.name();
    }));
}

Status Names::load_agencies(Cli& cli) {
    return unless_refused(cli.pages(v1::ListAgenciesRequest(), [this](const auto& page) {
        for (const auto& agency : page.agencies()) names_[agency.id()] = agency.name();
    }));
}

Status Names::load_cameras(Cli& cli) {
    return unless_refused(cli.pages(v1::ListCamerasRequest(), [this](const auto& page) {
        for (const auto& camera : page.cameras()) names_[camera.id()] = camera.name();
    }));
}

std::string Names::of(const std::string& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? id : found->second;
}

}  // namespace muster
