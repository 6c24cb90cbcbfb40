#pragma once

#include <filesystem>
#include <map>
#include <mutex>

#include "hub/gateway/http.h"

namespace muster {

// The console's files below one folder. Thread-safe. Files are read when asked for the first time
// and again when they changed; texts are kept compressed as well.
class StaticFiles {
public:
    explicit StaticFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // GET and HEAD of a decoded path; "/" and the console's own routes are index.html, those of the
    // field app field.html.
    HttpResponse answer(const HttpRequest& request, const std::string& path);

private:
    struct File {
        std::filesystem::file_time_type changed_at;
        std::shared_ptr<const std::string> bytes;
        // Null when it would not be shorter.
        std::shared_ptr<const std::string> gzip;
        std::string etag;
        std::string type;
    };

    std::shared_ptr<const File> find(const std::string& relative);

    const std::filesystem::path folder_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const File>> files_;
};

// The file that stands for a path: "/incident/F2104" is the console's, "/field/orders" the field
// app's. Empty for what must not be looked for: "..", hidden files.
std::string file_of_path(const std::string& path);
// Whether it is a route of the console or the field app rather than a file.
bool is_page_route(std::string_view path);
std::string content_type_of(std::string_view name);

}  // namespace muster
