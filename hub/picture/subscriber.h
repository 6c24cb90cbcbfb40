#pragma once

#include <optional>

#include "hub/picture/picture.h"

namespace muster {

// A reader's cursor and heartbeat. Lives as long as the stream that it feeds; the fields below the
// line are guarded by the picture's mutex.
class PictureSubscriber final : public Subscriber {
public:
    PictureSubscriber(Picture& picture,
                      const View& view,
                      const Cursor& cursor,
                      std::function<void()> wake);
    ~PictureSubscriber() override;

    FrameBytes next() override;
    std::chrono::milliseconds until_heartbeat() const override;

private:
    friend class Picture;
    FrameBytes heartbeat(const Proof& proof);

    Picture& picture_;
    const KindSet kinds_;
    const std::chrono::milliseconds period_;
    const std::shared_ptr<const std::function<void()>> wake_;
    SteadyTime heartbeat_due_;
    Cursor cursor_;
    // A heartbeat that was due when a frame reached the end: it goes out before anything newer, so
    // that it is true for the client and a busy reader gets proofs too.
    std::optional<Proof> owed_;
    // ----
    bool waiting_ = false;
};

}  // namespace muster
