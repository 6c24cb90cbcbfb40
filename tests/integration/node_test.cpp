// The hub's side of the media node's stream: what it asks for, what it relays, what it makes of
// health, and what happens when the node or a viewer's right goes.
#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "clients/cpp/picture_follower.h"
#include "tests/integration/node_double.h"

namespace muster {
namespace {

using media::v1::AttachRequest;
using std::chrono::seconds;

class Node : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(hub_.start());
        admin_ = hub_.log_in();
        std::ifstream(hub_.data() / "node.token") >> token_;
        ASSERT_EQ(token_.size(), 43u);
    }
    void TearDown() override { EXPECT_EQ(hub_.stop(), 0); }

    v1::Camera add_camera(const std::string& name, const std::string& password) {
        v1::AddCameraRequest request;
        request.set_name(name);
        request.set_url("rtsp://192.0.2.7/main");
        request.set_user("view");
        request.set_password(password);
        request.mutable_at()->set_lat_deg(31.2);
        request.mutable_at()->set_lon_deg(121.5);
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? response->camera() : v1::Camera();
    }
    // Waits for the node to be attached: it is when it has a desired state.
    static bool attached(NodeDouble& node) {
        return node.wait_desired([](const auto&) { return true; });
    }
    // Asks on a thread, since the node's answer comes from this one.
    static std::future<Result<v1::OpenViewerResponse>> open(Client& client, const std::string& id) {
        v1::OpenViewerRequest request;
        request.set_request_id(Uuid::make().text());
        request.set_stream_id(id);
        request.set_offer_sdp("v=0 offer");
        return ask(client, request);
    }
    template <class Request>
    static std::future<Result<ResponseOf<Request>>> ask(Client& client, const Request& request) {
        auto done = std::make_shared<std::promise<Result<ResponseOf<Request>>>>();
        client.start(request, [done](auto answer) { done->set_value(std::move(answer)); });
        return done->get_future();
    }
    // Opens a viewer and answers for the node.
    std::string open_session(Client& client, NodeDouble& node, const std::string& camera_id) {
        auto answer = open(client, camera_id);
        const auto signal = node.wait_signal();
        EXPECT_TRUE(signal && signal->has_open());
        if (!signal) return {};
        node.answer(*signal, kNodeId + "." + Uuid::make().text());
        const auto response = answer.get();
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? response->session_id() : "";
    }

    const std::string kNodeId = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    HubProcess hub_;
    std::unique_ptr<Client> admin_;
    std::string token_;
};

TEST_F(Node, GetsWhatItShouldServeAndEveryChangeOfIt) {
    const auto camera = add_camera("gate", "s3cret-1");
    NodeDouble node(hub_, token_, kNodeId);
    EXPECT_TRUE(node.wait_desired([&](const auto& desired) {
        return desired.streams_size() == 1 &&
               desired.streams(0).stream_id() == camera.main_stream_id() &&
               desired.streams(0).url() == "rtsp://192.0.2.7/main" &&
               desired.streams(0).user() == "view" && desired.streams(0).password() == "s3cret-1";
    }));
    v1::UpdateCameraRequest update;
    update.set_id("gate");
    update.set_password("s3cret-2");
    EXPECT_TRUE(admin_->call(update).ok());
    EXPECT_TRUE(node.wait_desired(
        [](const auto& desired) { return desired.streams(0).password() == "s3cret-2"; }));
    v1::RemoveCameraRequest remove;
    remove.set_id("gate");
    EXPECT_TRUE(admin_->call(remove).ok());
    EXPECT_TRUE(node.wait_desired([](const auto& desired) { return desired.streams().empty(); }));
    // Passwords are in no log.
    EXPECT_THAT(hub_.process().err(), testing::Not(testing::HasSubstr("s3cret")));
}

TEST_F(Node, HealthIsInThePictureAndNoNodeWhenItGoes) {
    const auto camera = add_camera("gate", "");
    std::mutex mutex;
    std::condition_variable changed;
    v1::StreamHealth health;
    PictureFollower follower(*admin_,
                             {.kinds = {v1::ENTITY_KIND_STREAM_HEALTH}},
                             {.applied =
                                  [&](const auto&, const PictureMirror& mirror, const auto&) {
                                      const std::lock_guard lock(mutex);
                                      const auto* live = mirror.find_live(
                                          v1::ENTITY_KIND_STREAM_HEALTH, camera.main_stream_id());
                                      if (live != nullptr) health = live->stream_health();
                                      changed.notify_all();
                                  },
                              .lost = [](const Status&) {}});
    const auto wait_state = [&](v1::StreamState state) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, seconds(60), [&] { return health.state() == state; });
    };
    EXPECT_TRUE(wait_state(v1::STREAM_STATE_NO_NODE));
    {
        NodeDouble node(hub_, token_, kNodeId);
        ASSERT_TRUE(attached(node));
        node.report(camera.main_stream_id(), v1::STREAM_STATE_LIVE);
        EXPECT_TRUE(wait_state(v1::STREAM_STATE_LIVE));
    }
    EXPECT_TRUE(wait_state(v1::STREAM_STATE_NO_NODE));
    EXPECT_EQ(health.reason().code(), "media.no_node");
}

