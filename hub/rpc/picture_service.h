#pragma once

#include <map>
#include <mutex>
#include <set>

#include "hub/live/live.h"
#include "hub/rpc/picture_stream.h"

namespace muster {

// The picture to whoever may see it. Lives as long as the hub, longer than its streams.
// Thread-safe.
class PictureService {
public:
    static constexpr size_t kMaxStreams = 10'000;
    static constexpr size_t kMaxStreamsOfOne = 100;

    PictureService(PicturePort& picture, LiveState& live, const Guard& guard, Strand& strand);

    // `at`: PictureService.At, which is answered from the journal; without it At is refused.
    MethodTable methods(StreamHandler at = nullptr);
    // Ends every stream, and refuses those that come, with UNAVAILABLE (hub.stopping).
    void stop();
    size_t streams() const;

private:
    WriteReactor* subscribe(grpc::CallbackServerContext* context,
                            Caller caller,
                            const std::string& body);
    // Codes: unavailable (hub.stopping), resource_exhausted (picture.too_many).
    Status take_place(const std::shared_ptr<PictureStream>& stream);
    void leave(PictureStream* stream);

    PicturePort& picture_;
    LiveState& live_;
    const Guard& guard_;
    Strand& strand_;
    mutable std::mutex mutex_;
    std::map<PictureStream*, std::weak_ptr<PictureStream>> streams_;
    std::map<std::string, size_t> of_person_;
    bool stopping_ = false;
};

// What a request asks to see, as far as the role may. Codes: invalid_argument (field.too_many,
// field.too_long, field.unknown_value), permission_denied (picture.kind_denied).
Result<View> view_of(const v1::SubscribeRequest& request, v1::Role role);

}  // namespace muster
