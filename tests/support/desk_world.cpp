#include "tests/support/desk_world.h"

#include <stdexcept>

namespace muster {

Uuid nth_id(uint64_t n) {
    Uuid id;
    id.bytes[0] = 0x7e;
    for (size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<uint8_t>(n >> (8 * i));
    return id;
}

void DeskWorld::start() {
    dispatcher_ = {nth_id(1'000'001).text(), "seat-02", "02席 值班员", v1::ROLE_DISPATCHER, ""};
    admin_ = {nth_id(1'000'002).text(), "admin", "", v1::ROLE_ADMIN, ""};
    strand_ = std::make_unique<ManualStrand>(clock_);
    desk_ =
        std::make_unique<Desk>(*strand_, journal_, clock_, [this] { return nth_id(next_id_++); });
    const Status status = desk_->start([this](const std::vector<DecidedChange>& changes) {
        heard_.insert(heard_.end(), changes.begin(), changes.end());
    });
    if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

void DeskWorld::restart(std::chrono::milliseconds down) {
    desk_.reset();
    clock_.advance(down);
    start();
}

Actor DeskWorld::field(const v1::Team& team) const {
    return {nth_id(2'000'000).text(), "crew", "", v1::ROLE_FIELD, team.id()};
}

v1::Incident DeskWorld::report(v1::IncidentType type) {
    v1::ReportIncidentRequest request;
    request.set_type(type);
    *request.mutable_at() = point(38.9, 121.6);
    return act(request, dispatcher_).value().incident();
}

v1::Team DeskWorld::add_team(const std::string& name, v1::Capability capability) {
    v1::AddTeamRequest request;
    request.set_name(name);
    request.add_capabilities(capability);
    *request.mutable_home() = point(38.91, 121.61);
    return act(request, admin_).value().team();
}

v1::Order DeskWorld::issue(const v1::Incident& incident, const v1::Team& team) {
    v1::IssueOrderRequest request;
    request.set_incident_id(incident.id());
    request.set_team_id(team.id());
    return act(request, dispatcher_).value().order();
}

v1::Camera DeskWorld::add_camera(const std::string& name) {
    v1::AddCameraRequest request;
    request.set_name(name);
    request.set_url("rtsp://10.0.0.7:554/main");
    *request.mutable_at() = point(38.9, 121.6);
    return act(request, admin_, std::optional<std::string>()).value().camera();
}

EntityPtr DeskWorld::find(v1::EntityKind kind, const std::string& id) const {
    auto entity = desk_->read([&](const Memory& memory) { return memory.find(kind, id); });
    if (!entity) throw std::runtime_error("no " + kind_name(kind) + " " + id);
    return entity;
}

v1::Incident DeskWorld::incident(const std::string& id) const {
    return find(v1::ENTITY_KIND_INCIDENT, id)->message.incident();
}

v1::Team DeskWorld::team(const std::string& id) const {
    return find(v1::ENTITY_KIND_TEAM, id)->message.team();
}

v1::Order DeskWorld::order(const std::string& id) const {
    return find(v1::ENTITY_KIND_ORDER, id)->message.order();
}

v1::Room DeskWorld::room(const std::string& id) const {
    return find(v1::ENTITY_KIND_ROOM, id)->message.room();
}

v1::Participant DeskWorld::participant(const std::string& id) const {
    return find(v1::ENTITY_KIND_PARTICIPANT, id)->message.participant();
}

std::vector<v1::LogLine> DeskWorld::log_lines(const std::string& incident_id) const {
    std::vector<v1::LogLine> lines;
    const auto owned = desk_->read([&](const Memory& memory) {
        return memory.owned_by(v1::ENTITY_KIND_LOG_LINE, incident_id);
    });
    lines.reserve(owned.size());
    for (const auto& entity : owned) lines.push_back(entity->message.log_line());
    return lines;
}

std::vector<std::string> DeskWorld::timeline(const std::string& incident_id) const {
    std::vector<std::string> codes;
    const auto lines = log_lines(incident_id);
    codes.reserve(lines.size());
    for (const auto& line : lines) codes.push_back(line.reason().code());
    return codes;
}

v1::Point point(double lat_deg, double lon_deg) {
    v1::Point result;
    result.set_lat_deg(lat_deg);
    result.set_lon_deg(lon_deg);
    return result;
}

std::string code_of(const Status& status) {
    if (status.ok()) return {};
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "no detail: " + std::string(status.message());
}

std::string field_of(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->field() : std::string();
}

}  // namespace muster
