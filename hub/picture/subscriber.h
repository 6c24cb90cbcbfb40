#pragma once

#include "hub/picture/picture.h"

namespace muster {

// A reader's place, pace and heartbeat. Lives as long as the stream that it feeds; the fields below
// the line are guarded by the picture's mutex.
class PictureSubscriber final : public Subscriber {
public:
    PictureSubscriber(Picture& picture,
                      v1::ClientClass client_class,
                      std::shared_ptr<Place> place,
                      std::function<void()> wake);
    ~PictureSubscriber() override;

    FrameBytes next() override;
    std::chrono::milliseconds until_heartbeat() const override;
    void set_view(View view) override;

private:
    friend class Picture;
    // The frame before is written: was it quickly?
    void learn_pace(SteadyTime now);
    FrameBytes pass(FrameBytes bytes, SteadyTime now);
    // With the picture's mutex held.
    void take_wanted_view();

    Picture& picture_;
    const std::chrono::milliseconds period_;
    const std::shared_ptr<const std::function<void()>> wake_;
    // The next proof, and the next frame that says at least what time it is.
    SteadyTime heartbeat_due_;
    SteadyTime sign_of_life_due_;
    // The frame that is being written, and what was taken quickly since one was not.
    size_t under_way_bytes_ = 0;
    SteadyTime under_way_since_;
    size_t quick_bytes_ = 0;
    // ----
    std::shared_ptr<Place> place_;
    // What it shows from the next frame on: of many that come meanwhile only the newest is looked
    // through.
    std::optional<View> wanted_;
    // Places within snapshots whose tokens the client may have.
    std::deque<std::shared_ptr<Place>> sent_places_;
    bool waiting_ = false;
};

}  // namespace muster
