#include "hub/live/live.h"

#include <cmath>

#include "hub/base/error.h"
#include "hub/desk/validate.h"
#include "hub/live/stream_health.h"

namespace muster {
namespace {

constexpr double kMaxAccuracyM = 100'000;
constexpr double kMaxSpeedMps = 200;

Status check_fix(const v1::LocateTeamRequest& fix) {
    MUSTER_TRY(check_point(fix.has_at(), fix.at(), "at"));
    if (fix.has_fix_at()) MUSTER_TRY(check_time(fix.fix_at(), "fix_at"));
    MUSTER_TRY(check_range(fix.accuracy_m(), 0, kMaxAccuracyM, "accuracy_m"));
    MUSTER_TRY(check_range(fix.speed_mps(), 0, kMaxSpeedMps, "speed_mps"));
    if (fix.has_heading_deg()) {
        MUSTER_TRY(check_range(fix.heading_deg(), 0, std::nextafter(360.0, 0.0), "heading_deg"));
    }
    return absl::OkStatus();
}

bool same_place(const v1::Position& a, const v1::Position& b) {
    return a.at().lat_deg() == b.at().lat_deg() && a.at().lon_deg() == b.at().lon_deg() &&
           a.accuracy_m() == b.accuracy_m() && a.speed_mps() == b.speed_mps() &&
           a.has_heading_deg() == b.has_heading_deg() && a.heading_deg() == b.heading_deg() &&
           a.source() == b.source();
}

template <class Message>
void copy_if_there(const std::map<Uuid, Message>& table,
                   const Uuid& id,
                   std::vector<v1::Live>& out,
                   Message* (v1::Live::*field)()) {
    const auto found = table.find(id);
    if (found != table.end()) *(out.emplace_back().*field)() = found->second;
}

}  // namespace

// Tasks on the strand hold this, not the state itself.
struct LiveState::Guard {
    std::mutex mutex;
    LiveState* state = nullptr;
};

LiveState::LiveState(Strand& strand, const Clock& clock, LiveSink sink, LiveOptions options)
    : strand_(strand),
      clock_(clock),
      sink_(std::move(sink)),
      options_(options),
      guard_(std::make_shared<Guard>()) {
    guard_->state = this;
    sweep_later();
}

LiveState::~LiveState() {
    const std::lock_guard lock(guard_->mutex);
    guard_->state = nullptr;
}

void LiveState::load(std::span<const EntityPtr> entities) {
    const std::lock_guard lock(mutex_);
    for (const auto& entity : entities) exists(entity);
}

void LiveState::apply(std::span<const DecidedChange> changes) {
    const std::lock_guard lock(mutex_);
    for (const auto& change : changes) {
        for (const auto& entity : change.upserts) exists(entity);
        for (const auto& key : change.removals) gone(key);
        for (const auto& key : change.archived) gone(key);
    }
}

Result<v1::Position> LiveState::locate(const std::string& team_id,
                                       const v1::LocateTeamRequest& fix,
                                       v1::PositionSource source) {
    MUSTER_TRY(check_fix(fix));
    const std::lock_guard lock(mutex_);
    const auto id = Uuid::parse(team_id);
    if (!id || !teams_.contains(*id)) {
        return refuse(absl::StatusCode::kNotFound, "team.unknown", {{"id", team_id}}, "team_id");
    }
    const UtcTime now = clock_.now();
    const UtcTime fix_at = fix.has_fix_at() ? std::min(from_proto(fix.fix_at()), now) : now;
    v1::Position position;
    position.set_id(id->text());
    *position.mutable_at() = fix.at();
    *position.mutable_fix_at() = to_proto(fix_at);
    *position.mutable_heard_at() = to_proto(now);
    position.set_accuracy_m(fix.accuracy_m());
    if (fix.has_heading_deg()) position.set_heading_deg(fix.heading_deg());
    position.set_speed_mps(fix.speed_mps());
    position.set_source(source);

    const auto [entry, is_new] = positions_.try_emplace(*id);
    if (!is_new) {
        const UtcTime known_at = from_proto(entry->second.fix_at());
        if (fix_at < known_at || (fix_at == known_at && same_place(position, entry->second))) {
            return entry->second;
        }
        position.set_version(entry->second.version());
    }
    entry->second = std::move(position);
    stamp(positions_, v1::ENTITY_KIND_POSITION, *id);
    return entry->second;
}

std::optional<v1::Position> LiveState::position(const std::string& team_id) const {
    const auto id = Uuid::parse(team_id);
    if (!id) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const auto found = positions_.find(*id);
    return found == positions_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<v1::Position> LiveState::positions() const {
    const std::lock_guard lock(mutex_);
    std::vector<v1::Position> all;
    all.reserve(positions_.size());
    for (const auto& [id, position] : positions_) all.push_back(position);
    return all;
}

void LiveState::stream_opened(const std::string& person_id) {
    const std::lock_guard lock(mutex_);
    presence_changed(person_id, 1);
}

void LiveState::stream_closed(const std::string& person_id) {
    const std::lock_guard lock(mutex_);
    presence_changed(person_id, -1);
}

void LiveState::heard(const std::string& person_id) {
    const std::lock_guard lock(mutex_);
    presence_changed(person_id, 0);
}

void LiveState::node_attached() {
    const std::lock_guard lock(mutex_);
    node_is_there_ = true;
    // What it pulls already it reports at once; until then it pulls nothing.
    for (const auto& [id, health] : health_) set_health(id, idle());
}

void LiveState::node_gone() {
    const std::lock_guard lock(mutex_);
    node_is_there_ = false;
    for (const auto& [id, health] : health_) set_health(id, without_node());
}

void LiveState::report(std::span<const v1::StreamHealth> streams) {
    const std::lock_guard lock(mutex_);
    if (!node_is_there_) return;
    for (const auto& reported : streams) {
        const auto id = Uuid::parse(reported.id());
        if (!id || !health_.contains(*id) || !v1::StreamState_IsValid(reported.state()) ||
            reported.state() == v1::STREAM_STATE_UNSPECIFIED) {
            continue;
        }
        set_health(*id, bounded(reported));
    }
}

template <class Message>
void LiveState::stamp(std::map<Uuid, Message>& table, v1::EntityKind kind, const Uuid& id) {
    Message& message = table[id];
    message.set_id(id.text());
    message.set_version(std::max(message.version() + 1, first_version_));
    dirty_.insert({kind, id});
    changed();
}

template <class Message>
void LiveState::drop(std::map<Uuid, Message>& table, v1::EntityKind kind, const Uuid& id) {
    const auto found = table.find(id);
    if (found == table.end()) return;
    first_version_ = std::max(first_version_, found->second.version() + 1);
    table.erase(found);
    dirty_.insert({kind, id});
    changed();
}

void LiveState::exists(const EntityPtr& entity) {
    const Uuid& id = entity->key.id;
    switch (entity->key.kind) {
        case v1::ENTITY_KIND_TEAM:
            teams_.insert(id);
            return;
        case v1::ENTITY_KIND_PERSON:
            persons_.insert(id);
            return;
        case v1::ENTITY_KIND_STREAM:
            has_health(id);
            return;
        case v1::ENTITY_KIND_PARTICIPANT:
            takes_part(entity->message.participant());
            return;
        default:
            return;
    }
}

// What a person publishes has a health for as long as it is in; a camera's own stream has its own.
void LiveState::takes_part(const v1::Participant& participant) {
    const auto stream_id = Uuid::parse(participant.stream_id());
    if (!stream_id || participant.person_id().empty()) return;
    if (participant.status() == v1::PARTICIPANT_STATUS_JOINED) {
        has_health(*stream_id);
    } else {
        drop(health_, v1::ENTITY_KIND_STREAM_HEALTH, *stream_id);
    }
}

void LiveState::has_health(const Uuid& id) {
    if (!health_.contains(id)) set_health(id, node_is_there_ ? idle() : without_node());
}

void LiveState::gone(const EntityKey& key) {
    switch (key.kind) {
        case v1::ENTITY_KIND_TEAM:
            teams_.erase(key.id);
            drop(positions_, v1::ENTITY_KIND_POSITION, key.id);
            return;
        case v1::ENTITY_KIND_PERSON:
            persons_.erase(key.id);
            drop(presence_, v1::ENTITY_KIND_PRESENCE, key.id);
            return;
        case v1::ENTITY_KIND_STREAM:
            drop(health_, v1::ENTITY_KIND_STREAM_HEALTH, key.id);
            return;
        default:
            return;
    }
}

void LiveState::presence_changed(const std::string& person_id, int streams) {
    const auto id = Uuid::parse(person_id);
    if (!id || !persons_.contains(*id)) return;
    const UtcTime now = clock_.now();
    const auto [entry, is_new] = presence_.try_emplace(*id);
    v1::Presence& presence = entry->second;
    const UtcTime known_at = from_proto(presence.heard_at());
    const bool is_news = is_new || now < known_at || now - known_at >= options_.heard_step;
    if (streams == 0 && !is_news) return;
    if (streams > 0) presence.set_streams(presence.streams() + 1);
    if (streams < 0 && presence.streams() > 0) presence.set_streams(presence.streams() - 1);
    *presence.mutable_heard_at() = to_proto(now);
    stamp(presence_, v1::ENTITY_KIND_PRESENCE, *id);
}

void LiveState::set_health(const Uuid& id, v1::StreamHealth health) {
    v1::StreamHealth& known = health_[id];
    // The node's `since` is not taken: it begins anew with every report of another state.
    const bool same_state = known.version() != 0 && known.state() == health.state() &&
                            known.reason().code() == health.reason().code();
    *health.mutable_since() = same_state ? known.since() : to_proto(clock_.now());
    health.set_id(id.text());
    health.set_version(known.version());
    if (known.version() != 0 && health.SerializeAsString() == known.SerializeAsString()) return;
    known = std::move(health);
    stamp(health_, v1::ENTITY_KIND_STREAM_HEALTH, id);
}

void LiveState::changed() {
    if (flush_is_posted_) return;
    flush_is_posted_ = true;
    // The first change after a quiet time goes at once, those that follow it together.
    const auto since_last = clock_.steady() - last_flush_;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(options_.coalesce - since_last);
    Task task = [guard = guard_] {
        const std::lock_guard lock(guard->mutex);
        if (guard->state != nullptr) guard->state->flush();
    };
    if (last_flush_ == SteadyTime{} || wait.count() <= 0) {
        strand_.post(std::move(task));
    } else {
        strand_.post_after(wait, std::move(task));
    }
}

void LiveState::flush() {
    std::vector<v1::Live> live;
    std::vector<EntityKey> removed;
    {
        const std::lock_guard lock(mutex_);
        flush_is_posted_ = false;
        last_flush_ = clock_.steady();
        for (const auto& key : dirty_) {
            const size_t before = live.size();
            if (key.kind == v1::ENTITY_KIND_POSITION) {
                copy_if_there(positions_, key.id, live, &v1::Live::mutable_position);
            } else if (key.kind == v1::ENTITY_KIND_PRESENCE) {
                copy_if_there(presence_, key.id, live, &v1::Live::mutable_presence);
            } else {
                copy_if_there(health_, key.id, live, &v1::Live::mutable_stream_health);
            }
            if (live.size() == before) removed.push_back(key);
        }
        dirty_.clear();
    }
    if (!live.empty()) sink_.apply(live);
    if (!removed.empty()) sink_.remove(removed);
}

void LiveState::sweep() {
    const std::lock_guard lock(mutex_);
    const UtcTime now = clock_.now();
    std::vector<Uuid> old;
    for (const auto& [id, presence] : presence_) {
        if (presence.streams() == 0 &&
            now - from_proto(presence.heard_at()) > options_.presence_age) {
            old.push_back(id);
        }
    }
    for (const Uuid& id : old) drop(presence_, v1::ENTITY_KIND_PRESENCE, id);
}

void LiveState::sweep_later() {
    strand_.post_after(options_.sweep, [guard = guard_] {
        const std::lock_guard lock(guard->mutex);
        if (guard->state == nullptr) return;
        guard->state->sweep();
        guard->state->sweep_later();
    });
}

}  // namespace muster
