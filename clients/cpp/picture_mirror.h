#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/base/entity_key.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// A client's copy of a view. A plain value; its owner guards it. A frame applies whole.
class PictureMirror {
public:
    enum class Proof {
        // The frame had no heartbeat, or one that proves nothing.
        none,
        // Count and digest of both lanes are those of the hub.
        holds,
        // They are not: the copy is wrong and must be fetched anew.
        broken,
    };
    struct Applied {
        // Everything before was forgotten.
        bool reset = false;
        // What changed or went, in the frame's order.
        std::vector<EntityKey> touched;
        Proof proof = Proof::none;
    };

    Applied apply(const v1::Frame& frame);
    void clear();

    // Null when it is not in the view. Valid until the next apply().
    const v1::Entity* find(v1::EntityKind kind, std::string_view id) const;
    const v1::Live* find_live(v1::EntityKind kind, std::string_view id) const;
    void for_each(v1::EntityKind kind, const std::function<void(const v1::Entity&)>& visit) const;
    void for_each_live(v1::EntityKind kind,
                       const std::function<void(const v1::Live&)>& visit) const;

    uint64_t count() const { return entities_.size(); }
    uint64_t live_count() const { return live_.size(); }
    uint64_t digest() const { return digest_; }
    uint64_t live_digest() const { return live_digest_; }
    // The newest frame's; give it to Subscribe to go on from here.
    const std::string& resume_token() const { return resume_token_; }

private:
    void remove(const EntityKey& key);

    std::unordered_map<EntityKey, v1::Entity> entities_;
    std::unordered_map<EntityKey, v1::Live> live_;
    uint64_t digest_ = 0;
    uint64_t live_digest_ = 0;
    std::string resume_token_;
};

}  // namespace muster
