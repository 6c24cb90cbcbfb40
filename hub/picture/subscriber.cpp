#include "hub/picture/subscriber.h"

namespace muster {
namespace {

// Frames that may be on the way to a client when its connection is lost.
constexpr size_t kSentPlaces = 32;

}  // namespace

PictureSubscriber::PictureSubscriber(Picture& picture,
                                     v1::ClientClass client_class,
                                     std::shared_ptr<Place> place,
                                     std::function<void()> wake)
    : picture_(picture),
      period_(client_class == v1::CLIENT_CLASS_PHONE ? picture.options_.phone_heartbeat
                                                     : picture.options_.console_heartbeat),
      wake_(std::make_shared<const std::function<void()>>(std::move(wake))),
      heartbeat_due_(picture.clock_.steady()),
      sign_of_life_due_(heartbeat_due_ + period_),
      place_(std::move(place)) {}

PictureSubscriber::~PictureSubscriber() {
    const std::lock_guard lock(picture_.mutex_);
    picture_.subscribers_.erase(this);
    picture_.park(std::move(sent_places_));
    place_ = nullptr;
}

FrameBytes PictureSubscriber::next() {
    const SteadyTime now = picture_.clock_.steady();
    learn_pace(now);
    const bool is_due = now >= heartbeat_due_;
    const std::lock_guard lock(picture_.mutex_);
    take_wanted_view();
    const bool small = quick_bytes_ < picture_.options_.proven_bytes;
    const auto from = picture_.still_good(place_);
    const Piece& piece = picture_.piece(from, small);
    place_ = piece.to ? piece.to : from;
    waiting_ = piece.bytes == nullptr && !is_due;
    if (waiting_) return nullptr;
    // News take one along that would be due soon, so that it costs no frame of its own.
    const bool has_proof = piece.at_end && now >= heartbeat_due_ - period_ / 4;
    // Who never gets to the end hears at least what time it is.
    const bool has_heartbeat = has_proof || (!piece.at_end && now >= sign_of_life_due_);
    if (has_proof) heartbeat_due_ = now + period_;
    if (has_heartbeat) sign_of_life_due_ = now + period_;
    if (!place_->is_complete()) {
        sent_places_.push_back(place_);
        if (sent_places_.size() > kSentPlaces) sent_places_.pop_front();
    }
    return pass(has_heartbeat ? picture_.with_heartbeat(from, small) : piece.bytes, now);
}

FrameBytes PictureSubscriber::pass(FrameBytes bytes, SteadyTime now) {
    under_way_bytes_ = bytes->size();
    under_way_since_ = now;
    return bytes;
}

void PictureSubscriber::learn_pace(SteadyTime now) {
    if (under_way_bytes_ == 0) return;
    if (now - under_way_since_ > picture_.options_.slow) {
        quick_bytes_ = 0;
    } else if (quick_bytes_ < picture_.options_.proven_bytes) {
        quick_bytes_ += under_way_bytes_;
    }
    under_way_bytes_ = 0;
}

std::chrono::milliseconds PictureSubscriber::until_heartbeat() const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(heartbeat_due_ - picture_.clock_.steady());
    return std::max(left, std::chrono::milliseconds(0));
}

void PictureSubscriber::set_view(View view) {
    const std::lock_guard lock(picture_.mutex_);
    wanted_ = std::move(view);
    waiting_ = false;
}

void PictureSubscriber::take_wanted_view() {
    if (!wanted_) return;
    const auto shared = picture_.share(*std::exchange(wanted_, std::nullopt));
    if (shared != place_->view) place_ = picture_.change_view(*place_, shared);
}

}  // namespace muster
