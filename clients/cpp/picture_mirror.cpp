#include "clients/cpp/picture_mirror.h"

namespace muster {
namespace {

// Puts one entity in; the digest loses the old version's share and gains the new one's.
template <class Map, class Sum>
EntityKey put(Map& map, uint64_t& digest, const Sum& sum) {
    const EntityKey key = key_of(sum);
    const auto [place, is_new] = map.try_emplace(key);
    if (!is_new) digest -= digest_share(key, version_of(place->second));
    place->second = sum;
    digest += digest_share(key, version_of(sum));
    return key;
}

template <class Map>
void take_out(Map& map, uint64_t& digest, const EntityKey& key) {
    const auto found = map.find(key);
    if (found == map.end()) return;
    digest -= digest_share(key, version_of(found->second));
    map.erase(found);
}

template <class Map>
auto* find_in(const Map& map, v1::EntityKind kind, std::string_view id) {
    const auto uuid = Uuid::parse(id);
    const auto found = uuid ? map.find({kind, *uuid}) : map.end();
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

PictureMirror::Applied PictureMirror::apply(const v1::Frame& frame) {
    Applied applied;
    if (frame.reset()) {
        applied.reset = true;
        clear();
    }
    if (frame.live_reset()) {
        for (const auto& [key, live] : live_) applied.touched.push_back(key);
        live_.clear();
        live_digest_ = 0;
    }
    for (const auto& entity : frame.upserts()) {
        applied.touched.push_back(put(entities_, digest_, entity));
    }
    for (const auto& live : frame.live()) {
        applied.touched.push_back(put(live_, live_digest_, live));
    }
    for (const auto& removal : frame.removals()) {
        const EntityKey key = key_of(removal);
        remove(key);
        applied.touched.push_back(key);
    }
    if (!frame.resume_token().empty()) resume_token_ = frame.resume_token();
    // With a part of a frame it only says what time it is.
    if (frame.has_heartbeat() && !frame.more()) {
        const auto& beat = frame.heartbeat();
        const bool same = beat.count() == count() && beat.digest() == digest_ &&
                          beat.live_count() == live_count() && beat.live_digest() == live_digest_;
        applied.proof = same ? Proof::holds : Proof::broken;
    }
    return applied;
}

void PictureMirror::clear() {
    entities_.clear();
    live_.clear();
    digest_ = 0;
    live_digest_ = 0;
    resume_token_.clear();
}

void PictureMirror::remove(const EntityKey& key) {
    if (is_live(key.kind)) {
        take_out(live_, live_digest_, key);
    } else {
        take_out(entities_, digest_, key);
    }
}

const v1::Entity* PictureMirror::find(v1::EntityKind kind, std::string_view id) const {
    return find_in(entities_, kind, id);
}

const v1::Live* PictureMirror::find_live(v1::EntityKind kind, std::string_view id) const {
    return find_in(live_, kind, id);
}

void PictureMirror::for_each(v1::EntityKind kind,
                             const std::function<void(const v1::Entity&)>& visit) const {
    for (const auto& [key, entity] : entities_) {
        if (key.kind == kind) visit(entity);
    }
}

void PictureMirror::for_each_live(v1::EntityKind kind,
                                  const std::function<void(const v1::Live&)>& visit) const {
    for (const auto& [key, live] : live_) {
        if (key.kind == kind) visit(live);
    }
}

}  // namespace muster
