#include "media/ingest/ingest.h"

#include <set>

namespace muster {
namespace {

constexpr std::chrono::milliseconds kTick{200};

}  // namespace

Ingest::Ingest(Strand& strand, IngestContext context, TrackOf track_of)
    : strand_(strand), context_(std::move(context)), track_of_(std::move(track_of)) {
    tick_later();
}

Ingest::~Ingest() {
    *alive_ = false;
}

std::vector<std::string> Ingest::apply(std::vector<StreamSpec> desired) {
    std::set<std::string> named;
    for (auto& spec : desired) {
        const std::string id = spec.stream_id;
        named.insert(id);
        if (const auto found = streams_.find(id); found != streams_.end()) {
            found->second->respecify(std::move(spec));
        } else {
            streams_.emplace(
                id, std::make_unique<StreamIngest>(std::move(spec), track_of_(id), context_));
        }
    }
    std::vector<std::string> gone;
    for (auto it = streams_.begin(); it != streams_.end();) {
        if (named.count(it->first) == 0) {
            gone.push_back(it->first);
            it = streams_.erase(it);
        } else {
            ++it;
        }
    }
    return gone;
}

void Ingest::set_viewers(const std::string& stream_id, uint32_t count) {
    if (const auto found = streams_.find(stream_id); found != streams_.end()) {
        found->second->set_viewers(count);
    }
}

void Ingest::want_keyframe(const std::string& stream_id) {
    if (const auto found = streams_.find(stream_id); found != streams_.end()) {
        found->second->want_keyframe();
    }
}

void Ingest::report_all() {
    for (const auto& [id, stream] : streams_) stream->report();
}

void Ingest::tick_later() {
    strand_.post_after(kTick, [this, alive = alive_] {
        if (!*alive) return;
        for (const auto& [id, stream] : streams_) stream->tick();
        tick_later();
    });
}

}  // namespace muster