TEST_F(Node, ViewersSignalsGoThrough) {
    const auto camera = add_camera("gate", "");
    NodeDouble node(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(node));
    // By the camera's name; the node hears the stream and who watches.
    auto answer = open(*admin_, "gate");
    auto signal = node.wait_signal();
    ASSERT_TRUE(signal && signal->has_open());
    EXPECT_EQ(signal->open().stream_id(), camera.main_stream_id());
    EXPECT_EQ(signal->open().offer_sdp(), "v=0 offer");
    EXPECT_EQ(signal->open().viewer_id(), admin_->call(v1::WhoAmIRequest())->person().id());
    node.answer(*signal, kNodeId + ".1");
    const auto opened = answer.get();
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    EXPECT_EQ(opened->session_id(), kNodeId + ".1");
    EXPECT_EQ(opened->answer_sdp(), "v=0 answer");

    v1::TrickleViewerRequest trickle;
    trickle.set_request_id(Uuid::make().text());
    trickle.set_session_id(opened->session_id());
    trickle.set_fragment_sdp("a=candidate");
    auto trickled = ask(*admin_, trickle);
    signal = node.wait_signal();
    ASSERT_TRUE(signal && signal->has_trickle());
    EXPECT_EQ(signal->trickle().fragment_sdp(), "a=candidate");
    // What the node refuses is refused with its code.
    node.refuse(*signal, absl::StatusCode::kNotFound, "session.unknown");
    EXPECT_EQ(reason_code(trickled.get().status()), "session.unknown");
}

TEST_F(Node, ASessionIsItsOwnersAlone) {
    add_camera("gate", "");
    v1::AddPersonRequest person;
    person.set_name("seat-1");
    person.set_role(v1::ROLE_MONITOR);
    person.set_password("a-long-password");
    ASSERT_TRUE(admin_->call(person).ok());
    NodeDouble node(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(node));
    const std::string session = open_session(*admin_, node, "gate");
    const auto other = hub_.log_in("seat-1", "a-long-password");
    v1::CloseViewerRequest close;
    close.set_session_id(session);
    EXPECT_EQ(reason_code(other->call(close).status()), "session.unknown");
}

TEST_F(Node, ASessionThatTheNodeEndedOrNeverHadIsUnknown) {
    add_camera("gate", "");
    NodeDouble node(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(node));
    v1::CloseViewerRequest close;
    close.set_session_id(kNodeId + ".never");
    EXPECT_EQ(reason_code(admin_->call(close).status()), "session.unknown");
    const std::string session = open_session(*admin_, node, "gate");
    AttachRequest ended;
    ended.mutable_ended()->add_session_ids(session);
    node.say(ended);
    // What comes after it on the stream is looked at after it.
    open_session(*admin_, node, "gate");
    close.set_session_id(session);
    EXPECT_EQ(reason_code(admin_->call(close).status()), "session.unknown");
    EXPECT_TRUE(hub_.process().running());
}

TEST_F(Node, APersonOpensSoManyViewersAndNoMore) {
    add_camera("gate", "");
    NodeDouble node(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(node));
    std::string session;
    // So many of one video, and so many in all.
    for (int i = 0; i < 32; ++i) {
        const std::string camera = "camera-" + std::to_string(i);
        add_camera(camera, "");
        for (int k = 0; k < 4; ++k) session = open_session(*admin_, node, camera);
        if (i > 0) continue;
        EXPECT_EQ(reason_code(open(*admin_, camera).get().status()), "session.too_many_of_stream");
    }
    EXPECT_EQ(reason_code(open(*admin_, "gate").get().status()), "session.too_many");
    AttachRequest ended;
    ended.mutable_ended()->add_session_ids(session);
    node.say(ended);
    bool again = false;
    for (int i = 0; i < 300 && !again; ++i) {
        auto answer = open(*admin_, "gate");
        // A refusal comes at once; otherwise the node is asked, which says nothing.
        again = answer.wait_for(std::chrono::milliseconds(200)) != std::future_status::ready;
        if (again) answer.wait();
    }
    EXPECT_TRUE(again);
}

