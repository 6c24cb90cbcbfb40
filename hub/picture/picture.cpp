#include "hub/picture/picture.h"

#include <algorithm>
#include <cstring>

#include "hub/picture/subscriber.h"

namespace muster {
namespace {

// Views and places that nobody has any more are swept out at such numbers.
constexpr size_t kSweep = 1'024;
// What token, flags and a heartbeat may add behind the entities.
constexpr size_t kFrameOverhead = 256;
// Frames that are kept for others at the same places until the next change.
constexpr size_t kBuiltBytes = 64 << 20;

bool is_in_journalled_lane(v1::EntityKind kind) {
    return is_viewable(kind) && !is_live(kind);
}

void call(const std::vector<std::shared_ptr<const std::function<void()>>>& wakes) {
    for (const auto& wake : wakes) (*wake)();
}

Tile tile_of_live(const v1::Live& live) {
    return live.has_position() && live.position().has_at() ? tile_of(live.position().at())
                                                           : kNoTile;
}

// Nothing is held yet.
std::shared_ptr<const Fill> begin_fill(const Lane& lane) {
    return std::make_shared<const Fill>(Fill{.base = lane.end(), .round = lane.end()});
}

template <class Map>
void sweep(Map& map) {
    if (map.size() % kSweep != 0) return;
    std::erase_if(map, [](const auto& entry) { return entry.second.expired(); });
}

}  // namespace

Picture::Picture(const Clock& clock,
                 const Uuid& journal_id,
                 const Uuid& boot_id,
                 std::string build,
                 PictureOptions options)
    : clock_(clock),
      scope_{journal_id, boot_id},
      build_(std::move(build)),
      options_(options),
      journalled_(options.removals, cells_),
      live_(options.removals, cells_) {}

Picture::~Picture() = default;

void Picture::load(std::vector<LoadedEntity> entities,
                   std::span<const Tombstone> removed,
                   uint64_t sequence,
                   uint64_t removed_from) {
    const std::lock_guard lock(mutex_);
    journalled_.set_floor_revision(removed_from);
    sequence_ = loaded_sequence_ = sequence;
    std::ranges::stable_sort(entities, {}, &LoadedEntity::sequence);
    Relations::Affected nobody;
    for (const auto& loaded : entities) relations_.put(*loaded.entity, nobody);
    const SteadyTime now = clock_.steady();
    const UtcTime utc = clock_.now();
    auto gone = removed.begin();
    const auto take_removals = [&](uint64_t up_to) {
        for (; gone != removed.end() && gone->sequence <= up_to; ++gone) {
            if (!is_in_journalled_lane(gone->key.kind)) continue;
            journalled_.was_removed(gone->key, gone->sequence, now - (utc - gone->at));
            journalled_.mark_revision(gone->sequence);
        }
    };
    for (const auto& [entity, changed_at] : entities) {
        take_removals(changed_at);
        if (!is_in_journalled_lane(entity->key.kind)) continue;
        journalled_.upsert(entity->key,
                           entity->version,
                           changed_at,
                           entity,
                           cells_.hold(relations_.cell_of(*entity)),
                           now);
        journalled_.mark_revision(changed_at);
    }
    take_removals(~uint64_t{0});
    journalled_.end_load();
    journalled_.forget(now);
    changed({});
}

void Picture::apply(std::span<const DecidedChange> changes) {
    Wakes wakes;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_.steady();
        KindSet touched;
        for (const auto& change : changes) {
            sequence_ = change.sequence;
            Relations::Affected affected;
            for (const auto& entity : change.upserts) {
                put(entity, change.sequence, now, affected);
                touched.set(static_cast<size_t>(entity->key.kind));
            }
            for (const auto* gone : {&change.removals, &change.archived}) {
                for (const auto& key : *gone) {
                    remove(key, change.sequence, now, affected);
                    touched.set(static_cast<size_t>(key.kind));
                }
            }
            touched |= settle(affected, now);
        }
        journalled_.forget(now);
        wakes = changed(touched);
    }
    call(wakes);
}

void Picture::put(const EntityPtr& entity,
                  uint64_t sequence,
                  SteadyTime now,
                  Relations::Affected& affected) {
    if (!is_in_journalled_lane(entity->key.kind)) return;
    relations_.put(*entity, affected);
    journalled_.upsert(entity->key,
                       entity->version,
                       sequence,
                       entity,
                       cells_.hold(relations_.cell_of(*entity)),
                       now);
}

void Picture::remove(const EntityKey& key,
                     uint64_t sequence,
                     SteadyTime now,
                     Relations::Affected& affected) {
    if (!is_in_journalled_lane(key.kind)) return;
    relations_.remove(key, affected);
    journalled_.remove(key, sequence, now);
}

