// Whatever happens, in whatever order, every reader ends in the hub's state.
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "hub/picture/picture.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/picture/mirror.h"

namespace muster {
namespace {

constexpr v1::EntityKind kStored[] = {v1::ENTITY_KIND_TEAM, v1::ENTITY_KIND_CAMERA};
constexpr v1::EntityKind kLive[] = {v1::ENTITY_KIND_POSITION, v1::ENTITY_KIND_PRESENCE};
constexpr int kIds = 12;
constexpr size_t kReaders = 6;

Uuid id_of(uint32_t n) {
    Uuid id;
    id.bytes[0] = 0x22;
    for (size_t i = 0; i < 4; ++i) id.bytes[12 + i] = static_cast<uint8_t>(n >> (24 - 8 * i));
    return id;
}

struct Reader {
    KindSet kinds;
    Mirror mirror;
    std::unique_ptr<Subscriber> subscriber;
};

// The hub's truth beside the picture under test, and readers at every stage of slowness.
class World {
public:
    explicit World(uint32_t seed) : random_(seed) {
        options_.frame_bytes = 700;
        options_.removals.tombstones = 6;
        start_hub();
        readers_.resize(kReaders);
        for (auto& reader : readers_) choose_view(reader);
    }

    void step() {
        switch (pick(20)) {
            case 0:
                return restart(false);
            case 1:
                return pick(5) == 0 ? restart(true) : clock_.advance(std::chrono::hours(20));
            case 2:
                return connect(any_reader(), true);
            case 3:
                any_reader().subscriber.reset();
                return;
            case 4:
                if (pick(4) == 0) choose_view(any_reader());
                return;
            case 5:
            case 6:
                return remove_live();
            case 7:
            case 8:
            case 9:
                return apply_live();
            case 10:
            case 11:
            case 12:
                return change();
            case 13:
                clock_.advance(std::chrono::milliseconds(700));
                return;
            default:
                return read(any_reader());
        }
    }

    void finish() {
        for (auto& reader : readers_) {
            if (!reader.subscriber) connect(reader, true);
            clock_.advance(std::chrono::seconds(30));
            const int heartbeats = reader.mirror.heartbeats();
            for (int i = 0; i < 10'000; ++i) {
                const auto bytes = reader.subscriber->next();
                if (!bytes) break;
                reader.mirror.apply(*bytes);
            }
            EXPECT_GT(reader.mirror.heartbeats(), heartbeats);
            std::map<EntityKey, std::pair<uint32_t, std::string>> expected;
            for (const auto& [key, entity] : stored_) {
                if (reader.kinds[key.kind]) expected[key] = {entity->version, entity->bytes};
            }
            for (const auto& [key, live] : live_) {
                if (reader.kinds[key.kind]) {
                    expected[key] = {version_of(live), live.SerializeAsString()};
                }
            }
            EXPECT_EQ(reader.mirror.entities(), expected);
        }
    }

private:
    uint32_t pick(uint32_t below) {
        return std::uniform_int_distribution<uint32_t>(0, below - 1)(random_);
    }
    Reader& any_reader() { return readers_[pick(kReaders)]; }

    void choose_view(Reader& reader) {
        reader.kinds.reset();
        for (const auto kind : kStored) reader.kinds[kind] = pick(3) != 0;
        for (const auto kind : kLive) reader.kinds[kind] = pick(3) != 0;
        // The client keeps its mirror and its token: the hub must find out.
        reader.subscriber.reset();
    }

    void connect(Reader& reader, bool with_token) {
        reader.subscriber.reset();
        reader.subscriber = picture_->subscribe(
            {reader.kinds}, with_token ? reader.mirror.token() : std::string(), [] {});
    }

    void read(Reader& reader) {
        if (!reader.subscriber) connect(reader, true);
        if (const auto bytes = reader.subscriber->next()) reader.mirror.apply(*bytes);
    }

    EntityPtr make_entity() {
        const EntityKey key{kStored[pick(2)], id_of(pick(kIds))};
        v1::Entity message;
        const auto fill = [&](auto* entity) {
            entity->set_id(key.id.text());
            entity->set_version(++next_version_);
            entity->set_name(std::string(pick(200), 'x'));
        };
        if (key.kind == v1::ENTITY_KIND_TEAM) {
            fill(message.mutable_team());
        } else {
            fill(message.mutable_camera());
        }
        auto entity = std::make_shared<StoredEntity>();
        entity->key = key;
        entity->version = next_version_;
        entity->bytes = message.SerializeAsString();
        entity->message = std::move(message);
        return entity;
    }

