// What services do besides handing on: desired state, views, pools, figures.
#include <gmock/gmock.h>

#include "hub/rpc/desired_state.h"
#include "hub/rpc/media_service.h"
#include "hub/rpc/picture_stream.h"
#include "hub/rpc/picture_view.h"
#include "hub/rpc/pool.h"
#include "hub/rpc/sealing.h"
#include "tests/support/room_world.h"

namespace muster {
namespace {

class Media : public testing::Test {
protected:
    Media() {
        std::string pattern = std::filesystem::temp_directory_path() / "muster-rpc-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        vault_ = *Vault::open(folder_ / "secret.key");
    }
    ~Media() override { std::filesystem::remove_all(folder_); }

    v1::Camera add_camera(const std::string& name, const std::string& password) {
        v1::AddCameraRequest request;
        request.set_id(world_.fresh_id());
        request.set_name(name);
        request.set_url("rtsp://192.0.2.7/main");
        request.set_user("view");
        request.set_pinned(true);
        *request.mutable_at() = point(31.2, 121.5);
        const std::optional<std::string> sealed = vault_->seal(request.id(), password);
        return world_.act(request, world_.admin(), sealed)->camera();
    }

    std::filesystem::path folder_;
    media::v1::DesiredState desired() {
        return world_.desk().read(
            [this](const Memory& memory) { return desired_state(memory, *vault_); });
    }

