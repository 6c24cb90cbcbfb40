#include "hub/live/attendance.h"

namespace muster {
namespace {

constexpr auto kKind = v1::ENTITY_KIND_PARTICIPANT_STATE;

}  // namespace

// Tasks on the strand hold this, not the object itself.
struct Attendance::Guard {
    std::mutex mutex;
    Attendance* owner = nullptr;
};

Attendance::Attendance(Strand& strand, const Clock& clock, Ports ports, AttendanceOptions options)
    : strand_(strand),
      clock_(clock),
      ports_(std::move(ports)),
      options_(options),
      guard_(std::make_shared<Guard>()),
      quiet_(clock),
      last_sweep_(clock.steady()) {
    guard_->owner = this;
    post(options_.sweep, &Attendance::sweep);
}

Attendance::~Attendance() {
    const std::lock_guard lock(guard_->mutex);
    guard_->owner = nullptr;
}

void Attendance::load(std::span<const EntityPtr> entities) {
    const std::lock_guard lock(mutex_);
    for (const auto& entity : entities) take(entity);
}

void Attendance::apply(std::span<const DecidedChange> changes) {
    const std::lock_guard lock(mutex_);
    for (const auto& change : changes) {
        for (const auto& entity : change.upserts) take(entity);
        for (const auto* gone : {&change.removals, &change.archived}) {
            for (const auto& key : *gone) {
                if (key.kind == v1::ENTITY_KIND_PARTICIPANT) leave(key.id);
            }
        }
    }
}

void Attendance::heard(std::string_view participant_id) {
    const auto id = Uuid::parse(participant_id);
    if (!id) return;
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(*id);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.heard = entry.sign = clock_.steady();
    const UtcTime now = clock_.now();
    const UtcTime known_at = from_proto(entry.state.heard_at());
    if (entry.state.gone() || now < known_at || now - known_at >= options_.heard_step) {
        stamp(*id, entry);
    }
}

std::optional<UtcTime> Attendance::lost_since(const EntityKey& participant) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(participant.id);
    if (found == entries_.end()) return std::nullopt;
    const SteadyTime now = clock_.steady();
    if (now - found->second.heard < options_.lost_after) return std::nullopt;
    const auto silence = std::chrono::duration_cast<UtcTime::duration>(now - found->second.sign);
    return clock_.now() - silence;
}

size_t Attendance::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

void Attendance::take(const EntityPtr& entity) {
    if (!entity->message.has_participant()) return;
    const v1::Participant& participant = entity->message.participant();
    const Uuid& id = entity->key.id;
    if (participant.status() != v1::PARTICIPANT_STATUS_JOINED || participant.person_id().empty()) {
        leave(id);
        return;
    }
    const auto [place, is_new] = entries_.try_emplace(id);
    if (!is_new) return;
    place->second.heard = place->second.sign = clock_.steady();
    stamp(id, place->second);
}

void Attendance::leave(const Uuid& id) {
    if (entries_.erase(id) > 0) changed(id);
}

// Heard now, and there.
void Attendance::stamp(const Uuid& id, Entry& entry) {
    entry.state.set_id(id.text());
    entry.state.set_version(++version_);
    *entry.state.mutable_heard_at() = to_proto(clock_.now());
    entry.state.set_gone(false);
    changed(id);
}

// Signs of life that came meanwhile wait in sockets.
void Attendance::forgive_stall(SteadyTime now) {
    const auto since = now - last_sweep_;
    last_sweep_ = now;
    if (since <= options_.stall) return;
    for (auto& [id, entry] : entries_) entry.heard = std::min(now, entry.heard + since);
}

std::vector<EntityKey> Attendance::look(SteadyTime now) {
    const bool quiet = quiet_.now();
    std::vector<EntityKey> lost;
    for (auto& [id, entry] : entries_) {
        const auto silent = now - entry.heard;
        if (silent >= options_.gone_after && !entry.state.gone()) {
            entry.state.set_gone(true);
            entry.state.set_version(++version_);
            changed(id);
        }
        const bool reported =
            entry.reported != SteadyTime{} && now - entry.reported < options_.lost_again;
        if (silent < options_.lost_after || quiet || reported) continue;
        entry.reported = now;
        lost.push_back({v1::ENTITY_KIND_PARTICIPANT, id});
    }
    return lost;
}

void Attendance::changed(const Uuid& id) {
    dirty_.insert(id);
    if (std::exchange(flush_is_posted_, true)) return;
    post({}, &Attendance::flush);
}

void Attendance::post(std::chrono::milliseconds delay, void (Attendance::*run)()) {
    Task task = [guard = guard_, run] {
        const std::lock_guard lock(guard->mutex);
        if (guard->owner != nullptr) (guard->owner->*run)();
    };
    if (delay.count() == 0) {
        strand_.post(std::move(task));
    } else {
        strand_.post_after(delay, std::move(task));
    }
}

void Attendance::flush() {
    std::vector<v1::Live> live;
    std::vector<EntityKey> removed;
    {
        const std::lock_guard lock(mutex_);
        flush_is_posted_ = false;
        for (const Uuid& id : dirty_) {
            const auto found = entries_.find(id);
            if (found == entries_.end()) {
                removed.push_back({kKind, id});
            } else {
                *live.emplace_back().mutable_participant_state() = found->second.state;
            }
        }
        dirty_.clear();
    }
    if (!live.empty()) ports_.sink.apply(live);
    if (!removed.empty()) ports_.sink.remove(removed);
}

void Attendance::sweep() {
    std::vector<EntityKey> lost;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_.steady();
        forgive_stall(now);
        lost = look(now);
    }
    for (const auto& key : lost) ports_.lost(key);
    post(options_.sweep, &Attendance::sweep);
}

}  // namespace muster
