#include "clients/city/setup.h"

#include <map>

#include <boost/json.hpp>

#include "clients/city/data_folder.h"
#include "clients/city/paged.h"
#include "clients/city/roster.h"
#include "clients/city/rules.h"
#include "clients/city/street_map.h"
#include "clients/cpp/files.h"
#include "clients/cpp/labels.h"
#include "hub/base/error.h"

namespace muster {
namespace {

constexpr uint32_t kDayS = 86'400;

// Makes the city step by step; every step looks first what is there.
class Setup {
public:
    Setup(const SetupOptions& options, StreetMap map)
        : options_(options), map_(std::move(map)), folder_(options.data), hub_(options.client) {}

    Result<std::string> run() {
        MUSTER_TRY(prepare_logins());
        MUSTER_TRY(log_in_as_admin());
        MUSTER_ASSIGN(districts_, districts_of(city_map_json()));
        MUSTER_TRY(add_zones_and_roads(hub_, districts_));
        MUSTER_TRY(add_agencies(hub_));
        MUSTER_TRY(add_teams());
        MUSTER_TRY(add_people());
        MUSTER_TRY(add_rules(hub_));
        MUSTER_TRY(add_cameras());
        MUSTER_ASSIGN(const std::string users, log_in_visitors());
        MUSTER_TRY(open_room());
        return users;
    }

private:
    // Passwords are on disk before the hub hears of them, so that an interrupted setup can be
    // repeated.
    Status prepare_logins() {
        if (folder_.has_logins()) {
            MUSTER_ASSIGN(logins_, folder_.load_logins());
        }
        const auto need = [this](const std::string& user) {
            auto& login = logins_[user];
            if (login.password.empty()) login.password = to_hex(random_bytes(8));
        };
        for (const auto& seat : roster_seats()) need(seat.user);
        for (const auto& team : roster_teams()) need(team.user);
        return folder_.save_logins(logins_);
    }

    Result<v1::LoginResponse> log_in(const std::string& name, const std::string& password) {
        v1::LoginRequest request;
        request.set_name(name);
        request.set_password(password);
        request.set_ttl_s(kDayS);
        return hub_.call(request);
    }

    Status log_in_as_admin() {
        auto own = log_in(kAdminSeat, logins_[kAdminSeat].password);
        if (!own.ok() && !absl::IsUnauthenticated(own.status())) return own.status();
        if (!own.ok()) {
            if (options_.admin_password_file.empty()) {
                return refuse(absl::StatusCode::kInvalidArgument, "city.admin_needed");
            }
            MUSTER_ASSIGN(std::string password, read_file(options_.admin_password_file));
            password.erase(std::min(password.find_first_of("\r\n"), password.size()));
            own = log_in(options_.admin_name, password);
            MUSTER_TRY(own.status());
            took_over_ = true;
        }
        hub_.set_token(own->token());
        return absl::OkStatus();
    }

    Result<v1::Point> at(const std::string& place_name) const {
        const auto* place = map_.place_named(place_name);
        if (place != nullptr) return place->at;
        return refuse(absl::StatusCode::kInvalidArgument,
                      "city.map_damaged",
                      {{"what", "no place " + place_name}});
    }

    Status add_teams() {
        MUSTER_ASSIGN(const auto known, all_of<v1::ListTeamsRequest>(hub_));
        std::map<std::string, v1::Team> teams;
        for (const auto& team : known.teams()) teams[team.name()] = team;
        for (const auto& team : roster_teams()) {
            MUSTER_ASSIGN(const v1::Point home, at(team.home));
            const auto equipment = equipment_of(team);
            const auto found = teams.find(team.name);
            if (found == teams.end()) {
                v1::AddTeamRequest request;
                request.set_name(team.name);
                request.mutable_capabilities()->Add(team.capabilities.begin(),
                                                    team.capabilities.end());
                *request.mutable_home() = home;
                request.mutable_equipment()->Add(equipment.begin(), equipment.end());
                request.set_agency_id(agency_of(team));
                request.set_zone_id(district_at(districts_, home));
                MUSTER_ASSIGN(const auto added, hub_.call(request));
                team_ids_[team.name] = added.team().id();
                continue;
            }
            team_ids_[team.name] = found->second.id();
            if (!found->second.agency_id().empty()) continue;
            // Made before agencies were there.
            v1::UpdateTeamRequest request;
            request.set_id(found->second.id());
            request.set_expected_version(found->second.version());
            request.mutable_equipment()->Add(equipment.begin(), equipment.end());
            request.set_agency_id(agency_of(team));
            request.set_zone_id(district_at(districts_, home));
            MUSTER_TRY(hub_.call(request).status());
        }
        return absl::OkStatus();
    }

