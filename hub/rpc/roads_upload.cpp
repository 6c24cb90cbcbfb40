#include "hub/rpc/roads_upload.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr std::string_view kPrefix = "roads.upload.";

Status no_room(int error) {
    return refuse(absl::StatusCode::kUnavailable, "road.no_room", {{"what", std::strerror(error)}});
}

// An open file; closed when it goes.
class File {
public:
    File(const std::filesystem::path& path, int flags)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return fd_; }

private:
    const int fd_;
};

// The whole of it at this place, or nothing beyond it.
Status write_at(const std::filesystem::path& path, uint64_t offset, std::string_view bytes) {
    const File file(path, O_WRONLY | O_CREAT);
    if (file.fd() < 0) return no_room(errno);
    const auto whole = static_cast<off_t>(offset);
    for (auto at = whole; !bytes.empty();) {
        const ssize_t written = ::pwrite(file.fd(), bytes.data(), bytes.size(), at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            const int error = written < 0 ? errno : ENOSPC;
            if (::ftruncate(file.fd(), whole) != 0) spdlog::warn("{}: not cut", path.string());
            return no_room(error);
        }
        at += written;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
}

Status sync(const std::filesystem::path& path, int flags) {
    const File file(path, flags);
    return file.fd() < 0 || ::fsync(file.fd()) != 0 ? no_room(errno) : absl::OkStatus();
}

}  // namespace

RoadsUpload::RoadsUpload(std::filesystem::path folder, Roads& roads, const Clock& clock)
    : folder_(std::move(folder)), roads_(roads), clock_(clock) {}

void RoadsUpload::load() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
        if (!entry.path().filename().string().starts_with(kPrefix)) continue;
        std::filesystem::remove(entry.path(), error);
    }
    if (!std::filesystem::exists(file(), error)) return;
    const auto built = build_roads(file());
    if (!built.ok()) {
        spdlog::error("roads.geojson cannot be used, travel times are straight lines: {}",
                      std::string(built.status().message()));
        return;
    }
    roads_.use(*built);
    spdlog::info("roads: {} edges, {:.0f} km, {} kB",
                 (*built)->stats().edges,
                 (*built)->stats().length_km,
                 (*built)->stats().bytes / 1000);
}

std::filesystem::path RoadsUpload::part_file(const Uuid& id) const {
    return folder_ / (std::string(kPrefix) + id.text());
}

void RoadsUpload::drop(const Uuid& id) {
    std::error_code error;
    std::filesystem::remove(part_file(id), error);
    uploads_.erase(id);
}

void RoadsUpload::drop_idle() {
    std::vector<Uuid> idle;
    for (const auto& [id, upload] : uploads_) {
        if (clock_.steady() - upload.heard > kIdle) idle.push_back(id);
    }
    for (const Uuid& id : idle) drop(id);
}

Result<RoadsUpload::Upload*> RoadsUpload::upload_of(const Uuid& id) {
    drop_idle();
    if (const auto found = uploads_.find(id); found != uploads_.end()) return &found->second;
    const auto under_way = std::count_if(uploads_.begin(), uploads_.end(), [](const auto& one) {
        return !one.second.answer.has_value();
    });
    if (static_cast<size_t>(under_way) >= kUploads) {
        return refuse(absl::StatusCode::kResourceExhausted,
                      "road.too_many_uploads",
                      {{"limit", std::to_string(kUploads)}});
    }
    return &uploads_[id];
}

Status RoadsUpload::append(const Uuid& id, Upload& upload, const v1::ImportRoadsRequest& request) {
    if (request.offset() > upload.received) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "road.offset",
                      {{"received", std::to_string(upload.received)},
                       {"offset", std::to_string(request.offset())}},
                      "offset");
    }
    const uint64_t known = upload.received - request.offset();
    if (known >= request.data().size()) return absl::OkStatus();
    const auto fresh = std::string_view(request.data()).substr(known);
    if (upload.received + fresh.size() > kFileBytes) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "road.too_large",
                      {{"limit", std::to_string(kFileBytes)}},
                      "data");
    }
    MUSTER_TRY(write_at(part_file(id), upload.received, fresh));
    upload.received += fresh.size();
    return absl::OkStatus();
}

Result<v1::ImportRoadsResponse> RoadsUpload::build(const Uuid& id, const Upload& upload) {
    MUSTER_TRY(sync(part_file(id), O_RDONLY));
    MUSTER_ASSIGN(const auto graph, build_roads(part_file(id)));
    std::error_code error;
    std::filesystem::rename(part_file(id), file(), error);
    if (error) return no_room(error.value());
    MUSTER_TRY(sync(folder_, O_RDONLY | O_DIRECTORY));
    roads_.use(graph);
    v1::ImportRoadsResponse response;
    response.set_received(upload.received);
    response.set_junctions(graph->stats().junctions);
    response.set_edges(graph->stats().edges);
    response.set_length_km(graph->stats().length_km);
    response.set_cut_off(graph->stats().cut_off);
    return response;
}

Result<v1::ImportRoadsResponse> RoadsUpload::take(const v1::ImportRoadsRequest& request,
                                                  const std::string& by) {
    const auto id = Uuid::parse(request.upload_id());
    if (!id) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.not_uuid",
                      {{"field", "upload_id"}},
                      "upload_id");
    }
    if (request.data().size() > kPartBytes) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "road.part_too_large",
                      {{"size", std::to_string(request.data().size())},
                       {"limit", std::to_string(kPartBytes)}},
                      "data");
    }
    MUSTER_ASSIGN(Upload * upload, upload_of(*id));
    upload->heard = clock_.steady();
    if (upload->answer) return *upload->answer;
    if (const Status taken = append(*id, *upload, request); !taken.ok()) {
        if (absl::IsInvalidArgument(taken) || upload->received == 0) drop(*id);
        return taken;
    }
    v1::ImportRoadsResponse response;
    response.set_received(upload->received);
    if (!request.last()) return response;
    auto built = build(*id, *upload);
    if (!built.ok()) {
        if (absl::IsInvalidArgument(built.status())) drop(*id);
        return built;
    }
    spdlog::info("roads imported by {}: {} edges, {:.0f} km, {} junctions cut off",
                 by,
                 built->edges(),
                 built->length_km(),
                 built->cut_off());
    upload->answer = *built;
    return built;
}

}  // namespace muster
