#pragma once

#include <filesystem>
#include <string>

#include "clients/cpp/client.h"

namespace muster {

struct SetupOptions {
    ClientOptions client;
    // Where passwords are kept, in a file of mode 0600.
    std::filesystem::path data;
    std::string admin_name = "admin";
    // May be empty once the city's own admin exists.
    std::filesystem::path admin_password_file;
    // Camera N is at this address + "/cam/N".
    std::string cameras_url = "rtsp://127.0.0.1:7755";
    // Empty: there is no foreign camera.
    std::string foreign_url;
};

// Makes what is missing of the city's teams, people and cameras, through the public API; may be
// repeated at any time. Returns a JSON array of those who may log in, with tokens for 24 h:
// [{"name":..,"role":"admin","token":..,"password":..,"teamId":..}]. Codes:
// invalid_argument (city.admin_needed, cli.file_*), and what the hub refuses.
Result<std::string> set_up_city(const SetupOptions& options);

}  // namespace muster