KindSet Picture::settle(const Relations::Affected& affected, SteadyTime now) {
    KindSet touched;
    for (const auto& key : affected) {
        if (settle(key, now)) touched.set(static_cast<size_t>(key.kind));
    }
    return touched;
}

bool Picture::settle(const EntityKey& key, SteadyTime now) {
    Lane& lane = is_live(key.kind) ? live_ : journalled_;
    const Lane::Node* node = lane.find(key);
    if (node == nullptr || node->removed()) return false;
    const CellId cell =
        cells_.hold(node->entity ? relations_.cell_of(*node->entity)
                                 : relations_.cell_of(key, cells_.at(node->cell).tile));
    if (cell == node->cell) {
        cells_.release(cell);
        return false;
    }
    lane.move(key, cell, now);
    return true;
}

void Picture::apply_live(std::span<const v1::Live> live) {
    struct Built {
        EntityKey key;
        uint32_t version = 0;
        Tile tile = kNoTile;
        std::string field;
    };
    std::vector<Built> built;
    built.reserve(live.size());
    for (const auto& entity : live) {
        const EntityKey key = key_of(entity);
        if (key.id.is_nil()) continue;
        built.push_back({key, version_of(entity), tile_of_live(entity), live_field(entity)});
    }
    if (built.empty()) return;
    Wakes wakes;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_.steady();
        const uint64_t from = live_.end();
        KindSet touched;
        for (auto& entity : built) {
            live_.upsert(entity.key,
                         entity.version,
                         std::move(entity.field),
                         cells_.hold(relations_.cell_of(entity.key, entity.tile)),
                         now);
            touched.set(static_cast<size_t>(entity.key.kind));
        }
        step_.build(live_, from);
        live_.forget(now);
        wakes = changed(touched);
    }
    call(wakes);
}

void Picture::remove_live(std::span<const EntityKey> keys) {
    Wakes wakes;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_.steady();
        KindSet touched;
        for (const auto& key : keys) {
            if (!is_viewable(key.kind) || !is_live(key.kind)) continue;
            live_.remove(key, 0, now);
            touched.set(static_cast<size_t>(key.kind));
        }
        live_.forget(now);
        wakes = changed(touched);
    }
    call(wakes);
}

std::unique_ptr<Subscriber> Picture::subscribe(View view,
                                               std::string_view resume_token,
                                               std::function<void()> wake) {
    const auto client_class = view.client_class;
    const std::lock_guard lock(mutex_);
    const auto shared = share(std::move(view));
    auto subscriber = std::make_unique<PictureSubscriber>(
        *this, client_class, resume(shared, resume_token), std::move(wake));
    subscribers_.insert(subscriber.get());
    return subscriber;
}

size_t Picture::subscriber_count() const {
    const std::lock_guard lock(mutex_);
    return subscribers_.size();
}

uint64_t Picture::view_changes() const {
    const std::lock_guard lock(mutex_);
    return view_changes_;
}

std::shared_ptr<SharedView> Picture::share(View view) {
    view.kinds = viewable(view.kinds);
    std::ranges::sort(view.windows);
    std::string key = view_key(view);
    auto& known = views_[key];
    auto shared = known.lock();
    if (shared == nullptr) {
        known = shared = std::make_shared<SharedView>(std::move(view), std::move(key));
        sweep(views_);
    }
    return shared;
}

Picture::PlacePtr Picture::new_place(std::shared_ptr<SharedView> view) {
    auto place = std::make_shared<Place>();
    place->view = std::move(view);
    return place;
}

Picture::PlacePtr Picture::start(const std::shared_ptr<SharedView>& view) {
    const auto begins_here = [this](const Place& place) {
        return place.journalled.fill->base == journalled_.end() &&
               place.live.fill->base == live_.end();
    };
    if (auto known = view->start.lock(); known != nullptr && begins_here(*known)) return known;
    auto place = new_place(view);
    place->reset = true;
    place->journalled.fill = begin_fill(journalled_);
    place->live.fill = begin_fill(live_);
    view->start = place;
    return place;
}

Picture::PlacePtr Picture::resume(const std::shared_ptr<SharedView>& view, std::string_view bytes) {
    const auto token = read_token(bytes);
    if (!token || token->scope.journal_id != scope_.journal_id) return start(view);
    auto place = token->scope.boot_id == scope_.boot_id ? resume_here(view, *token)
                                                        : resume_after_restart(view, *token);
    return place == nullptr ? start(view) : still_good(place);
}

