#include "hub/picture/picture.h"

#include "hub/picture/subscriber.h"

namespace muster {
namespace {

// Pieces that are kept for others between two changes.
constexpr size_t kMaxPieces = 64;

bool is_viewable(v1::EntityKind kind) {
    return kind != v1::ENTITY_KIND_CREDENTIAL && kind != v1::ENTITY_KIND_SESSION &&
           kind > v1::ENTITY_KIND_UNSPECIFIED && static_cast<size_t>(kind) < KindSet{}.size();
}

KindSet viewable(KindSet kinds) {
    for (size_t kind = 0; kind < kinds.size(); ++kind) {
        if (!is_viewable(static_cast<v1::EntityKind>(kind))) kinds.reset(kind);
    }
    return kinds;
}

bool has_live(const KindSet& kinds) {
    return (kinds & live_kinds()).any();
}

void call(const std::vector<std::shared_ptr<const std::function<void()>>>& wakes) {
    for (const auto& wake : wakes) (*wake)();
}

// Whether a reader here can go on in this lane.
bool can_resume(const Lane& lane, const LaneCursor& cursor) {
    return cursor.order <= lane.end() && cursor.base <= lane.end() &&
           lane.covers(std::max(cursor.order, cursor.base));
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
      journalled_(options.removals),
      live_(options.removals) {}

Picture::~Picture() = default;

void Picture::load(std::span<const EntityPtr> entities, uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    sequence_ = sequence;
    // Which change each entity is from, and what was removed, is not known any more.
    journalled_.set_floor_revision(sequence);
    for (const auto& entity : entities) {
        if (!is_viewable(entity->key.kind) || is_live(entity->key.kind)) continue;
        journalled_.upsert(entity->key, entity->version, sequence, entity);
    }
    pieces_.clear();
}

void Picture::apply(std::span<const DecidedChange> changes) {
    Wakes wakes;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_.steady();
        KindSet touched;
        for (const auto& change : changes) {
            sequence_ = change.sequence;
            for (const auto& entity : change.upserts) {
                if (!is_viewable(entity->key.kind) || is_live(entity->key.kind)) continue;
                journalled_.upsert(entity->key, entity->version, change.sequence, entity);
                touched.set(static_cast<size_t>(entity->key.kind));
            }
            for (const auto& key : change.removals) {
                if (!is_viewable(key.kind) || is_live(key.kind)) continue;
                journalled_.remove(key, change.sequence, now);
                touched.set(static_cast<size_t>(key.kind));
            }
        }
        journalled_.forget_old_removals(now);
        wakes = changed(touched);
    }
    call(wakes);
}

void Picture::apply_live(std::span<const v1::Live> live) {
    struct Built {
        EntityKey key;
        uint32_t version = 0;
        std::string field;
    };
    std::vector<Built> built;
    built.reserve(live.size());
    for (const auto& entity : live) {
        const EntityKey key = key_of(entity);
        if (key.id.is_nil()) continue;
        built.push_back({key, version_of(entity), live_field(entity)});
    }
    Wakes wakes;
    {
        const std::lock_guard lock(mutex_);
        KindSet touched;
        for (auto& entity : built) {
            live_.upsert(entity.key, entity.version, std::move(entity.field));
            touched.set(static_cast<size_t>(entity.key.kind));
        }
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
        live_.forget_old_removals(now);
        wakes = changed(touched);
    }
    call(wakes);
}

std::unique_ptr<Subscriber> Picture::subscribe(View view,
                                               std::string_view resume_token,
                                               std::function<void()> wake) {
    view.kinds = viewable(view.kinds);
    const std::lock_guard lock(mutex_);
    auto subscriber = std::make_unique<PictureSubscriber>(
        *this, view, resume(view.kinds, resume_token), std::move(wake));
    subscribers_.insert(subscriber.get());
    return subscriber;
}

size_t Picture::subscriber_count() const {
    const std::lock_guard lock(mutex_);
    return subscribers_.size();
}

Cursor Picture::start() const {
    Cursor cursor;
    cursor.reset = true;
    cursor.journalled.base = journalled_.end();
    cursor.live.base = live_.end();
    return cursor;
}

Cursor Picture::resume(const KindSet& kinds, std::string_view token_bytes) const {
    const auto token = read_token(token_bytes);
    if (!token || token->scope.journal_id != scope_.journal_id || token->kinds != kinds ||
        token->sequence > sequence_) {
        return start();
    }
    Cursor cursor;
    if (token->scope.boot_id == scope_.boot_id) {
        if (!can_resume(journalled_, token->journalled)) return start();
        cursor.journalled = token->journalled;
        if (can_resume(live_, token->live)) {
            cursor.live = token->live;
            return cursor;
        }
    } else {
        if (!journalled_.covers_revision(token->sequence)) return start();
        const uint64_t order = journalled_.order_of_revision(token->sequence);
        cursor.journalled = {order, 0};
    }
    cursor.live.base = live_.end();
    cursor.live_reset = has_live(kinds);
    return cursor;
}

void Picture::check_floor(const KindSet& kinds, Cursor& cursor) const {
    if (!can_resume(journalled_, cursor.journalled)) {
        cursor = start();
    } else if (!can_resume(live_, cursor.live)) {
        cursor.live = {0, live_.end()};
        cursor.live_reset = has_live(kinds);
    }
}

const Piece& Picture::piece(const KindSet& kinds, const Cursor& from) {
    const PieceKey key{kinds, from};
    const auto found = pieces_.find(key);
    if (found != pieces_.end()) return found->second;
    if (pieces_.size() >= kMaxPieces) pieces_.clear();
    return pieces_
        .emplace(key,
                 build_piece(journalled_, live_, prove(kinds), scope_, key, options_.frame_bytes))
        .first->second;
}

Proof Picture::prove(const KindSet& kinds) const {
    return {sequence_, live_.end(), journalled_.sum(kinds), live_.sum(kinds)};
}

Picture::Wakes Picture::changed(const KindSet& kinds) {
    pieces_.clear();
    Wakes wakes;
    for (PictureSubscriber* subscriber : subscribers_) {
        if (!subscriber->waiting_ || (subscriber->kinds_ & kinds).none()) continue;
        subscriber->waiting_ = false;
        wakes.push_back(subscriber->wake_);
    }
    return wakes;
}

}  // namespace muster
