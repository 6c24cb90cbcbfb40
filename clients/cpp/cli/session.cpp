#include "clients/cpp/cli/session.h"

#include <sys/stat.h>
#include <cstdlib>

#include <boost/json.hpp>

#include "clients/cpp/files.h"
#include "hub/base/error.h"

namespace muster {
namespace {

std::filesystem::path session_path() {
    for (const auto& [variable, below] :
         {std::pair("XDG_CONFIG_HOME", "muster"), std::pair("HOME", ".config/muster")}) {
        const char* folder = std::getenv(variable);
        if (folder != nullptr && *folder == '/') {
            return std::filesystem::path(folder) / below / "session.json";
        }
    }
    return {};
}

std::string text_of(const boost::json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

std::optional<Session> load_session() {
    const auto path = session_path();
    struct stat info {};
    if (path.empty() || ::stat(path.c_str(), &info) != 0 || (info.st_mode & 077) != 0) {
        return std::nullopt;
    }
    const auto content = read_file(path);
    if (!content.ok()) return std::nullopt;
    boost::system::error_code error;
    const auto value = boost::json::parse(*content, error);
    if (error || !value.is_object()) return std::nullopt;
    const auto& object = value.as_object();
    Session session{text_of(object, "hub"), text_of(object, "ca"), text_of(object, "token")};
    if (session.hub.empty() || session.token.empty()) return std::nullopt;
    return session;
}

Status save_session(const Session& session) {
    const auto path = session_path();
    if (path.empty()) return refuse(absl::StatusCode::kInvalidArgument, "cli.no_home");
    const boost::json::object object{
        {"hub", session.hub}, {"ca", session.ca}, {"token", session.token}};
    return write_private_file(path, boost::json::serialize(object) + "\n");
}

void forget_session() {
    std::error_code ignored;
    std::filesystem::remove(session_path(), ignored);
}

std::string usual_ca_file() {
    const auto session = session_path();
    return session.empty() ? std::string() : (session.parent_path() / "ca.crt").string();
}

}  // namespace muster
