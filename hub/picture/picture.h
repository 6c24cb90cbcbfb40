// picture: the one live picture. Entities hang in a list ordered by the revision at which they last
// changed; a subscriber owns only a cursor. Nothing queues: a slow reader costs nothing and always
// gets the newest state.
#pragma once

#include <bitset>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "hub/base/clock.h"
#include "hub/desk/state.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// Bit n is EntityKind n.
using KindSet = std::bitset<256>;

struct View {
    KindSet kinds;
    v1::ClientClass client_class = v1::CLIENT_CLASS_CONSOLE;
};

// A serialised Frame, built once and shared by all subscribers at the same cursor with the same
// view.
using FrameBytes = std::shared_ptr<const std::string>;

class Picture;

// One reader's place in the picture. Made by Picture::subscribe; its destruction ends the
// subscription. next() and destruction may run on any thread, not at once.
class Subscriber {
public:
    virtual ~Subscriber() = default;
    // What to send next: changes since the cursor, else a heartbeat when one is due, else null
    // (wait for `wake`).
    virtual FrameBytes next() = 0;
    // How long until the next heartbeat is due.
    virtual std::chrono::milliseconds until_heartbeat() const = 0;
};

// Thread-safe. Lives as long as the hub. The implementation's classes are in picture.cpp,
// subscriber.* and view.*.
class PicturePort {
public:
    virtual ~PicturePort() = default;
    // Before anything else: the state at `sequence`.
    virtual void load(std::span<const EntityPtr> entities, uint64_t sequence) = 0;
    // What became durable, in order of sequence.
    virtual void apply(std::span<const DecidedChange> changes) = 0;
    // New state of live entities; each replaces the former one.
    virtual void apply_live(std::span<const v1::Live> live) = 0;
    virtual void remove_live(std::span<const EntityKey> keys) = 0;
    // `wake` is called, on any thread and without a lock of the picture's, when next() may have
    // something again after it returned null; it must only post.
    virtual std::unique_ptr<Subscriber> subscribe(View view,
                                                  std::string_view resume_token,
                                                  std::function<void()> wake) = 0;
};

}  // namespace muster
