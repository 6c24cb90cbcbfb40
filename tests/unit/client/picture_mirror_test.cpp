#include "clients/cpp/picture_mirror.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace muster {
namespace {

// The hub's side, kept in the simplest way there is: every digest is summed up anew.
class Truth {
public:
    v1::Entity put_order(const Uuid& id) {
        const EntityKey key{v1::ENTITY_KIND_ORDER, id};
        const uint32_t version = ++versions_[key];
        v1::Entity entity;
        entity.mutable_order()->set_id(id.text());
        entity.mutable_order()->set_version(version);
        return entity;
    }
    v1::Live put_position(const Uuid& id) {
        const EntityKey key{v1::ENTITY_KIND_POSITION, id};
        const uint32_t version = ++versions_[key];
        v1::Live live;
        live.mutable_position()->set_id(id.text());
        live.mutable_position()->set_version(version);
        return live;
    }
    v1::Removal remove(const EntityKey& key) {
        versions_.erase(key);
        v1::Removal removal;
        removal.set_kind(key.kind);
        removal.set_id(key.id.text());
        return removal;
    }
    void forget_live() {
        std::erase_if(versions_, [](const auto& entry) { return is_live(entry.first.kind); });
    }
    void forget() { versions_.clear(); }

    v1::Heartbeat heartbeat() const {
        v1::Heartbeat beat;
        for (const auto& [key, version] : versions_) {
            if (is_live(key.kind)) {
                beat.set_live_count(beat.live_count() + 1);
                beat.set_live_digest(beat.live_digest() + digest_share(key, version));
            } else {
                beat.set_count(beat.count() + 1);
                beat.set_digest(beat.digest() + digest_share(key, version));
            }
        }
        return beat;
    }

private:
    std::map<EntityKey, uint32_t> versions_;
};

TEST(PictureMirror, ProvesItselfThroughAnySequenceOfFrames) {
    std::mt19937 random(7);
    std::vector<Uuid> ids(20);
    for (auto& id : ids) id = Uuid::make();
    Truth truth;
    PictureMirror mirror;
    for (int round = 0; round < 2'000; ++round) {
        v1::Frame frame;
        const auto dice = random() % 100;
        if (dice == 0) {
            truth.forget();
            frame.set_reset(true);
        } else if (dice == 1) {
            truth.forget_live();
            frame.set_live_reset(true);
        }
        // An entity is named once a frame at most.
        std::shuffle(ids.begin(), ids.end(), random);
        const size_t changes = random() % 6;
        for (size_t i = 0; i < changes; ++i) {
            const bool live = random() % 2 == 0;
            if (random() % 3 == 0) {
                const auto kind = live ? v1::ENTITY_KIND_POSITION : v1::ENTITY_KIND_ORDER;
                *frame.add_removals() = truth.remove({kind, ids[i]});
            } else if (live) {
                *frame.add_live() = truth.put_position(ids[i]);
            } else {
                *frame.add_upserts() = truth.put_order(ids[i]);
            }
        }
        *frame.mutable_heartbeat() = truth.heartbeat();
        ASSERT_EQ(mirror.apply(frame).proof, PictureMirror::Proof::holds) << "round " << round;
    }
}

TEST(PictureMirror, AMissedChangeIsFoundOutInEitherLane) {
    Truth truth;
    PictureMirror mirror;
    const Uuid id = Uuid::make();
    v1::Frame first;
    *first.add_upserts() = truth.put_order(id);
    *first.add_live() = truth.put_position(id);
    *first.mutable_heartbeat() = truth.heartbeat();
    ASSERT_EQ(mirror.apply(first).proof, PictureMirror::Proof::holds);

    truth.put_position(id);
    v1::Frame beat;
    *beat.mutable_heartbeat() = truth.heartbeat();
    EXPECT_EQ(mirror.apply(beat).proof, PictureMirror::Proof::broken);

    Truth other;
    other.put_order(Uuid::make());
    other.put_position(id);
    *beat.mutable_heartbeat() = other.heartbeat();
    EXPECT_EQ(mirror.apply(beat).proof, PictureMirror::Proof::broken);
}

TEST(PictureMirror, SaysWhatAFrameTouchedAndFindsIt) {
    Truth truth;
    PictureMirror mirror;
    const Uuid id = Uuid::make();
    v1::Frame frame;
    *frame.add_upserts() = truth.put_order(id);
    frame.set_resume_token("here");
    const auto applied = mirror.apply(frame);
    EXPECT_EQ(applied.proof, PictureMirror::Proof::none);
    ASSERT_EQ(applied.touched.size(), 1u);
    EXPECT_EQ(applied.touched[0], (EntityKey{v1::ENTITY_KIND_ORDER, id}));
    ASSERT_NE(mirror.find(v1::ENTITY_KIND_ORDER, id.text()), nullptr);
    EXPECT_EQ(mirror.find(v1::ENTITY_KIND_TEAM, id.text()), nullptr);
    EXPECT_EQ(mirror.find(v1::ENTITY_KIND_ORDER, "no uuid"), nullptr);
    EXPECT_EQ(mirror.resume_token(), "here");

    v1::Frame reset;
    reset.set_reset(true);
    EXPECT_TRUE(mirror.apply(reset).reset);
    EXPECT_EQ(mirror.count(), 0u);
    EXPECT_EQ(mirror.digest(), 0u);
    EXPECT_EQ(mirror.resume_token(), "");
}

TEST(PictureMirror, ALiveResetKeepsTheJournalledLane) {
    Truth truth;
    PictureMirror mirror;
    const Uuid id = Uuid::make();
    v1::Frame frame;
    *frame.add_upserts() = truth.put_order(id);
    *frame.add_live() = truth.put_position(id);
    mirror.apply(frame);
    v1::Frame reset;
    reset.set_live_reset(true);
    const auto applied = mirror.apply(reset);
    EXPECT_FALSE(applied.reset);
    ASSERT_EQ(applied.touched.size(), 1u);
    EXPECT_EQ(applied.touched[0].kind, v1::ENTITY_KIND_POSITION);
    EXPECT_EQ(mirror.count(), 1u);
    EXPECT_EQ(mirror.live_count(), 0u);
    EXPECT_EQ(mirror.live_digest(), 0u);
}

}  // namespace
}  // namespace muster