    std::unique_ptr<Vault> vault_;
    RoomWorld world_;
};

TEST_F(Media, TheDesiredStateHasEveryStreamWithItsLogIn) {
    const auto camera = add_camera("gate", "s3cret");
    const auto desired =
        world_.desk().read([this](const Memory& memory) { return desired_state(memory, *vault_); });
    ASSERT_EQ(desired.streams_size(), 1);
    EXPECT_EQ(desired.streams(0).stream_id(), camera.main_stream_id());
    EXPECT_EQ(desired.streams(0).url(), "rtsp://192.0.2.7/main");
    EXPECT_EQ(desired.streams(0).user(), "view");
    EXPECT_EQ(desired.streams(0).password(), "s3cret");
    EXPECT_TRUE(desired.streams(0).pinned());
    EXPECT_TRUE(touches_media(world_.heard()));
}

TEST_F(Media, APasswordOfAnotherKeyIsLeftOut) {
    add_camera("gate", "s3cret");
    const auto other = *Vault::open(folder_ / "other.key");
    const auto desired =
        world_.desk().read([&](const Memory& memory) { return desired_state(memory, *other); });
    ASSERT_EQ(desired.streams_size(), 1);
    EXPECT_EQ(desired.streams(0).password(), "");
}

TEST_F(Media, TheDesiredStateHasEveryPersonWhoIsInARoom) {
    const auto room = world_.open();
    const auto person = RoomWorld::person(1);
    const auto joined = world_.join(room, person);
    world_.join(world_.open(), world_.chair);
    ASSERT_TRUE(world_.put_camera(room, add_camera("gate", "s3cret").id(), person).ok());
    ASSERT_EQ(desired().participants_size(), 2);
    EXPECT_EQ(desired().participants(0).participant_id(), joined.id());
    EXPECT_EQ(desired().participants(0).stream_id(), joined.stream_id());
    EXPECT_FALSE(desired().participants(0).muted());
    ASSERT_TRUE(world_.mute(joined, true, world_.chair).ok());
    EXPECT_TRUE(desired().participants(0).muted());
    ASSERT_TRUE(world_.remove(joined, world_.chair).ok());
    ASSERT_EQ(desired().participants_size(), 1);
    EXPECT_NE(desired().participants(0).participant_id(), joined.id());
}

TEST_F(Media, WhatHappensInRoomsConcernsTheNode) {
    const auto room = world_.open();
    EXPECT_TRUE(touches_media({world_.heard().back()}));
    const auto joined = world_.join(room, RoomWorld::person(1));
    EXPECT_TRUE(touches_media({world_.heard().back()}));
    ASSERT_TRUE(world_.mute(joined, true, world_.chair).ok());
    EXPECT_TRUE(touches_media({world_.heard().back()}));
}

TEST_F(Media, IncidentsDoNotConcernTheNode) {
    world_.report();
    EXPECT_FALSE(touches_media(world_.heard()));
}

TEST_F(Media, AStreamIsNamedByItsIdOrItsCamera) {
    const auto camera = add_camera("gate", "s3cret");
    world_.desk().read([&](const Memory& memory) {
        EXPECT_EQ(*stream_of(memory, camera.main_stream_id()), camera.main_stream_id());
        EXPECT_EQ(*stream_of(memory, camera.id()), camera.main_stream_id());
        EXPECT_EQ(*stream_of(memory, "gate"), camera.main_stream_id());
        EXPECT_EQ(code_of(stream_of(memory, "other")), "stream.unknown");
    });
}

class ViewOf : public testing::Test {
protected:
    template <class Request>
    Result<View> view_of(const Request& request, v1::Role role, const std::string& agency = {}) {
        Actor actor;
        actor.role = role;
        actor.agency_id = agency;
        return muster::view_of(request, actor, memory_);
    }
    static v1::ViewFilter window(double south, double west, double north, double east) {
        v1::ViewFilter filter;
        auto* window = filter.add_windows();
        window->mutable_south_west()->set_lat_deg(south);
        window->mutable_south_west()->set_lon_deg(west);
        window->mutable_north_east()->set_lat_deg(north);
        window->mutable_north_east()->set_lon_deg(east);
        return filter;
    }
    Memory memory_;
};

TEST_F(ViewOf, EmptyKindsAreAllThatTheRoleSees) {
    const auto view = view_of(v1::SubscribeRequest(), v1::ROLE_PARTNER, Uuid::make().text());
    ASSERT_TRUE(view.ok());
    EXPECT_EQ(view->kinds.count(), kinds_seen_by(v1::ROLE_PARTNER).size());
    EXPECT_TRUE(view->kinds.test(v1::ENTITY_KIND_INCIDENT));
    EXPECT_TRUE(view->limited);
    EXPECT_FALSE(view->partner.is_nil());
    EXPECT_FALSE(view_of(v1::SubscribeRequest(), v1::ROLE_MONITOR)->limited);
}

TEST_F(ViewOf, WhatTheRoleMayNotSeeIsDenied) {
    v1::SubscribeRequest request;
    request.add_kinds(v1::ENTITY_KIND_CAMERA);
    EXPECT_TRUE(view_of(request, v1::ROLE_FIELD).ok());
    EXPECT_EQ(code_of(view_of(request, v1::ROLE_PARTNER)), "picture.kind_denied");
    request.add_kinds(v1::ENTITY_KIND_CREDENTIAL);
    EXPECT_EQ(code_of(view_of(request, v1::ROLE_ADMIN)), "picture.kind_denied");
}

TEST_F(ViewOf, KindsOfTheFilterGoBeforeThoseOfTheRequest) {
    v1::SubscribeRequest request;
    request.add_kinds(v1::ENTITY_KIND_CAMERA);
    request.mutable_view()->add_kinds(v1::ENTITY_KIND_TEAM);
    const auto view = view_of(request, v1::ROLE_ADMIN);
    ASSERT_TRUE(view.ok());
    EXPECT_TRUE(view->kinds.test(v1::ENTITY_KIND_TEAM));
    EXPECT_FALSE(view->kinds.test(v1::ENTITY_KIND_CAMERA));
}

TEST_F(ViewOf, BoundsHold) {
    v1::SubscribeRequest unknown;
    unknown.add_kinds(static_cast<v1::EntityKind>(99));
    EXPECT_EQ(code_of(view_of(unknown, v1::ROLE_ADMIN)), "field.unknown_value");
    v1::SubscribeRequest many;
    for (int i = 0; i < 65; ++i) many.add_kinds(v1::ENTITY_KIND_TEAM);
    EXPECT_EQ(code_of(view_of(many, v1::ROLE_ADMIN)), "field.too_many");
    v1::SubscribeRequest token;
    token.set_resume_token(std::string(257, 'x'));
    EXPECT_EQ(code_of(view_of(token, v1::ROLE_ADMIN)), "field.too_long");
    v1::SubscribeRequest client;
    client.set_client_class(static_cast<v1::ClientClass>(9));
    EXPECT_EQ(code_of(view_of(client, v1::ROLE_ADMIN)), "field.unknown_value");
}

TEST_F(ViewOf, WindowsAreBounded) {
    EXPECT_TRUE(view_of(window(31, 121, 32, 122), v1::ROLE_ADMIN).ok());
    EXPECT_EQ(code_of(view_of(window(20, 100, 40, 120), v1::ROLE_ADMIN)), "picture.too_many_tiles");
    EXPECT_EQ(code_of(view_of(window(32, 121, 31, 122), v1::ROLE_ADMIN)),
              "picture.window_upside_down");
    EXPECT_FALSE(view_of(window(31, 121, 91, 122), v1::ROLE_ADMIN).ok());
    v1::ViewFilter many;
    for (int i = 0; i < 9; ++i) many.MergeFrom(window(31, 121, 31.1, 121.1));
    EXPECT_EQ(code_of(view_of(many, v1::ROLE_ADMIN)), "field.too_many");
    // Across the 180th meridian it is two.
    EXPECT_EQ(view_of(window(0, 179.9, 0.1, -179.9), v1::ROLE_ADMIN)->windows.size(), 2u);
}

TEST_F(ViewOf, WhatIsNamedMustBeThere) {
    v1::ViewFilter incident;
    incident.set_incident_id("F2104");
    EXPECT_EQ(code_of(view_of(incident, v1::ROLE_ADMIN)), "incident.unknown");
    v1::ViewFilter agency;
    agency.set_agency_id("nobody");
    EXPECT_EQ(code_of(view_of(agency, v1::ROLE_ADMIN)), "agency.unknown");
    incident.set_incident_id(Uuid::make().text());
    EXPECT_TRUE(view_of(incident, v1::ROLE_ADMIN).ok());
}

TEST(Pool, RunsAllThatItTookAndNoMore) {
    std::atomic<int> done = 0;
    std::mutex gate;
    {
        Pool pool("test", 1, 2);
        std::unique_lock held(gate);
        std::atomic<bool> started = false;
        EXPECT_TRUE(pool.run([&] {
            started = true;
            const std::lock_guard wait(gate);
            ++done;
        }));
        while (!started) std::this_thread::yield();
        EXPECT_TRUE(pool.run([&] { ++done; }));
        EXPECT_TRUE(pool.run([&] { ++done; }));
        EXPECT_FALSE(pool.run([&] { ++done; }));
        held.unlock();
        pool.stop();
        EXPECT_FALSE(pool.run([&] { ++done; }));
    }
    EXPECT_EQ(done, 3);
}

TEST(Pool, OutlivesATaskThatThrows) {
    std::atomic<int> done = 0;
    Pool pool("test", 1, 10);
    EXPECT_TRUE(pool.run([] { throw std::bad_alloc(); }));
    EXPECT_TRUE(pool.run([&] { ++done; }));
    pool.stop();
    EXPECT_EQ(done, 1);
}

TEST(OwnerId, IsWantedOrFresh) {
    EXPECT_TRUE(Uuid::parse(new_owner_id("")));
    EXPECT_EQ(new_owner_id("0191D3A0-7F4E-7C11-9A59-3F0D5C0A2B10"),
              "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10");
    EXPECT_EQ(new_owner_id("no uuid"), "no uuid");
}

TEST(Metrics, AreInPrometheusFormat) {
    Metrics metrics;
    metrics.count_request("muster.v1.OrderService/IssueOrder", 0);
    metrics.count_request("muster.v1.OrderService/IssueOrder", 0);
    metrics.count_request("muster.v1.OrderService/IssueOrder", 7);
    metrics.count_batch(1);
    metrics.count_batch(3);
    metrics.count_batch(1000);
    metrics.gauge("muster_test", "A test.", [] { return 1.5; });
    const std::string text = metrics.text();
    for (const char* line :
         {"muster_build_info{build=\"",
          "muster_requests_total{method=\"muster.v1.OrderService/IssueOrder\",code=\"OK\"} 2\n",
          "code=\"PERMISSION_DENIED\"} 1\n",
          "# TYPE muster_journal_batch_changes histogram\n",
          "muster_journal_batch_changes_bucket{le=\"1\"} 1\n",
          "muster_journal_batch_changes_bucket{le=\"4\"} 2\n",
          "muster_journal_batch_changes_bucket{le=\"+Inf\"} 3\n",
          "muster_journal_batch_changes_sum 1004\n",
          "# HELP muster_test A test.\n",
          "muster_test 1.5\n"}) {
        EXPECT_THAT(text, testing::HasSubstr(line));
    }
    EXPECT_GT(resident_bytes(), 1'000'000.0);
}

TEST(Share, AFrameIsNotCopied) {
    const auto frame = std::make_shared<const std::string>(std::string(100'000, 'x'));
    grpc::Slice slice;
    {
        const grpc::ByteBuffer buffer = share(frame);
        ASSERT_TRUE(buffer.TrySingleSlice(&slice).ok());
        EXPECT_EQ(static_cast<const void*>(slice.begin()), frame->data());
        EXPECT_EQ(frame.use_count(), 2);
    }
    slice = grpc::Slice();
    EXPECT_EQ(frame.use_count(), 1);
}

}  // namespace
}  // namespace muster
