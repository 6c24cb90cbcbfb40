#include "hub/desk/viewings.h"

#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

class ViewingsTest : public testing::Test {
protected:
    void decide_now(const std::function<void(Draft&, const Context&)>& decision) {
        Act act;
        act.method = "viewing";
        act.decide = [decision](Draft& draft, const Context& context) -> Result<std::string> {
            decision(draft, context);
            return std::string();
        };
        world_.desk().submit(std::move(act), [](const auto& answer) { EXPECT_TRUE(answer.ok()); });
        world_.run();
    }
    void begin(const Watching& watching) {
        decide_now([&](Draft& draft, const Context&) { begin_viewing(draft, watching); });
    }
    void end(const std::string& session_id) {
        decide_now([&](Draft& draft, const Context& context) {
            end_viewing(draft, viewing_of(session_id), context);
        });
    }
    size_t going_on() {
        return world_.desk().read(
            [](const Memory& memory) { return memory.all(v1::ENTITY_KIND_VIEWING).size(); });
    }
    Watching watching(const std::string& session_id) {
        Watching watching;
        watching.session_id = session_id;
        watching.person_id = person_.id();
        watching.stream_id = camera_.main_stream_id();
        watching.camera_id = camera_.id();
        watching.peer = "192.0.2.7";
        watching.since = world_.clock().now();
        return watching;
    }
    v1::Person add_person() {
        v1::AddPersonRequest request;
        request.set_name("seat-03");
        request.set_post("03席 视频监控");
        request.set_role(v1::ROLE_MONITOR);
        request.set_password("a-long-password");
        return world_.act(request, world_.admin(), std::string("sealed"))->person();
    }

    DeskWorld world_;
    const v1::Person person_ = add_person();
    const v1::Camera camera_ = world_.add_camera("gate");
};

TEST_F(ViewingsTest, AViewingIsWrittenOnceAndArchivedWhenItEnds) {
    const auto before = world_.journal().changes().size();
    begin(watching("node~1"));
    begin(watching("node~1"));
    EXPECT_EQ(world_.journal().changes().size(), before + 1);
    ASSERT_EQ(going_on(), 1u);
    const auto stored = world_.heard().back().upserts.front()->message.viewing();
    EXPECT_EQ(stored.person_name(), "03席 视频监控");
    EXPECT_EQ(stored.camera_id(), camera_.id());
    EXPECT_EQ(stored.peer(), "192.0.2.7");
    EXPECT_FALSE(stored.has_ended_at());
    const auto started = world_.clock().now();
    world_.advance(std::chrono::minutes(5));
    end("node~1");
    end("node~1");
    EXPECT_EQ(world_.journal().changes().size(), before + 2);
    EXPECT_EQ(going_on(), 0u);
    const auto& last = world_.heard().back();
    ASSERT_EQ(last.archived.size(), 1u);
    const auto ended = last.upserts.front()->message.viewing();
    EXPECT_EQ(from_proto(ended.started_at()), started);
    EXPECT_EQ(from_proto(ended.ended_at()), started + std::chrono::minutes(5));
}

TEST_F(ViewingsTest, ARestartKnowsTheViewingByItsSessionsName) {
    begin(watching("node~1"));
    begin(watching("node~2"));
    world_.restart();
    EXPECT_EQ(going_on(), 2u);
    end("node~2");
    EXPECT_EQ(going_on(), 1u);
    EXPECT_NE(viewing_of("node~1"), viewing_of("node~2"));
    EXPECT_TRUE(Uuid::parse(viewing_of("node~1").text()));
}

TEST_F(ViewingsTest, WhereItCameFromIsBounded) {
    auto far = watching("node~1");
    far.peer = std::string(1'000, 'x');
    begin(far);
    EXPECT_EQ(world_.heard().back().upserts.front()->message.viewing().peer().size(), 64u);
}

}  // namespace
}  // namespace muster
