#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "hub/base/quiet.h"
#include "hub/live/live.h"

namespace muster {

struct AttendanceOptions {
    // With a sweep, and a node that says once a second whom it heard, within 10 s.
    std::chrono::milliseconds gone_after{7'500};
    std::chrono::milliseconds lost_after{30'000};
    // Hearing from somebody who is known to be there is news no more often than this.
    std::chrono::milliseconds heard_step{10'000};
    std::chrono::milliseconds sweep{1'000};
    // A sweep that comes later than this means that we were away ourselves: it counts as no time.
    std::chrono::milliseconds stall{5'000};
    // How often somebody who is lost is reported, until it is in no more.
    std::chrono::milliseconds lost_again{5'000};
};

// Of whom in the rooms something is heard (ParticipantState): shown as gone after a short silence,
// reported as lost after a long one. Who is in when the hub starts counts as heard then. Cameras
// have no part in it. Thread-safe. Lives as long as the hub; its tasks on the strand do nothing
// once it is gone.
class Attendance {
public:
    struct Ports {
        LiveSink sink;
        // Somebody who must leave the room; on the strand, without a lock.
        std::function<void(const EntityKey& participant)> lost;
    };

    Attendance(Strand& strand, const Clock& clock, Ports ports, AttendanceOptions options = {});
    ~Attendance();
    Attendance(const Attendance&) = delete;
    Attendance& operator=(const Attendance&) = delete;

    // The journalled state at the start, and every change of it afterwards.
    void load(std::span<const EntityPtr> entities);
    void apply(std::span<const DecidedChange> changes);

    // A sign of life; one of who is in no room is nothing.
    void heard(std::string_view participant_id);
    // When somebody was last heard who is silent for so long that it is lost; nothing for everybody
    // else. Who was in when the hub started counts as heard then.
    std::optional<UtcTime> lost_since(const EntityKey& participant) const;
    // How many persons are in rooms.
    size_t size() const;

private:
    struct Guard;
    struct Entry {
        v1::ParticipantState state;
        // From when on its silence counts, and its last sign of life: they differ by the time that
        // we were away ourselves.
        SteadyTime heard;
        SteadyTime sign;
        // When it was reported as lost.
        SteadyTime reported{};
    };

    // All with mutex_ held.
    void take(const EntityPtr& entity);
    void leave(const Uuid& id);
    void stamp(const Uuid& id, Entry& entry);
    void forgive_stall(SteadyTime now);
    std::vector<EntityKey> look(SteadyTime now);
    void changed(const Uuid& id);

    void post(std::chrono::milliseconds delay, void (Attendance::*run)());
    // On the strand.
    void flush();
    void sweep();

    Strand& strand_;
    const Clock& clock_;
    const Ports ports_;
    const AttendanceOptions options_;
    const std::shared_ptr<Guard> guard_;

    mutable std::mutex mutex_;
    std::map<Uuid, Entry> entries_;
    Quiet quiet_;
    SteadyTime last_sweep_;
    // One count for all, so that whoever comes back takes no version that it had before.
    uint32_t version_ = 0;
    // What the sink has not heard of.
    std::set<Uuid> dirty_;
    bool flush_is_posted_ = false;
};

}  // namespace muster
