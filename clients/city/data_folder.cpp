#include "clients/city/data_folder.h"

#include <boost/json.hpp>

#include "clients/city/geo.h"
#include "clients/cpp/files.h"
#include "hub/base/error.h"

namespace muster {

namespace json = boost::json;

Result<std::map<std::string, CityLogin>> DataFolder::load_logins() const {
    const auto path = folder_ / "logins.json";
    MUSTER_ASSIGN(const std::string content, read_file(path));
    std::map<std::string, CityLogin> logins;
    try {
        const json::value document = json::parse(content);
        for (const auto& entry : document.as_object()) {
            const auto& fields = entry.value().as_object();
            logins[std::string(entry.key())] = {
                std::string(fields.at("password").as_string()),
                std::string(fields.at("token").as_string()),
                fields.at("tokenEndsS").to_number<int64_t>(),
            };
        }
    } catch (const std::exception& error) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "cli.file_unreadable",
                      {{"file", path.string()}, {"what", error.what()}});
    }
    return logins;
}

Status DataFolder::save_logins(const std::map<std::string, CityLogin>& logins) const {
    json::object all;
    for (const auto& [name, login] : logins) {
        all[name] = json::object{{"password", login.password},
                                 {"token", login.token},
                                 {"tokenEndsS", login.token_ends_s}};
    }
    return write_private_file(folder_ / "logins.json", json::serialize(all) + "\n");
}

std::map<std::string, v1::Point> DataFolder::load_places() const {
    std::map<std::string, v1::Point> places;
    const auto content = read_file(folder_ / "places.json");
    if (!content.ok()) return places;
    try {
        const json::value document = json::parse(*content);
        for (const auto& entry : document.as_object()) {
            const auto& pair = entry.value().as_array();
            places[std::string(entry.key())] =
                point_at(pair.at(0).to_number<double>(), pair.at(1).to_number<double>());
        }
    } catch (const std::exception&) {
        // Everybody starts at home then.
        places.clear();
    }
    return places;
}

Status DataFolder::save_places(const std::map<std::string, v1::Point>& places) const {
    json::object all;
    for (const auto& [name, at] : places) all[name] = json::array{at.lat_deg(), at.lon_deg()};
    return write_private_file(folder_ / "places.json", json::serialize(all) + "\n");
}

}  // namespace muster