Picture::PlacePtr Picture::resume_here(const std::shared_ptr<SharedView>& view,
                                       const Token& token) {
    if (const auto known = places_.find(token.place); known != places_.end()) {
        if (const auto place = known->second.lock()) {
            return place->view == view ? place : change_view(*place, view);
        }
    }
    if (token.view != view->hash() || !token.has_journalled || token.sequence > sequence_ ||
        token.journalled > journalled_.end() || token.live > live_.end()) {
        return nullptr;
    }
    FrameEnd end{{token.journalled, nullptr}, {token.live, nullptr}, token.sequence, true};
    if (token.has_live && can_go_on(*view, live_, end.live)) return place_at(view, end);
    auto place = new_place(view);
    place->journalled = end.journalled;
    place->sequence = end.sequence;
    place->live.fill = begin_fill(live_);
    place->live_reset = view->has_lane(true);
    return place;
}

Picture::PlacePtr Picture::resume_after_restart(const std::shared_ptr<SharedView>& view,
                                                const Token& token) {
    // What was removed since must be known to the last: by the journal's time, and by number.
    const auto kept = options_.removals.tombstone_age - std::chrono::hours(1);
    if (!view->is_plain() || token.view != view->hash() || !token.has_sequence ||
        token.sequence > loaded_sequence_ || clock_.now() - token.at > kept ||
        !journalled_.covers_revision(token.sequence)) {
        return nullptr;
    }
    auto place = new_place(view);
    place->journalled.order = journalled_.order_of_revision(token.sequence);
    place->sequence = token.sequence;
    place->live.fill = begin_fill(live_);
    place->live_reset = view->has_lane(true);
    return place;
}

Picture::PlacePtr Picture::change_view(const Place& place,
                                       const std::shared_ptr<SharedView>& view) {
    const auto keep = [&](const Lane& lane, const LanePlace& at) {
        // Another view sees others: its round begins anew.
        Fill fill =
            at.fill ? *at.fill
                    : Fill{.base = at.order, .held = held_at(cells_, lane, *place.view, at.order)};
        fill.round = lane.end();
        fill.next_slot = 0;
        return LanePlace{0, std::make_shared<const Fill>(std::move(fill))};
    };
    if (!can_go_on(*place.view, journalled_, place.journalled) ||
        !can_go_on(*place.view, live_, place.live)) {
        return start(view);
    }
    ++view_changes_;
    auto changed = new_place(view);
    changed->reset = place.reset;
    changed->live_reset = place.live_reset;
    changed->journalled = keep(journalled_, place.journalled);
    changed->live = keep(live_, place.live);
    return changed;
}

bool Picture::can_go_on(const SharedView& view, const Lane& lane, const LanePlace& place) const {
    if (place.fill) return lane.covers(place.fill->base);
    return lane.covers(place.order) && (view.is_plain() || lane.knows_cells(place.order));
}

Picture::PlacePtr Picture::still_good(const PlacePtr& place) {
    if (!can_go_on(*place->view, journalled_, place->journalled)) return start(place->view);
    if (can_go_on(*place->view, live_, place->live)) return place;
    auto anew = new_place(place->view);
    anew->reset = place->reset;
    anew->journalled = place->journalled;
    anew->sequence = place->sequence;
    anew->live.fill = begin_fill(live_);
    anew->live_reset = place->view->has_lane(true);
    return anew;
}

Picture::PlacePtr Picture::place_at(const std::shared_ptr<SharedView>& view, FrameEnd end) {
    const bool is_complete = end.journalled.fill == nullptr && end.live.fill == nullptr;
    if (is_complete) {
        const auto home = view->home.lock();
        if (home != nullptr && home->journalled.order == end.journalled.order &&
            home->live.order == end.live.order && home->sequence == end.sequence) {
            return home;
        }
    }
    auto place = new_place(view);
    place->journalled = std::move(end.journalled);
    place->live = std::move(end.live);
    place->sequence = end.sequence;
    if (is_complete) {
        view->home = place;
    } else {
        const std::string random = random_bytes(sizeof place->id);
        std::memcpy(&place->id, random.data(), sizeof place->id);
        places_[place->id] = place;
        sweep(places_);
    }
    return place;
}

const Piece& Picture::piece(const PlacePtr& place, bool small) {
    auto& piece = place->pieces[small ? 1 : 0];
    if (!piece) {
        // A long snapshot is not kept whole for those who may come.
        if (built_bytes_ > kBuiltBytes) drop_pieces();
        if (!place->pieces[0] && !place->pieces[1]) built_.push_back(place);
        piece = build_piece(place, small ? options_.small_frame_bytes : options_.frame_bytes);
        if (piece->bytes) built_bytes_ += piece->bytes->size();
    }
    return *piece;
}

