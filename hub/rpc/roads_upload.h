#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/ids.h"
#include "hub/rpc/roads.h"
#include "muster/v1/team_service.pb.h"

namespace muster {

// Takes road files in parts, builds the graph after the last, keeps the file as
// `folder`/roads.geojson and lets Roads use it. Used by one thread, that of its pool. Lives as long
// as the hub.
class RoadsUpload {
public:
    static constexpr size_t kPartBytes = 1024 * 1024;
    static constexpr uint64_t kFileBytes = 256ULL * 1024 * 1024;
    // Under way at a time; one that gets no part for an hour is given up.
    static constexpr size_t kUploads = 4;
    static constexpr std::chrono::hours kIdle{1};

    RoadsUpload(std::filesystem::path folder, Roads& roads, const Clock& clock);

    // At the start: removes what uploads left, and builds the file that there is. A file that
    // cannot be used any more is left where it is, and the log says why.
    void load();

    // A part that came before is answered again. Codes: invalid_argument (upload_id, sizes, road.*:
    // the file is no good, the upload is over), failed_precondition (road.offset, which says where
    // to go on), resource_exhausted (road.too_many_uploads), unavailable (road.no_room; the part
    // can be sent again).
    Result<v1::ImportRoadsResponse> take(const v1::ImportRoadsRequest& request,
                                         const std::string& by);

private:
    struct Upload {
        uint64_t received = 0;
        SteadyTime heard;
        // What the last part was answered; the file is gone then.
        std::optional<v1::ImportRoadsResponse> answer;
    };

    std::filesystem::path file() const { return folder_ / "roads.geojson"; }
    std::filesystem::path part_file(const Uuid& id) const;
    Result<Upload*> upload_of(const Uuid& id);
    void drop(const Uuid& id);
    void drop_idle();
    Status append(const Uuid& id, Upload& upload, const v1::ImportRoadsRequest& request);
    Result<v1::ImportRoadsResponse> build(const Uuid& id, const Upload& upload);

    const std::filesystem::path folder_;
    Roads& roads_;
    const Clock& clock_;
    std::map<Uuid, Upload> uploads_;
};

}  // namespace muster
