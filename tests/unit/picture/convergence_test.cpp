// Whatever happens, in whatever order, every reader ends in the hub's state, and on the way there
// is sent nothing that it may not see, nothing twice, and no removal of what it does not have.
#include <cstdlib>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "hub/picture/picture.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/picture/city.h"
#include "tests/unit/picture/mirror.h"

namespace muster {
namespace {

constexpr size_t kReaders = 8;

struct Reader {
    View view;
    Mirror mirror;
    std::unique_ptr<Subscriber> subscriber;
    // Written, and not read by the client yet.
    std::deque<FrameBytes> on_the_way;
    // Since it may have missed more than the hub remembers to the last, it may be told of the end
    // of what it never had.
    bool is_told_too_much = false;
};

// The hub's truth beside the picture under test, and readers at every stage of slowness.
class World {
public:
    explicit World(uint32_t seed) : city_(seed) {
        options_.frame_bytes = 900;
        options_.small_frame_bytes = 500;
        options_.proven_bytes = 2'000;
        options_.removals.tombstones = 12;
        start_hub();
        readers_.resize(kReaders);
        for (auto& reader : readers_) {
            reader.view = city_.any_view();
            connect(reader);
        }
    }

    void step() {
        switch (city_.pick(32)) {
            case 0:
                return restart(city_.pick(6) == 0);
            case 1:
                return pass_time();
            case 2:
                // The connection breaks: what was on the way is lost.
                any_reader().subscriber.reset();
                return;
            case 3:
                return connect(any_reader());
            case 4:
                return lose_or_win_rights(any_reader());
            case 5:
            case 6:
                return set_view(any_reader());
            case 7:
            case 8:
                return picture_->remove_live(city_.remove_live());
            case 9:
            case 10:
            case 11:
            case 12:
                return picture_->apply_live(city_.change_live());
            case 13:
            case 14:
            case 15:
            case 16:
                return picture_->apply(city_.change(clock_.now()));
            case 17:
                return clock_.advance(std::chrono::milliseconds(700));
            default:
                return read(any_reader());
        }
    }

    void finish() {
        for (auto& reader : readers_) {
            if (!reader.subscriber) connect(reader);
            clock_.advance(std::chrono::seconds(30));
            const int heartbeats = reader.mirror.heartbeats();
            for (int i = 0; i < 10'000 && (take(reader) || arrive(reader)); ++i) {
            }
            EXPECT_GT(reader.mirror.heartbeats(), heartbeats);
            EXPECT_EQ(reader.mirror.entities(), city_.shown(reader.view));
        }
    }

private:
    Reader& any_reader() { return readers_[city_.pick(kReaders)]; }

    void connect(Reader& reader) {
        reader.subscriber.reset();
        reader.on_the_way.clear();
        const std::string token = city_.pick(10) == 0 ? std::string() : reader.mirror.token();
        reader.subscriber = picture_->subscribe(reader.view, token, [] {});
    }

    // Streams end then, and the client comes back with the token that it has.
    void lose_or_win_rights(Reader& reader) {
        reader.view = city_.any_view();
        connect(reader);
    }

    void set_view(Reader& reader) {
        if (!reader.subscriber) return;
        reader.view = city_.any_view();
        reader.subscriber->set_view(reader.view);
    }

    void read(Reader& reader) {
        if (!reader.subscriber) connect(reader);
        if (city_.pick(3) == 0) {
            arrive(reader);
        } else {
            take(reader);
        }
    }

    // The hub writes a frame. It is true at this moment, whenever it arrives.
    bool take(Reader& reader) {
        const auto bytes = reader.subscriber->next();
        if (!bytes) return false;
        check_content(reader, *bytes);
        reader.on_the_way.push_back(bytes);
        return true;
    }

