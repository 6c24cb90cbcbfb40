#pragma once

#include <map>
#include <mutex>
#include <string>

#include "hub/live/live.h"
#include "hub/rpc/picture_stream.h"

namespace muster {

// The picture to whoever may see it. Lives as long as the hub, longer than its streams.
// Thread-safe.
class PictureService {
public:
    struct Limits {
        size_t streams = 10'000;
        size_t streams_of_one = 100;
    };

    PictureService(PicturePort& picture,
                   LiveState& live,
                   const Desk& desk,
                   const Guard& guard,
                   Strand& strand,
                   Limits limits = {10'000, 100});

    // `at`: PictureService.At, which is answered from the journal; without it At is refused.
    MethodTable methods(StreamHandler at = nullptr);
    // Ends every stream, and refuses those that come, with UNAVAILABLE (hub.stopping).
    void stop();
    size_t streams() const;
    // Since the start.
    uint64_t frames() const { return frames_; }
    uint64_t bytes() const { return bytes_; }
    // How long the frame of the slowest reader is on its way already.
    std::chrono::milliseconds slowest() const;

private:
    WriteReactor* subscribe(grpc::CallbackServerContext* context,
                            Caller caller,
                            const std::string& body);
    // Codes: those of view_of, not_found (picture.subscription_unknown).
    Status set_view(const UnaryCall& call);
    // Codes: unavailable (hub.stopping), resource_exhausted (picture.too_many).
    Status take_place(const std::shared_ptr<PictureStream>& stream);
    void leave(PictureStream* stream);

    PicturePort& picture_;
    LiveState& live_;
    const Desk& desk_;
    const Guard& guard_;
    Strand& strand_;
    const Limits limits_;
    mutable std::mutex mutex_;
    std::map<PictureStream*, std::weak_ptr<PictureStream>> streams_;
    std::map<std::string, size_t> of_person_;
    bool stopping_ = false;
    std::atomic<uint64_t> frames_ = 0;
    std::atomic<uint64_t> bytes_ = 0;
};

}  // namespace muster
