#include "hub/gateway/routes.h"

#include <algorithm>
#include <map>

namespace muster {
namespace {

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

}  // namespace

std::string file_of_path(const std::string& path) {
    size_t start = 0;
    while (start < path.size()) {
        const size_t end = std::min(path.find('/', start + 1), path.size());
        const auto part = std::string_view(path).substr(start + 1, end - start - 1);
        if (starts_with(part, ".") && part != ".well-known") return {};
        start = end;
    }
    if (path == "/field" || starts_with(path, "/field/")) return "field.html";
    return is_page_route(path) ? "index.html" : path.substr(1);
}

bool is_page_route(std::string_view path) {
    for (const std::string_view page : {"/", "/wall", "/rooms", "/login", "/field"}) {
        if (path == page) return true;
    }
    for (const std::string_view route : {"/incident/", "/camera/", "/wall/", "/room/", "/field/"}) {
        if (starts_with(path, route)) return true;
    }
    return false;
}

std::string content_type_of(std::string_view name) {
    static const std::map<std::string_view, const char*> types{
        {"html", "text/html; charset=utf-8"},
        {"js", "text/javascript; charset=utf-8"},
        {"mjs", "text/javascript; charset=utf-8"},
        {"css", "text/css; charset=utf-8"},
        {"json", "application/json"},
        {"geojson", "application/geo+json"},
        {"map", "application/json"},
        {"webmanifest", "application/manifest+json"},
        {"svg", "image/svg+xml"},
        {"png", "image/png"},
        {"jpg", "image/jpeg"},
        {"webp", "image/webp"},
        {"ico", "image/x-icon"},
        {"woff2", "font/woff2"},
        {"ttf", "font/ttf"},
        {"wasm", "application/wasm"},
        {"mp3", "audio/mpeg"},
        {"ogg", "audio/ogg"},
        {"wav", "audio/wav"},
        {"txt", "text/plain; charset=utf-8"},
        {"pbf", "application/x-protobuf"},
        {"pmtiles", "application/octet-stream"},
    };
    const auto dot = name.rfind('.');
    const auto found =
        dot == std::string_view::npos ? types.end() : types.find(name.substr(dot + 1));
    return found == types.end() ? "application/octet-stream" : found->second;
}

}  // namespace muster
