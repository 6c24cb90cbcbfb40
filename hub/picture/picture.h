// picture: the one live picture. Entities hang in a list ordered by when they last changed; a
// subscriber owns only a place in it. Nothing queues: a slow reader costs nothing and always gets
// the newest state. view.h says who sees what, cells.h what entities have in common for views,
// relations.h how they depend on each other, lane.h is the list, place.h a reader's place, step.h
// the bytes that many views share, frame.h what goes over the wire, token.h how a place is named.
#pragma once

#include <deque>
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
#include "hub/picture/relations.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// One reader's place in the picture. Made by Picture::subscribe; its destruction ends the
// subscription. next() and destruction may run on any thread, not at once.
class Subscriber {
public:
    virtual ~Subscriber() = default;
    // What to send next: changes since the last time, else a heartbeat when one is due, else null
    // (wait for `wake`). Called when the frame before was taken off our hands: how long that took
    // tells how large the next may be.
    virtual FrameBytes next() = 0;
    // How long until the next heartbeat is due.
    virtual std::chrono::milliseconds until_heartbeat() const = 0;
    // Shows something else from the next frame on: what is new follows, what it leaves is removed,
    // nothing else is sent again. Costs nothing by itself: only the newest of those that came since
    // the last frame is looked through, by next(). May run while next() does.
    virtual void set_view(View view) = 0;
};

// Thread-safe. Lives as long as the hub, longer than its subscribers.
class PicturePort {
public:
    virtual ~PicturePort() = default;
    // Before anything else: the state at `sequence`, and in order of sequence what was removed
    // later than `removed_from`.
    virtual void load(std::vector<LoadedEntity> entities,
                      std::span<const Tombstone> removed,
                      uint64_t sequence,
                      uint64_t removed_from = 0) = 0;
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
    // A frame is cut before it grows beyond this: what a slow link takes in a few seconds.
    size_t frame_bytes = 64 << 10;
    // And beyond this for a reader that was slow, or has not shown yet that it is not.
    size_t small_frame_bytes = 12 << 10;
    // What it must have taken quickly, more than buffers on the way hold, and what is not quickly.
    size_t proven_bytes = 128 << 10;
    std::chrono::milliseconds slow{300};
    LaneLimits removals;
    std::chrono::milliseconds console_heartbeat{2'000};
    std::chrono::milliseconds phone_heartbeat{20'000};
    // How long an ended subscription's places within snapshots can be resumed.
    std::chrono::seconds keep_places{60};
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

    void load(std::vector<LoadedEntity> entities,
              std::span<const Tombstone> removed,
              uint64_t sequence,
              uint64_t removed_from = 0) override;
    void apply(std::span<const DecidedChange> changes) override;
    void apply_live(std::span<const v1::Live> live) override;
    void remove_live(std::span<const EntityKey> keys) override;
    std::unique_ptr<Subscriber> subscribe(View view,
                                          std::string_view resume_token,
                                          std::function<void()> wake) override;

    size_t subscriber_count() const;
    // How often a place was looked through for another view: each a walk along both lanes.
    uint64_t view_changes() const;

private:
    friend class PictureSubscriber;
    using Wakes = std::vector<std::shared_ptr<const std::function<void()>>>;
    using PlacePtr = std::shared_ptr<Place>;

    // All with mutex_ held.
    void put(const EntityPtr& entity,
             uint64_t sequence,
             SteadyTime now,
             Relations::Affected& affected);
    void remove(const EntityKey& key,
                uint64_t sequence,
                SteadyTime now,
                Relations::Affected& affected);
    // Entities whose cells others decide.
    KindSet settle(const Relations::Affected& affected, SteadyTime now);
    bool settle(const EntityKey& key, SteadyTime now);
    std::shared_ptr<SharedView> share(View view);
    PlacePtr new_place(std::shared_ptr<SharedView> view);
    PlacePtr start(const std::shared_ptr<SharedView>& view);
    PlacePtr resume(const std::shared_ptr<SharedView>& view, std::string_view token);
    PlacePtr resume_here(const std::shared_ptr<SharedView>& view, const Token& token);
    PlacePtr resume_after_restart(const std::shared_ptr<SharedView>& view, const Token& token);
    // The same place as another view's.
    PlacePtr change_view(const Place& place, const std::shared_ptr<SharedView>& view);
    // A place behind what the lanes still know begins anew.
    PlacePtr still_good(const PlacePtr& place);
    bool can_go_on(const SharedView& view, const Lane& lane, const LanePlace& place) const;
    PlacePtr place_at(const std::shared_ptr<SharedView>& view, FrameEnd end);
    const Piece& piece(const PlacePtr& place, bool small);
    Piece build_piece(const PlacePtr& place, size_t max_bytes);
    FrameBytes with_heartbeat(const PlacePtr& place, bool small);
    std::string token_of(const Place& place) const;
    // What proves the view, and what goes with a frame that was cut.
    v1::Heartbeat heartbeat(SharedView& view) const;
    v1::Heartbeat sign_of_life() const;
    Wakes changed(const KindSet& kinds);
    void drop_pieces();
    void park(std::deque<PlacePtr> places);

    const Clock& clock_;
    const TokenScope scope_;
    const std::string build_;
    const PictureOptions options_;
    mutable std::mutex mutex_;
    uint64_t sequence_ = 0;
    // Up to where tokens of an earlier boot can be from.
    uint64_t loaded_sequence_ = 0;
    CellTable cells_;
    Relations relations_;
    Lane journalled_;
    Lane live_;
    Step step_;
    std::unordered_map<std::string, std::weak_ptr<SharedView>> views_;
    // Those within snapshots, by number.
    std::unordered_map<uint64_t, std::weak_ptr<Place>> places_;
    // Those with pieces, until the next change.
    std::vector<PlacePtr> built_;
    size_t built_bytes_ = 0;
    // Places of subscriptions that ended, and until when they are kept.
    std::deque<std::pair<SteadyTime, std::deque<PlacePtr>>> parked_;
    std::set<class PictureSubscriber*> subscribers_;
    uint64_t view_changes_ = 0;
};

}  // namespace muster