    void change() {
        std::vector<DecidedChange> batch(1 + pick(3));
        for (auto& change : batch) {
            change.sequence = ++sequence_;
            for (uint32_t n = pick(4); n > 0; --n) {
                auto entity = make_entity();
                stored_[entity->key] = entity;
                change.upserts.push_back(std::move(entity));
            }
            if (pick(2) == 0) {
                const EntityKey gone{kStored[pick(2)], id_of(pick(kIds))};
                std::erase_if(change.upserts,
                              [&gone](const EntityPtr& entity) { return entity->key == gone; });
                if (stored_.erase(gone) > 0) change.removals.push_back(gone);
            }
        }
        picture_->apply(batch);
    }

    void apply_live() {
        std::vector<v1::Live> batch;
        for (uint32_t n = 1 + pick(4); n > 0; --n) {
            v1::Live live;
            const auto kind = kLive[pick(2)];
            const std::string id = id_of(pick(kIds)).text();
            if (kind == v1::ENTITY_KIND_POSITION) {
                live.mutable_position()->set_id(id);
                live.mutable_position()->set_version(++live_version_);
                live.mutable_position()->set_speed_mps(pick(200));
            } else {
                live.mutable_presence()->set_id(id);
                live.mutable_presence()->set_version(++live_version_);
            }
            live_[key_of(live)] = live;
            batch.push_back(std::move(live));
        }
        picture_->apply_live(batch);
    }

    void remove_live() {
        const std::vector<EntityKey> gone{{kLive[pick(2)], id_of(pick(kIds))}};
        live_.erase(gone[0]);
        picture_->remove_live(gone);
    }

    void restart(bool other_journal) {
        for (auto& reader : readers_) reader.subscriber.reset();
        if (other_journal) {
            ++journal_;
            sequence_ = 1 + pick(50);
            std::erase_if(stored_, [this](const auto&) { return pick(2) == 0; });
        }
        start_hub();
    }

    void start_hub() {
        picture_ = std::make_unique<Picture>(
            clock_, id_of(100'000 + journal_), id_of(200'000 + ++boot_), "b", options_);
        std::vector<EntityPtr> entities;
        for (const auto& [key, entity] : stored_) entities.push_back(entity);
        picture_->load(entities, sequence_);
        live_.clear();
        live_version_ = 0;
    }

    std::mt19937 random_;
    ManualClock clock_;
    PictureOptions options_;
    uint32_t journal_ = 0;
    uint32_t boot_ = 0;
    uint64_t sequence_ = 0;
    uint32_t next_version_ = 0;
    uint32_t live_version_ = 0;
    std::map<EntityKey, EntityPtr> stored_;
    std::map<EntityKey, v1::Live> live_;
    std::unique_ptr<Picture> picture_;
    std::vector<Reader> readers_;
};

TEST(Convergence, Any_interleaving_ends_in_the_hubs_state) {
    for (uint32_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world(seed);
        for (int i = 0; i < 400; ++i) world.step();
        world.finish();
        if (testing::Test::HasFailure()) return;
    }
}

TEST(Convergence, Writers_and_readers_on_threads_of_their_own_end_in_the_same_state) {
    ManualClock clock;
    PictureOptions options;
    options.frame_bytes = 2000;
    Picture picture(clock, id_of(1), id_of(2), "b", options);
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (uint32_t version = 1; version <= 3000; ++version) {
            v1::Live live;
            live.mutable_position()->set_id(id_of(version % 50 + 10).text());
            live.mutable_position()->set_version(version);
            picture.apply_live({&live, 1});
            if (version % 7 == 0) {
                const EntityKey gone{v1::ENTITY_KIND_POSITION, id_of(version % 11 + 10)};
                picture.remove_live({&gone, 1});
            }
        }
        done = true;
    });
    std::vector<Mirror> mirrors(3);
    std::vector<std::thread> threads;
    for (auto& mirror : mirrors) {
        threads.emplace_back([&picture, &done, &mirror] {
            int reads = 0;
            auto subscriber = picture.subscribe({KindSet{}.set()}, "", [] {});
            for (bool last = false; !last;) {
                last = done;
                while (const auto bytes = subscriber->next()) {
                    mirror.apply(*bytes);
                    if (++reads % 50 == 0) {
                        subscriber.reset();
                        subscriber = picture.subscribe({KindSet{}.set()}, mirror.token(), [] {});
                    }
                }
            }
        });
    }
    writer.join();
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(mirrors[0].entities(), mirrors[1].entities());
    EXPECT_EQ(mirrors[0].entities(), mirrors[2].entities());
    auto proof = picture.subscribe({KindSet{}.set()}, mirrors[0].token(), [] {});
    mirrors[0].apply(*proof->next());
}

}  // namespace
}  // namespace muster
