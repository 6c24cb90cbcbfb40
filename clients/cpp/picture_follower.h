#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"
#include "clients/cpp/picture_mirror.h"

namespace muster {

struct FollowOptions {
    // Empty sees all that the person may see.
    std::vector<v1::EntityKind> kinds;
    v1::ClientClass client_class = v1::CLIENT_CLASS_CONSOLE;
    // What else limits the view.
    v1::ViewFilter view = {};
};

// Called on the follower's thread, one at a time.
struct FollowEvents {
    // A frame was applied; the mirror is as the hub had it at that moment.
    std::function<void(const v1::Frame&, const PictureMirror&, const PictureMirror::Applied&)>
        applied;
    // The stream ended; it is tried again unless stop() was called.
    std::function<void(const Status&)> lost;
};

// Keeps a mirror of a view up to date through restarts of the hub and losses of the network:
// resumes where it was, starts anew when a heartbeat disproves the mirror. Has a thread of its own
// from construction to stop() or destruction.
class PictureFollower {
public:
    // `client` outlives it.
    PictureFollower(Client& client, FollowOptions options, FollowEvents events);
    ~PictureFollower();
    PictureFollower(const PictureFollower&) = delete;
    PictureFollower& operator=(const PictureFollower&) = delete;

    // Ends the stream and joins; not from within an event.
    void stop();

private:
    void run();
    // One stream from opening to end; how it ended.
    Status follow_once();

    Client& client_;
    const FollowOptions options_;
    const FollowEvents events_;
    PictureMirror mirror_;
    // Failures since a frame came last.
    int failures_ = 0;
    std::mutex mutex_;
    std::condition_variable wake_;
    grpc::ClientContext* context_ = nullptr;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace muster
