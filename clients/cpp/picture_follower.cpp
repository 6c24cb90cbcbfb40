#include "clients/cpp/picture_follower.h"

#include "hub/base/error.h"
#include "muster/v1/picture.grpc.pb.h"

namespace muster {

using std::chrono::milliseconds;

PictureFollower::PictureFollower(Client& client, FollowOptions options, FollowEvents events)
    : client_(client),
      options_(std::move(options)),
      events_(std::move(events)),
      thread_([this] { run(); }) {}

PictureFollower::~PictureFollower() {
    stop();
}

void PictureFollower::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        if (context_ != nullptr) context_->TryCancel();
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void PictureFollower::run() {
    for (;;) {
        const Status ended = follow_once();
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        if (events_.lost) events_.lost(ended);
        ++failures_;
        const auto pause = jittered_backoff(failures_, milliseconds(250), milliseconds(5'000));
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, pause, [this] { return stopping_; })) return;
    }
}

Status PictureFollower::follow_once() {
    grpc::ClientContext context;
    client_.authorize(context);
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return absl::OkStatus();
        context_ = &context;
    }
    v1::SubscribeRequest request;
    for (const auto kind : options_.kinds) request.add_kinds(kind);
    request.set_resume_token(mirror_.resume_token());
    request.set_client_class(options_.client_class);
    *request.mutable_view() = options_.view;

    const auto stub = v1::PictureService::NewStub(client_.channel());
    const auto reader = stub->Subscribe(&context, request);
    v1::Frame frame;
    bool disproved = false;
    while (!disproved && reader->Read(&frame)) {
        const auto applied = mirror_.apply(frame);
        disproved = applied.proof == PictureMirror::Proof::broken;
        if (!disproved) failures_ = 0;
        if (events_.applied) events_.applied(frame, mirror_, applied);
    }
    if (disproved) context.TryCancel();
    const grpc::Status status = reader->Finish();
    {
        const std::lock_guard lock(mutex_);
        context_ = nullptr;
    }
    if (disproved) {
        mirror_.clear();
        return refuse(absl::StatusCode::kDataLoss, "client.disproved");
    }
    if (status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) mirror_.clear();
    return client_.status_of(status);
}

}  // namespace muster
