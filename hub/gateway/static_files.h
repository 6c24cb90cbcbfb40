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
        // Of the content, for its ETag.
        std::string hash;
        std::string type;
    };

    std::shared_ptr<const File> find(const std::string& relative);

    const std::filesystem::path folder_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const File>> files_;
};

}  // namespace muster
