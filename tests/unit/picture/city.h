#pragma once

#include <map>
#include <random>
#include <set>

#include "hub/picture/picture.h"

namespace muster {

Uuid city_id(uint32_t n);

// The hub's truth, said naively: entities of all kinds that views ask about, which change at random
// in every way that the desk and the live state know. What a view shows it finds out by looking at
// everything.
class City {
public:
    explicit City(uint32_t seed) : random_(seed) {}

    uint32_t pick(uint32_t below) {
        return std::uniform_int_distribution<uint32_t>(0, below - 1)(random_);
    }

    // Applied here; what it returns is for the picture.
    std::vector<DecidedChange> change(UtcTime now);
    std::vector<v1::Live> change_live();
    std::vector<EntityKey> remove_live();
    // The hub starts again: live entities are gone.
    void restart();
    // Another journal, or one from a backup.
    void replace_journal();
    View any_view();

    std::vector<LoadedEntity> entities() const;
    const std::vector<Tombstone>& removed() const { return removed_; }
    uint64_t sequence() const { return sequence_; }

    // Version and content by key of what the view shows.
    std::map<EntityKey, std::pair<uint32_t, std::string>> shown(const View& view) const;

private:
    struct Kept {
        EntityPtr entity;
        uint64_t sequence = 0;
    };

    EntityPtr make_entity();
    v1::Point any_point();
    std::string any_id(v1::EntityKind kind);
    bool shows(const View& view, const v1::Entity& entity) const;
    bool shows_position(const View& view, const v1::Position& position) const;
    // Whether the agency is this one or below it.
    bool is_within(std::string agency_id, const Uuid& above) const;
    const v1::Entity* find(v1::EntityKind kind, const std::string& id) const;
    bool hangs_on(const std::string& incident_id, const Uuid& incident) const;
    bool in_windows(const View& view, const v1::Point& point) const;

    std::mt19937 random_;
    uint64_t sequence_ = 0;
    uint32_t version_ = 0;
    uint32_t live_version_ = 0;
    std::map<EntityKey, Kept> kept_;
    std::map<EntityKey, v1::Live> live_;
    std::vector<Tombstone> removed_;
};

}  // namespace muster
