#include "hub/picture/subscriber.h"

namespace muster {

PictureSubscriber::PictureSubscriber(Picture& picture,
                                     const View& view,
                                     const Cursor& cursor,
                                     std::function<void()> wake)
    : picture_(picture),
      kinds_(view.kinds),
      period_(view.client_class == v1::CLIENT_CLASS_PHONE ? picture.options_.phone_heartbeat
                                                          : picture.options_.console_heartbeat),
      wake_(std::make_shared<const std::function<void()>>(std::move(wake))),
      heartbeat_due_(picture.clock_.steady()),
      cursor_(cursor) {}

PictureSubscriber::~PictureSubscriber() {
    const std::lock_guard lock(picture_.mutex_);
    picture_.subscribers_.erase(this);
}

FrameBytes PictureSubscriber::next() {
    if (owed_) {
        const Proof proof = *owed_;
        owed_.reset();
        return heartbeat(proof);
    }
    const bool due = picture_.clock_.steady() >= heartbeat_due_;
    Proof proof;
    {
        const std::lock_guard lock(picture_.mutex_);
        picture_.check_floor(kinds_, cursor_);
        const Piece& piece = picture_.piece(kinds_, cursor_);
        cursor_ = piece.to;
        waiting_ = piece.bytes == nullptr && !due;
        if (piece.bytes) {
            if (due && piece.at_end) owed_ = piece.proof;
            return piece.bytes;
        }
        proof = piece.proof;
    }
    return due ? heartbeat(proof) : nullptr;
}

std::chrono::milliseconds PictureSubscriber::until_heartbeat() const {
    if (owed_) return std::chrono::milliseconds(0);
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(heartbeat_due_ - picture_.clock_.steady());
    return std::max(left, std::chrono::milliseconds(0));
}

FrameBytes PictureSubscriber::heartbeat(const Proof& proof) {
    heartbeat_due_ = picture_.clock_.steady() + period_;
    v1::Frame frame;
    frame.set_resume_token(
        write_token({picture_.scope_, proof.sequence, cursor_.journalled, cursor_.live, kinds_}));
    auto& heartbeat = *frame.mutable_heartbeat();
    *heartbeat.mutable_server_time() = to_proto(picture_.clock_.now());
    heartbeat.set_build(picture_.build_);
    heartbeat.set_sequence(proof.sequence);
    heartbeat.set_live_revision(proof.live_revision);
    heartbeat.set_count(proof.journalled.count);
    heartbeat.set_digest(proof.journalled.digest);
    heartbeat.set_live_count(proof.live.count);
    heartbeat.set_live_digest(proof.live.digest);
    return std::make_shared<const std::string>(frame.SerializeAsString());
}

}  // namespace muster
