// picture: the one live picture. Entities hang in a list ordered by when they last changed; a
// subscriber owns only a cursor. Nothing queues: a slow reader costs nothing and always gets the
// newest state. lane.h is that list, frame.h what goes over the wire, subscriber.h a reader's
// place.
#pragma once

#include <bitset>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <unordered_map>

#include "hub/base/clock.h"
#include "hub/desk/state.h"
#include "hub/picture/frame.h"
#include "hub/picture/lane.h"
#include "muster/v1/picture.pb.h"

namespace muster {

struct View {
    // Kinds that nobody may see (credential, session) are left out of every view.
    KindSet kinds;
    v1::ClientClass client_class = v1::CLIENT_CLASS_CONSOLE;
};

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

// Thread-safe. Lives as long as the hub, longer than its subscribers.
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
    // something again after it returned null; it must only post. A call that was under way when
    // the subscriber is destroyed may still come afterwards.
    virtual std::unique_ptr<Subscriber> subscribe(View view,
                                                  std::string_view resume_token,
                                                  std::function<void()> wake) = 0;
};

struct PictureOptions {
    // A frame is cut before it grows beyond this.
    size_t frame_bytes = 256 << 10;
    LaneLimits removals;
    std::chrono::milliseconds console_heartbeat{2'000};
    std::chrono::milliseconds phone_heartbeat{20'000};
};

// The picture itself: two lanes, the journalled one (its revision is the journal's sequence) and
// the live one. One mutex; no call waits for a subscriber.
class Picture final : public PicturePort {
public:
    // `boot_id` is new at every start of the hub; `build` goes into heartbeats.
    Picture(const Clock& clock,
            const Uuid& journal_id,
            const Uuid& boot_id,
            std::string build,
            PictureOptions options = {});
    ~Picture() override;

    void load(std::span<const EntityPtr> entities, uint64_t sequence) override;
    void apply(std::span<const DecidedChange> changes) override;
    void apply_live(std::span<const v1::Live> live) override;
    void remove_live(std::span<const EntityKey> keys) override;
    std::unique_ptr<Subscriber> subscribe(View view,
                                          std::string_view resume_token,
                                          std::function<void()> wake) override;

    size_t subscriber_count() const;

private:
    friend class PictureSubscriber;
    using Wakes = std::vector<std::shared_ptr<const std::function<void()>>>;

    // All with mutex_ held.
    Cursor start() const;
    Cursor resume(const KindSet& kinds, std::string_view token) const;
    // A cursor below what the lanes still know begins anew.
    void check_floor(const KindSet& kinds, Cursor& cursor) const;
    const Piece& piece(const KindSet& kinds, const Cursor& from);
    Proof prove(const KindSet& kinds) const;
    Wakes changed(const KindSet& kinds);

    const Clock& clock_;
    const TokenScope scope_;
    const std::string build_;
    const PictureOptions options_;
    mutable std::mutex mutex_;
    uint64_t sequence_ = 0;
    Lane journalled_;
    Lane live_;
    // Pieces built since the last change, for everybody else at the same place.
    std::unordered_map<PieceKey, Piece, PieceKeyHash> pieces_;
    std::set<class PictureSubscriber*> subscribers_;
};

}  // namespace muster
