#include "clients/cpp/picture_follower.h"

#include <condition_variable>

#include <gtest/gtest.h>

#include "tests/unit/client/fake_hub.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kGenerous{30};

v1::Frame order_frame(const Uuid& id, uint32_t version, const std::string& token) {
    v1::Frame frame;
    auto* order = frame.add_upserts()->mutable_order();
    order->set_id(id.text());
    order->set_version(version);
    frame.set_resume_token(token);
    return frame;
}

v1::Frame heartbeat(uint64_t count, uint64_t digest) {
    v1::Frame frame;
    frame.mutable_heartbeat()->set_count(count);
    frame.mutable_heartbeat()->set_digest(digest);
    return frame;
}

// Counts what a follower tells, and waits for it.
class Listener {
public:
    FollowEvents events() {
        return {[this](const v1::Frame&,
                       const PictureMirror& mirror,
                       const PictureMirror::Applied& applied) {
                    const std::lock_guard lock(mutex_);
                    if (applied.proof == PictureMirror::Proof::holds) ++proofs_;
                    count_ = mirror.count();
                    changed_.notify_all();
                },
                [this](const Status& status) {
                    const std::lock_guard lock(mutex_);
                    losses_.push_back(status);
                    changed_.notify_all();
                }};
    }
    bool wait_for_proofs(int proofs) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kGenerous, [&] { return proofs_ >= proofs; });
    }
    bool wait_for_loss() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kGenerous, [&] { return !losses_.empty(); });
    }
    uint64_t count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    Status first_loss() {
        const std::lock_guard lock(mutex_);
        return losses_.at(0);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int proofs_ = 0;
    uint64_t count_ = 0;
    std::vector<Status> losses_;
};

void hold(grpc::ServerContext& context) {
    while (!context.IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(PictureFollower, GoesOnWhereItWasAfterALoss) {
    const Uuid id = Uuid::make();
    const uint64_t second = digest_share({v1::ENTITY_KIND_ORDER, id}, 2);
    FakeHub hub;
    hub.serve = [&](size_t before, grpc::ServerContext& context, auto& writer) {
        if (before == 0) {
            writer.Write(order_frame(id, 1, "after-1"));
            return grpc::Status(grpc::StatusCode::UNAVAILABLE, "going down");
        }
        writer.Write(order_frame(id, 2, "after-2"));
        writer.Write(heartbeat(1, second));
        hold(context);
        return grpc::Status::OK;
    };
    Client client({.address = hub.address()});
    Listener listener;
    PictureFollower follower(client, {}, listener.events());
    ASSERT_TRUE(listener.wait_for_proofs(1));
    EXPECT_EQ(hub.resume_tokens(), (std::vector<std::string>{"", "after-1"}));
    EXPECT_TRUE(absl::IsUnavailable(listener.first_loss()));
    follower.stop();
}

TEST(PictureFollower, StartsAnewWhenAHeartbeatDisprovesIt) {
    const Uuid id = Uuid::make();
    const uint64_t first = digest_share({v1::ENTITY_KIND_ORDER, id}, 1);
    FakeHub hub;
    hub.serve = [&](size_t before, grpc::ServerContext& context, auto& writer) {
        writer.Write(order_frame(id, 1, "here"));
        writer.Write(heartbeat(1, before == 0 ? first + 1 : first));
        hold(context);
        return grpc::Status::OK;
    };
    Client client({.address = hub.address()});
    Listener listener;
    PictureFollower follower(client, {}, listener.events());
    ASSERT_TRUE(listener.wait_for_proofs(1));
    EXPECT_EQ(hub.resume_tokens(), (std::vector<std::string>{"", ""}));
    EXPECT_TRUE(absl::IsDataLoss(listener.first_loss()));
    EXPECT_EQ(listener.count(), 1u);
}

TEST(PictureFollower, ComesBackToAHubThatWasRestarted) {
    FakeHub hub;
    hub.serve = [&](size_t, grpc::ServerContext& context, auto& writer) {
        writer.Write(heartbeat(0, 0));
        hold(context);
        return grpc::Status::OK;
    };
    Client client({.address = hub.address()});
    Listener listener;
    PictureFollower follower(client, {}, listener.events());
    ASSERT_TRUE(listener.wait_for_proofs(1));
    hub.stop();
    ASSERT_TRUE(listener.wait_for_loss());
    hub.start_again();
    EXPECT_TRUE(listener.wait_for_proofs(2));
}

TEST(PictureFollower, StopEndsAStreamThatIsOpen) {
    FakeHub hub;
    hub.serve = [&](size_t, grpc::ServerContext& context, auto& writer) {
        writer.Write(heartbeat(0, 0));
        hold(context);
        return grpc::Status::OK;
    };
    Client client({.address = hub.address()});
    Listener listener;
    PictureFollower follower(client, {}, listener.events());
    ASSERT_TRUE(listener.wait_for_proofs(1));
    follower.stop();
    // Nothing is lost when one goes by oneself.
    follower.stop();
}

}  // namespace
}  // namespace muster
