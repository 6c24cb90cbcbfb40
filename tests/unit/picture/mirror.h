#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "hub/base/entity_key.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// What a client keeps, by the rules in picture.proto. Every heartbeat is held against it.
class Mirror {
public:
    void apply(const std::string& bytes) {
        v1::Frame frame;
        ASSERT_TRUE(frame.ParseFromString(bytes));
        if (frame.reset()) entities_.clear();
        if (frame.live_reset()) {
            std::erase_if(entities_, [](const auto& entry) { return is_live(entry.first.kind); });
        }
        for (const auto& entity : frame.upserts()) put(key_of(entity), version_of(entity), entity);
        for (const auto& entity : frame.live()) put(key_of(entity), version_of(entity), entity);
        for (const auto& removal : frame.removals()) entities_.erase(key_of(removal));
        if (!frame.resume_token().empty()) token_ = frame.resume_token();
        if (frame.has_heartbeat() && !frame.more()) check(frame.heartbeat());
    }

    // Version and content by key.
    const std::map<EntityKey, std::pair<uint32_t, std::string>>& entities() const {
        return entities_;
    }
    const std::string& token() const { return token_; }
    int heartbeats() const { return heartbeats_; }

private:
    void put(const EntityKey& key, uint32_t version, const google::protobuf::Message& message) {
        entities_[key] = {version, message.SerializeAsString()};
    }
    void check(const v1::Heartbeat& heartbeat) {
        ++heartbeats_;
        uint64_t count[2] = {0, 0};
        uint64_t digest[2] = {0, 0};
        for (const auto& [key, value] : entities_) {
            const int lane = is_live(key.kind) ? 1 : 0;
            ++count[lane];
            digest[lane] += digest_share(key, value.first);
        }
        EXPECT_EQ(heartbeat.count(), count[0]);
        EXPECT_EQ(heartbeat.digest(), digest[0]);
        EXPECT_EQ(heartbeat.live_count(), count[1]);
        EXPECT_EQ(heartbeat.live_digest(), digest[1]);
    }

    std::map<EntityKey, std::pair<uint32_t, std::string>> entities_;
    std::string token_;
    int heartbeats_ = 0;
};

}  // namespace muster