Piece Picture::build_piece(const PlacePtr& place, size_t max_bytes) {
    std::string bytes;
    FrameEnd end = append_news({cells_, journalled_, live_, step_},
                               *place,
                               sequence_,
                               max_bytes > kFrameOverhead ? max_bytes - kFrameOverhead : 0,
                               bytes);
    Piece piece;
    piece.at_end = end.at_end;
    const bool is_silent = bytes.empty() && !place->reset && !place->live_reset;
    piece.to = place_at(place->view, std::move(end));
    if (is_silent) {
        if (piece.to == place) piece.to = nullptr;
        return piece;
    }
    v1::Frame rest;
    rest.set_reset(place->reset);
    rest.set_live_reset(place->live_reset);
    rest.set_more(!piece.at_end);
    rest.set_resume_token(token_of(*piece.to));
    rest.AppendToString(&bytes);
    piece.bytes = std::make_shared<const std::string>(std::move(bytes));
    return piece;
}

FrameBytes Picture::with_heartbeat(const PlacePtr& place, bool small) {
    piece(place, small);
    Piece& piece = *place->pieces[small ? 1 : 0];
    if (piece.with_heartbeat == nullptr) {
        v1::Frame rest;
        if (piece.bytes == nullptr) rest.set_resume_token(token_of(piece.to ? *piece.to : *place));
        *rest.mutable_heartbeat() = piece.at_end ? heartbeat(*place->view) : sign_of_life();
        std::string bytes = piece.bytes ? *piece.bytes : std::string();
        rest.AppendToString(&bytes);
        // A heartbeat alone says what time it is: it is not kept.
        if (piece.bytes == nullptr) return std::make_shared<const std::string>(std::move(bytes));
        piece.with_heartbeat = std::make_shared<const std::string>(std::move(bytes));
    }
    return piece.with_heartbeat;
}

std::string Picture::token_of(const Place& place) const {
    return write_token({.scope = scope_,
                        .at = clock_.now(),
                        .sequence = place.sequence.value_or(0),
                        .journalled = place.journalled.order,
                        .live = place.live.order,
                        .view = place.view->hash(),
                        .place = place.id,
                        .has_sequence = place.sequence.has_value(),
                        .has_journalled = place.journalled.fill == nullptr,
                        .has_live = place.live.fill == nullptr});
}

v1::Heartbeat Picture::sign_of_life() const {
    v1::Heartbeat heartbeat;
    *heartbeat.mutable_server_time() = to_proto(clock_.now());
    heartbeat.set_build(build_);
    return heartbeat;
}

v1::Heartbeat Picture::heartbeat(SharedView& view) const {
    KindSum journalled;
    KindSum live;
    if (view.is_plain()) {
        journalled = journalled_.sum(view.view().kinds);
        live = live_.sum(view.view().kinds);
    } else {
        for (CellId id = kNoCell + 1; id < cells_.end(); ++id) {
            const KindSum& sum = cells_.sum(id);
            if (sum.count == 0 || !view.sees(cells_, id)) continue;
            KindSum& total = is_live(cells_.at(id).kind) ? live : journalled;
            total.count += sum.count;
            total.digest += sum.digest;
        }
    }
    v1::Heartbeat heartbeat = sign_of_life();
    heartbeat.set_sequence(sequence_);
    heartbeat.set_live_revision(live_.end());
    heartbeat.set_count(journalled.count);
    heartbeat.set_digest(journalled.digest);
    heartbeat.set_live_count(live.count);
    heartbeat.set_live_digest(live.digest);
    return heartbeat;
}

Picture::Wakes Picture::changed(const KindSet& kinds) {
    drop_pieces();
    const SteadyTime now = clock_.steady();
    while (!parked_.empty() && parked_.front().first <= now) parked_.pop_front();
    Wakes wakes;
    for (PictureSubscriber* subscriber : subscribers_) {
        if (!subscriber->waiting_ || (subscriber->place_->view->view().kinds & kinds).none()) {
            continue;
        }
        subscriber->waiting_ = false;
        wakes.push_back(subscriber->wake_);
    }
    return wakes;
}

void Picture::drop_pieces() {
    for (const auto& place : built_) place->pieces[0] = place->pieces[1] = std::nullopt;
    built_.clear();
    built_bytes_ = 0;
}

void Picture::park(std::deque<PlacePtr> places) {
    if (places.empty()) return;
    parked_.emplace_back(clock_.steady() + options_.keep_places, std::move(places));
}

}  // namespace muster
