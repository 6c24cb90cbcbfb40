#include "hub/gateway/static_files.h"

#include <fstream>

#include <fmt/format.h>
#include <zlib.h>

#include "hub/base/error.h"
#include "hub/gateway/routes.h"
#include "hub/gateway/status_http.h"

namespace muster {
namespace {

constexpr uintmax_t kMaxFileBytes = 64 << 20;
constexpr size_t kMaxFiles = 2'000;
constexpr size_t kWorthCompressing = 1'024;

// Own scripts only; blob workers are MapLibre's; inline styles are those of the component library.
constexpr char kContentSecurityPolicy[] =
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self' data: blob:; manifest-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr char kNoConsole[] =
    "<!doctype html><meta charset=\"utf-8\"><title>Muster 集结</title>"
    "<h1>Muster 集结</h1>"
    "<p>The hub runs, but the console's files are not there. Build them with "
    "<code>npm install &amp;&amp; npm run build</code> in <code>clients/web</code> and start "
    "<code>muster-hub</code> with <code>--web</code> naming the folder "
    "<code>clients/web/dist</code>.</p>"
    "<p>中心已在运行，但找不到控制台文件。请在 <code>clients/web</code> 中执行 "
    "<code>npm install &amp;&amp; npm run build</code>，再以 <code>--web</code> 指定目录 "
    "<code>clients/web/dist</code> 启动 <code>muster-hub</code>。</p>";

constexpr char kNotFound[] =
    "<!doctype html><meta charset=\"utf-8\"><title>404</title>"
    "<p>There is nothing here. 此处没有内容。<a href=\"/\">Muster 集结</a></p>";

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

bool is_text(std::string_view type) {
    return starts_with(type, "text/") || type.find("json") != std::string_view::npos ||
           type.find("svg") != std::string_view::npos ||
           type.find("javascript") != std::string_view::npos || type == "application/wasm";
}

HttpResponse& secure(HttpResponse& response) {
    return response.with("Content-Security-Policy", kContentSecurityPolicy)
        .with("X-Content-Type-Options", "nosniff")
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "no-referrer")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)");
}

HttpResponse page(int status, const char* html) {
    auto response = text_response(status, "text/html; charset=utf-8", html);
    secure(response);
    return response;
}

std::shared_ptr<const std::string> compress(const std::string& bytes) {
    z_stream stream{};
    constexpr int kGzip = 15 + 16;
    if (deflateInit2(&stream, 6, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return nullptr;
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return done && out.size() < bytes.size() ? std::make_shared<const std::string>(std::move(out))
                                             : nullptr;
}

uint64_t fnv1a(std::string_view bytes) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    return hash;
}

// Whether the file is really below the folder, links followed.
bool is_below(const std::filesystem::path& file, const std::filesystem::path& folder) {
    std::error_code error;
    const auto real = std::filesystem::canonical(file, error);
    if (error) return false;
    const auto real_folder = std::filesystem::canonical(folder, error);
    if (error) return false;
    const auto [end, rest] =
        std::mismatch(real_folder.begin(), real_folder.end(), real.begin(), real.end());
    return end == real_folder.end();
}

}  // namespace

HttpResponse StaticFiles::answer(const HttpRequest& request, const std::string& path) {
    if (request.method != "GET" && request.method != "HEAD") {
        auto response =
            problem(405,
                    refuse(absl::StatusCode::kUnimplemented,
                           "gateway.method_not_allowed",
                           {{"method", request.method.substr(0, 20)}, {"allowed", "GET, HEAD"}}),
                    request.header("accept-language"));
        response.with("Allow", "GET, HEAD");
        return response;
    }
    const std::string name = file_of_path(path);
    const auto file = name.empty() ? nullptr : find(name);
    if (!file) {
        return is_page_route(path) ? page(503, kNoConsole) : page(404, kNotFound);
    }
    const std::string_view wanted = request.header("range");
    const bool zipped =
        file->gzip && wanted.empty() && accepts(request.header("accept-encoding"), "gzip");
    HttpResponse response;
    secure(response)
        .with("Content-Type", file->type)
        .with("ETag", '"' + file->hash + (zipped ? "-gz\"" : "\""))
        .with("Vary", "Accept-Encoding")
        // Names in assets/ carry a hash of their content.
        .with("Cache-Control",
              starts_with(name, "assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    const auto known = request.header("if-none-match");
    if (!known.empty() && (known == "*" || known.find(file->hash) != std::string_view::npos)) {
        response.status = 304;
        return response;
    }
    if (!wanted.empty()) {
        const auto range = byte_range(wanted, file->bytes->size());
        if (!range) {
            response.status = 416;
            response.with("Content-Range", fmt::format("bytes */{}", file->bytes->size()));
            return response;
        }
        const auto [first, count] = *range;
        response.status = 206;
        response.with("Content-Range",
                      fmt::format("bytes {}-{}/{}", first, first + count - 1, file->bytes->size()));
        response.body = std::make_shared<const std::string>(file->bytes->substr(first, count));
        return response;
    }
    response.with("Accept-Ranges", "bytes");
    if (zipped) {
        response.with("Content-Encoding", "gzip");
        response.body = file->gzip;
    } else {
        response.body = file->bytes;
    }
    return response;
}

std::shared_ptr<const StaticFiles::File> StaticFiles::find(const std::string& relative) {
    if (folder_.empty()) return nullptr;
    const auto full = folder_ / relative;
    std::error_code error;
    if (!std::filesystem::is_regular_file(full, error) || !is_below(full, folder_)) return nullptr;
    const auto changed_at = std::filesystem::last_write_time(full, error);
    if (error || std::filesystem::file_size(full, error) > kMaxFileBytes || error) return nullptr;
    {
        const std::lock_guard lock(mutex_);
        const auto known = files_.find(relative);
        if (known != files_.end() && known->second->changed_at == changed_at) return known->second;
    }
    std::ifstream in(full, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.good() && !in.eof()) return nullptr;
    auto file = std::make_shared<File>();
    file->changed_at = changed_at;
    file->type = content_type_of(relative);
    file->hash = fmt::format("{:016x}", fnv1a(bytes));
    if (bytes.size() >= kWorthCompressing && is_text(file->type)) file->gzip = compress(bytes);
    file->bytes = std::make_shared<const std::string>(std::move(bytes));
    const std::lock_guard lock(mutex_);
    if (files_.size() >= kMaxFiles) files_.clear();
    files_[relative] = file;
    return file;
}

}  // namespace muster