    Status add_people() {
        MUSTER_ASSIGN(const auto known, all_of<v1::ListPersonsRequest>(hub_));
        for (const auto& person : known.persons()) known_people_[person.name()] = person.id();
        for (const auto& seat : roster_seats()) {
            v1::AddPersonRequest request;
            request.set_name(seat.user);
            request.set_post(seat.post);
            request.set_role(seat.role);
            request.set_agency_id(seat.agency);
            MUSTER_TRY(add_person(std::move(request)));
        }
        for (const auto& team : roster_teams()) {
            v1::AddPersonRequest request;
            request.set_name(team.user);
            request.set_post(team.name + " 终端 device");
            request.set_role(v1::ROLE_FIELD);
            request.set_team_id(team_ids_[team.name]);
            MUSTER_TRY(add_person(std::move(request)));
        }
        return absl::OkStatus();
    }

    Status add_person(v1::AddPersonRequest request) {
        const auto& login = logins_[request.name()];
        if (!known_people_.contains(request.name())) {
            request.set_password(login.password);
            return hub_.call(std::move(request)).status();
        }
        // Made before agencies were there.
        if (!request.agency_id().empty()) {
            v1::UpdatePersonRequest update;
            update.set_id(request.name());
            update.set_agency_id(request.agency_id());
            MUSTER_TRY(hub_.call(update).status());
        }
        // Known, but by a password that this folder does not have.
        if (took_over_) return set_password(request.name());
        return absl::OkStatus();
    }

    Status set_password(const std::string& name) {
        v1::SetPasswordRequest request;
        request.set_id(name);
        request.set_new_password(logins_[name].password);
        return hub_.call(request).status();
    }

    Status add_cameras() {
        MUSTER_ASSIGN(const auto known, all_of<v1::ListCamerasRequest>(hub_));
        std::map<std::string, v1::Camera> cameras;
        for (const auto& camera : known.cameras()) cameras[camera.name()] = camera;
        int number = 0;
        for (const auto& camera : roster_cameras()) {
            const std::string url = options_.cameras_url + "/cam/" + std::to_string(++number);
            MUSTER_TRY(add_camera(cameras, camera, url));
        }
        if (options_.foreign_url.empty()) return absl::OkStatus();
        return add_camera(cameras, roster_foreign_camera(), options_.foreign_url);
    }

    Status add_camera(const std::map<std::string, v1::Camera>& known,
                      const RosterCamera& camera,
                      const std::string& url) {
        const auto found = known.find(camera.name);
        if (found == known.end()) {
            v1::AddCameraRequest request;
            request.set_name(camera.name);
            request.set_url(url);
            MUSTER_ASSIGN(*request.mutable_at(), at(camera.place));
            return hub_.call(request).status();
        }
        if (found->second.url() == url) return absl::OkStatus();
        // The ports may be others this time.
        v1::UpdateCameraRequest request;
        request.set_id(found->second.id());
        request.set_url(url);
        return hub_.call(request).status();
    }

    Result<std::string> log_in_visitors() {
        boost::json::array users;
        const auto add = [&](const std::string& user, const std::string& team_id) -> Status {
            auto& login = logins_[user];
            auto response = log_in(user, login.password);
            if (absl::IsUnauthenticated(response.status())) {
                // A visitor may have changed it; the folder's word counts.
                MUSTER_TRY(set_password(user));
                response = log_in(user, login.password);
            }
            MUSTER_TRY(response.status());
            login.token = response->token();
            login.token_ends_s = response->expires_at().seconds();
            users.push_back(boost::json::object{
                {"name", user},
                {"role", word(response->person().role())},
                {"token", response->token()},
                {"password", login.password},
                {"teamId", team_id},
            });
            return absl::OkStatus();
        };
        for (const auto& seat : roster_seats()) {
            if (seat.for_visitors) MUSTER_TRY(add(seat.user, ""));
        }
        for (const auto& team : roster_teams()) {
            if (!team.driven) MUSTER_TRY(add(team.user, team_ids_[team.name]));
        }
        MUSTER_TRY(folder_.save_logins(logins_));
        return boost::json::serialize(users);
    }

    // As its chair's, so that a visitor who logs in there leads it. Known by its title.
    Status open_room() {
        MUSTER_ASSIGN(const auto known, all_of<v1::ListRoomsRequest>(hub_));
        for (const auto& room : known.rooms()) {
            if (room.standing() && room.title() == kDutyRoom) return absl::OkStatus();
        }
        Client chair(options_.client);
        chair.set_token(logins_[kChairSeat].token);
        v1::OpenRoomRequest request;
        request.set_title(kDutyRoom);
        request.set_standing(true);
        return chair.call(request).status();
    }

    const SetupOptions& options_;
    StreetMap map_;
    std::vector<District> districts_;
    DataFolder folder_;
    Client hub_;
    std::map<std::string, CityLogin> logins_;
    std::map<std::string, std::string> team_ids_;
    std::map<std::string, std::string> known_people_;
    // The city's own admin is not there, or has a password that this folder does not know.
    bool took_over_ = false;
};

}  // namespace

Result<std::string> set_up_city(const SetupOptions& options) {
    MUSTER_ASSIGN(StreetMap map, StreetMap::parse(city_map_json()));
    return Setup(options, std::move(map)).run();
}

}  // namespace muster
