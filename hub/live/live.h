// live: what changes fast and is not journalled: where teams are (positions), who is there
// (presence), how streams do (stream health), who of those in rooms is heard (attendance). Last
// writer wins; changes are coalesced and handed to the picture a few times a second.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/result.h"
#include "hub/base/strand.h"
#include "hub/desk/state.h"
#include "muster/v1/entity.pb.h"
#include "muster/v1/live.pb.h"
#include "muster/v1/team_service.pb.h"

namespace muster {

// Where changes go: Picture::apply_live and remove_live. Called on the strand, one call at a time.
struct LiveSink {
    std::function<void(std::span<const v1::Live>)> apply;
    std::function<void(std::span<const EntityKey>)> remove;
};

struct LiveOptions {
    // Changes of one entity within this time become one.
    std::chrono::milliseconds coalesce{250};
    // Hearing from somebody who is known to be there is news no more often than this.
    std::chrono::milliseconds heard_step{10'000};
    // Presence of somebody without a stream who was not heard for so long is dropped.
    std::chrono::hours presence_age{12};
    std::chrono::milliseconds sweep{60'000};
};

// The live lane's state. Thread-safe. Lives as long as the hub; its tasks on the strand do nothing
// once it is gone. Entities exist only for teams, persons and streams that exist, those of the
// persons in rooms included: load() and apply() tell which.
class LiveState {
public:
    LiveState(Strand& strand, const Clock& clock, LiveSink sink, LiveOptions options = {});
    ~LiveState();
    LiveState(const LiveState&) = delete;
    LiveState& operator=(const LiveState&) = delete;

    // The journalled state at the start, and every change of it afterwards: what is gone loses its
    // live entities, a new stream gets its health.
    void load(std::span<const EntityPtr> entities);
    void apply(std::span<const DecidedChange> changes);

    // A fix of a team's place; `team_id` is the team's UUID (the request's own is not looked at).
    // Returns the newest position known, which is the former one when the fix is older; a fix from
    // the future counts as one of now, so that a wrong clock cannot silence later ones. Codes:
    // invalid_argument (bounds), not_found (team).
    Result<v1::Position> locate(const std::string& team_id,
                                const v1::LocateTeamRequest& fix,
                                v1::PositionSource source);
    std::optional<v1::Position> position(const std::string& team_id) const;
    // Of all teams that have one.
    std::vector<v1::Position> positions() const;

    // A picture stream of a person began or ended; something else was heard of the person.
    void stream_opened(const std::string& person_id);
    void stream_closed(const std::string& person_id);
    void heard(const std::string& person_id);

    // The media node. Until the first one is there, and after it went, every stream is NO_NODE.
    void node_attached();
    void node_gone();
    // Health as the node reports it; streams that are not known are left out, numbers and texts out
    // of bounds are cut to size. Ignored while no node is attached.
    void report(std::span<const v1::StreamHealth> streams);

private:
    struct Guard;

    // All with mutex_ held.
    template <class Message>
    void stamp(std::map<Uuid, Message>& table, v1::EntityKind kind, const Uuid& id);
    template <class Message>
    void drop(std::map<Uuid, Message>& table, v1::EntityKind kind, const Uuid& id);
    void exists(const EntityPtr& entity);
    void takes_part(const v1::Participant& participant);
    void has_health(const Uuid& id);
    void gone(const EntityKey& key);
    void presence_changed(const std::string& person_id, int streams);
    void set_health(const Uuid& id, v1::StreamHealth health);
    void changed();

    // On the strand.
    void flush();
    void sweep();
    void sweep_later();

    Strand& strand_;
    const Clock& clock_;
    const LiveSink sink_;
    const LiveOptions options_;
    const std::shared_ptr<Guard> guard_;

    mutable std::mutex mutex_;
    std::set<Uuid> teams_;
    std::set<Uuid> persons_;
    std::map<Uuid, v1::Position> positions_;
    std::map<Uuid, v1::Presence> presence_;
    std::map<Uuid, v1::StreamHealth> health_;
    bool node_is_there_ = false;
    // What the sink has not heard of: changed, or no longer there.
    std::set<EntityKey> dirty_;
    bool flush_is_posted_ = false;
    SteadyTime last_flush_{};
    // No entity that comes back takes a version that it had before.
    uint32_t first_version_ = 1;
};

}  // namespace muster
