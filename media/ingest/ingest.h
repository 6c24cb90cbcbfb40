#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/base/strand.h"
#include "media/ingest/stream_ingest.h"

namespace muster {

// All streams of a node. Lives on the strand that it is given, and ticks there by itself.
class Ingest {
public:
    using TrackOf = std::function<std::shared_ptr<Track>(const std::string& stream_id)>;

    Ingest(Strand& strand, IngestContext context, TrackOf track_of);
    ~Ingest();
    Ingest(const Ingest&) = delete;
    Ingest& operator=(const Ingest&) = delete;

    // Makes these the streams there are. Returns the ids of those that are no more.
    std::vector<std::string> apply(std::vector<StreamSpec> desired);
    bool knows(const std::string& stream_id) const { return streams_.count(stream_id) != 0; }
    void set_viewers(const std::string& stream_id, uint32_t count);
    void want_keyframe(const std::string& stream_id);
    // Tells every stream's health again.
    void report_all();

private:
    void tick_later();

    Strand& strand_;
    const IngestContext context_;
    const TrackOf track_of_;
    std::map<std::string, std::unique_ptr<StreamIngest>> streams_;
    // Delayed ticks outlive us; this tells them.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace muster
