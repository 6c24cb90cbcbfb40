#include "clients/cpp/cli/names.h"

#include <set>

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

Status Names::load_incidents(Cli& cli, const std::vector<std::string>& ids) {
    std::set<std::string> wanted;
    for (const auto& id : ids) {
        if (!id.empty() && !names_.contains(id)) wanted.insert(id);
    }
    if (wanted.empty()) return absl::OkStatus();
    // Most are open: one call names them.
    MUSTER_TRY(unless_refused(cli.pages(v1::ListIncidentsRequest(), [&](const auto& page) {
        for (const auto& incident : page.incidents()) {
            names_[incident.id()] = incident.number();
            wanted.erase(incident.id());
        }
    })));
    for (const auto& id : wanted) {
        if (looked_up_ == kIncidents) break;
        ++looked_up_;
        v1::GetIncidentRequest request;
        request.set_id(id);
        const auto found = cli.call(request);
        if (found.ok()) {
            names_[id] = found->incident().number();
        } else if (absl::IsUnavailable(found.status())) {
            return found.status();
        }
    }
    return absl::OkStatus();
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