TEST_F(Node, TooManyStreamsAreRefusedByTheirName) {
    std::vector<std::unique_ptr<NodeDouble>> nodes;
    std::optional<Status> end;
    for (int i = 0; i < 40 && !end; ++i) {
        auto& node =
            *nodes.emplace_back(std::make_unique<NodeDouble>(hub_, token_, NodeDouble::kSilent));
        end = node.ended_within(std::chrono::milliseconds(100));
        if (end && reason_code(*end) != "media.too_many_streams") end.reset();
    }
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(Node, ARevokedViewerIsClosed) {
    add_camera("gate", "");
    v1::AddPersonRequest person;
    person.set_name("seat-1");
    person.set_role(v1::ROLE_MONITOR);
    person.set_password("a-long-password");
    ASSERT_TRUE(admin_->call(person).ok());
    const auto seat = hub_.log_in("seat-1", "a-long-password");
    NodeDouble node(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(node));
    const std::string session = open_session(*seat, node, "gate");
    ASSERT_TRUE(seat->call(v1::LogoutRequest()).ok());
    const auto signal = node.wait_signal();
    ASSERT_TRUE(signal && signal->has_close());
    EXPECT_EQ(signal->close().session_id(), session);
}

TEST_F(Node, AfterARestartVideoRunsOnForThoseWhoMayWatch) {
    add_camera("gate", "");
    std::vector<std::string> ids;
    for (const char* name : {"seat-1", "seat-2"}) {
        v1::AddPersonRequest person;
        person.set_name(name);
        person.set_role(v1::ROLE_MONITOR);
        person.set_password("a-long-password");
        const auto added = admin_->call(person);
        ASSERT_TRUE(added.ok());
        ids.push_back(added->person().id());
    }
    hub_.kill_now();
    ASSERT_TRUE(hub_.start());
    NodeDouble node(hub_,
                    token_,
                    kNodeId,
                    {{kNodeId + ".1", ids[0]}, {kNodeId + ".2", ids[1]}, {kNodeId + ".3", ""}});
    ASSERT_TRUE(attached(node));
    v1::UpdatePersonRequest lock_out;
    lock_out.set_id(ids[1]);
    lock_out.set_disabled(true);
    ASSERT_TRUE(admin_->call(lock_out).ok());
    // The first thing that is closed is theirs, and nobody else's.
    const auto signal = node.wait_signal();
    ASSERT_TRUE(signal && signal->has_close());
    EXPECT_EQ(signal->close().session_id(), kNodeId + ".2");
}

TEST_F(Node, OneThatDoesNotAnswerIsNotWaitedForForEver) {
    add_camera("gate", "");
    NodeDouble node(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(node));
    auto answer = open(*admin_, "gate");
    ASSERT_EQ(answer.wait_for(seconds(60)), std::future_status::ready);
    EXPECT_EQ(reason_code(answer.get().status()), "media.no_answer");
    // One that goes in the middle of it.
    answer = open(*admin_, "gate");
    ASSERT_TRUE(node.wait_signal());
    node.leave();
    ASSERT_EQ(answer.wait_for(seconds(60)), std::future_status::ready);
    EXPECT_EQ(answer.get().status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(Node, ASecondNodeIsRefusedAndTheSameOneComesBack) {
    NodeDouble first(hub_, token_, kNodeId);
    ASSERT_TRUE(attached(first));
    NodeDouble other(hub_, token_, Uuid::make().text());
    const auto refused = other.wait_end();
    ASSERT_TRUE(refused);
    EXPECT_EQ(reason_code(*refused), "media.node_taken");
    NodeDouble again(hub_, token_, kNodeId);
    EXPECT_TRUE(attached(again));
    const auto replaced = first.wait_end();
    ASSERT_TRUE(replaced);
    EXPECT_EQ(reason_code(*replaced), "media.node_replaced");
}

TEST_F(Node, AWrongTokenAndAWrongHelloAreRefused) {
    NodeDouble wrong(hub_, "wrong", kNodeId);
    EXPECT_EQ(reason_code(wrong.wait_end().value_or(Status())), "access.node_token_wrong");
    NodeDouble nameless(hub_, token_, "no uuid");
    EXPECT_EQ(reason_code(nameless.wait_end().value_or(Status())), "field.not_uuid");
}

}  // namespace
}  // namespace muster
