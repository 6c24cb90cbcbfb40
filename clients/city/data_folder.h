#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/result.h"
#include "muster/v1/types.pb.h"

namespace muster {

// A log-in that the demo keeps.
struct CityLogin {
    std::string password;
    // Empty until somebody logged in with it.
    std::string token;
    int64_t token_ends_s = 0;
};

// What the demo city keeps on disk, in files of mode 0600: log-ins by name, and where its teams
// were last. Not thread-safe; one process at a time.
class DataFolder {
public:
    explicit DataFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    bool has_logins() const { return std::filesystem::exists(folder_ / "logins.json"); }
    // Codes: invalid_argument (cli.file_unreadable, also when it is damaged).
    Result<std::map<std::string, CityLogin>> load_logins() const;
    // Codes: invalid_argument (cli.file_unwritable).
    Status save_logins(const std::map<std::string, CityLogin>& logins) const;

    // By the team's field user; empty when there are none.
    std::map<std::string, v1::Point> load_places() const;
    Status save_places(const std::map<std::string, v1::Point>& places) const;

private:
    std::filesystem::path folder_;
};

}  // namespace muster