    void check_content(const Reader& reader, const std::string& bytes) {
        v1::Frame frame;
        ASSERT_TRUE(frame.ParseFromString(bytes));
        const auto shown = city_.shown(reader.view);
        std::set<EntityKey> seen;
        const auto check = [&](const auto& entity) {
            const auto found = shown.find(key_of(entity));
            ASSERT_NE(found, shown.end()) << "it may not see " << entity.ShortDebugString();
            EXPECT_EQ(found->second.second, entity.SerializeAsString());
            EXPECT_TRUE(seen.insert(found->first).second) << entity.ShortDebugString();
        };
        for (const auto& entity : frame.upserts()) check(entity);
        for (const auto& entity : frame.live()) check(entity);
        for (const auto& removal : frame.removals()) {
            EXPECT_FALSE(shown.contains(key_of(removal))) << removal.ShortDebugString();
            EXPECT_TRUE(seen.insert(key_of(removal)).second) << removal.ShortDebugString();
        }
    }

    bool arrive(Reader& reader) {
        if (reader.on_the_way.empty()) return false;
        const FrameBytes bytes = reader.on_the_way.front();
        reader.on_the_way.pop_front();
        v1::Frame frame;
        EXPECT_TRUE(frame.ParseFromString(*bytes));
        if (frame.reset()) reader.is_told_too_much = false;
        for (const auto& removal : frame.removals()) {
            EXPECT_TRUE(reader.is_told_too_much ||
                        reader.mirror.entities().contains(key_of(removal)))
                << "never sent: " << removal.ShortDebugString();
        }
        reader.mirror.apply(*bytes);
        return true;
    }

    void pass_time() {
        const std::chrono::seconds spans[] = {std::chrono::seconds(2),
                                              std::chrono::seconds(50),
                                              std::chrono::seconds(150),
                                              std::chrono::hours(20)};
        const auto span = spans[city_.pick(4)];
        clock_.advance(span);
        if (span > options_.removals.history_age) told_too_much();
    }

    void told_too_much() {
        for (auto& reader : readers_) reader.is_told_too_much = true;
    }

    void restart(bool other_journal) {
        for (auto& reader : readers_) {
            reader.subscriber.reset();
            reader.on_the_way.clear();
        }
        if (other_journal) {
            ++journal_;
            city_.replace_journal();
        } else {
            city_.restart();
        }
        told_too_much();
        start_hub();
    }

    void start_hub() {
        picture_ = std::make_unique<Picture>(
            clock_, city_id(100'000 + journal_), city_id(200'000 + ++boot_), "b", options_);
        picture_->load(city_.entities(), city_.removed(), city_.sequence());
    }

    City city_;
    ManualClock clock_;
    PictureOptions options_;
    uint32_t journal_ = 0;
    uint32_t boot_ = 0;
    std::unique_ptr<Picture> picture_;
    std::vector<Reader> readers_;
};

// tests/long asks for more.
uint32_t seeds() {
    const char* asked = std::getenv("MUSTER_PICTURE_SEEDS");
    return asked == nullptr ? 60 : static_cast<uint32_t>(std::atoi(asked));
}

TEST(Convergence, Any_interleaving_ends_in_the_hubs_state) {
    const char* first = std::getenv("MUSTER_PICTURE_FIRST_SEED");
    const uint32_t begin = first == nullptr ? 1 : static_cast<uint32_t>(std::atoi(first));
    for (uint32_t seed = begin; seed < begin + seeds(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world(seed);
        for (int i = 0; i < 600; ++i) {
            world.step();
            if (testing::Test::HasFailure()) {
                ADD_FAILURE() << "at step " << i;
                return;
            }
        }
        world.finish();
        if (testing::Test::HasFailure()) return;
    }
}

TEST(Convergence, Writers_and_readers_on_threads_of_their_own_end_in_the_same_state) {
    ManualClock clock;
    PictureOptions options;
    options.frame_bytes = 2000;
    Picture picture(clock, city_id(1), city_id(2), "b", options);
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (uint32_t version = 1; version <= 3000; ++version) {
            v1::Live live;
            live.mutable_position()->set_id(city_id(version % 50 + 10).text());
            live.mutable_position()->set_version(version);
            picture.apply_live({&live, 1});
            if (version % 7 == 0) {
                const EntityKey gone{v1::ENTITY_KIND_POSITION, city_id(version % 11 + 10)};
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
