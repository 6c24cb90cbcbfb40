// What ends a right ends everything that hangs on it; what one caller asks too often is refused to
// that one alone; who watched what is on record; secrets are nowhere.
#include <algorithm>
#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "clients/cpp/picture_follower.h"
#include "hub/base/clock.h"
#include "tests/integration/node_double.h"
#include "tests/integration/raw_call.h"

namespace muster {
namespace {

using std::chrono::seconds;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kSecret[] = "a-planted-password";

// A picture stream, and how it ended.
class Watching {
public:
    explicit Watching(Client& client)
        : follower_(client,
                    {.kinds = {}},
                    {.applied =
                         [this](const auto&, const auto&, const auto&) {
                             const std::lock_guard lock(mutex_);
                             started_ = true;
                             changed_.notify_all();
                         },
                     .lost =
                         [this](const Status& status) {
                             const std::lock_guard lock(mutex_);
                             codes_.push_back(reason_code(status));
                             changed_.notify_all();
                         }}) {}

    bool started() {
        return wait([this] { return started_; });
    }
    bool ended_with(const std::string& code) {
        return wait([&] { return std::ranges::find(codes_, code) != codes_.end(); });
    }

private:
    bool wait(const std::function<bool()>& condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, seconds(60), condition);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool started_ = false;
    std::vector<std::string> codes_;
    PictureFollower follower_;
};

class AccessTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(hub_.start());
        admin_ = hub_.log_in();
        std::ifstream(hub_.data() / "node.token") >> node_token_;
        camera_ = add_camera("gate");
        person_ = add_person("seat-1");
        login_ = log_in("seat-1");
        client_ = with(login_.token());
    }
    void TearDown() override {
        admin_.reset();
        client_.reset();
        node_.reset();
        EXPECT_EQ(hub_.stop(), 0);
    }

    v1::Person add_person(const std::string& name) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(v1::ROLE_DISPATCHER);
        request.set_password(kSecret);
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? response->person() : v1::Person();
    }
    v1::Camera add_camera(const std::string& name) {
        v1::AddCameraRequest request;
        request.set_name(name);
        request.set_url("rtsp://192.0.2.7/main");
        request.mutable_at()->set_lat_deg(31.2);
        request.mutable_at()->set_lon_deg(121.5);
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? response->camera() : v1::Camera();
    }
    v1::LoginResponse log_in(const std::string& name, uint32_t ttl_s = 0) {
        v1::LoginRequest request;
        request.set_name(name);
        request.set_password(kSecret);
        request.set_ttl_s(ttl_s);
        const auto response = hub_.connect()->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? *response : v1::LoginResponse();
    }
    std::unique_ptr<Client> with(const std::string& token) {
        auto client = hub_.connect();
        client->set_token(token);
        return client;
    }
    std::string session_of(Client& client) {
        const auto sessions = client.call(v1::ListSessionsRequest());
        EXPECT_TRUE(sessions.ok()) << sessions.status().ToString();
        if (!sessions.ok()) return {};
        for (const auto& session : sessions->sessions()) {
            if (session.current()) return session.id();
        }
        return {};
    }
    void revoke(const std::string& session_id) {
        v1::RevokeSessionsRequest request;
        request.set_person_id("seat-1");
        request.set_session_id(session_id);
        const auto response = admin_->call(request);
        ASSERT_TRUE(response.ok()) << response.status().ToString();
        EXPECT_EQ(response->revoked(), 1u);
    }
    static v1::ReportIncidentRequest report() {
        v1::ReportIncidentRequest request;
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        request.mutable_at()->set_lat_deg(31.2);
        request.mutable_at()->set_lon_deg(121.5);
        return request;
    }

    void attach(const std::vector<NodeDouble::OpenSession>& sessions = {}) {
        node_ = std::make_unique<NodeDouble>(hub_, node_token_, kNodeId, sessions);
        ASSERT_TRUE(node_->wait_desired([](const auto&) { return true; }));
    }
    template <class Request>
    Result<ResponseOf<Request>> try_open(Client& client, const std::string& stream_id) {
        Request request;
        request.set_stream_id(stream_id);
        request.set_offer_sdp("v=0 offer");
        auto done = std::make_shared<std::promise<Result<ResponseOf<Request>>>>();
        client.start(request, [done](auto answer) { done->set_value(std::move(answer)); });
        auto answer = done->get_future();
        // Refused by the hub, or asked of the node.
        while (answer.wait_for(seconds(0)) != std::future_status::ready) {
            if (!node_->hears_within(std::chrono::milliseconds(20))) continue;
            const auto signal = node_->wait_signal();
            if (signal->has_close()) {
                node_->done(*signal);
            } else {
                node_->answer(*signal, kNodeId + "~" + std::to_string(++sessions_));
            }
        }
        return answer.get();
    }
    template <class Request>
    std::string open(Client& client, const std::string& stream_id) {
        const auto opened = try_open<Request>(client, stream_id);
        EXPECT_TRUE(opened.ok()) << opened.status().ToString();
        return opened.ok() ? opened->session_id() : "";
    }
    // The sessions that the hub closes next.
    std::vector<std::string> closed(size_t count) {
        std::set<std::string> ids;
        while (ids.size() < count) {
            const auto signal = node_->wait_signal();
            if (!signal) break;
            if (signal->has_close()) ids.insert(signal->close().session_id());
            node_->done(*signal);
        }
        return {ids.begin(), ids.end()};
    }
    // A seat in a new room.
    v1::JoinRoomResponse join(Client& client) {
        v1::OpenRoomRequest open_room;
        open_room.set_title("flood control");
        v1::JoinRoomRequest request;
        request.set_room_id(admin_->call(open_room).value().room().id());
        const auto joined = client.call(request);
        EXPECT_TRUE(joined.ok()) << joined.status().ToString();
        return joined.ok() ? *joined : v1::JoinRoomResponse();
    }
    std::vector<v1::Viewing> viewings(const v1::ListViewingsRequest& request = {}) {
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        if (!response.ok()) return {};
        return {response->viewings().begin(), response->viewings().end()};
    }
    // Until none of these goes on any more.
    bool viewings_ended(size_t count) {
        for (int i = 0; i < 600; ++i) {
            const auto all = viewings();
            if (all.size() == count &&
                std::ranges::all_of(all, [](const auto& one) { return one.has_ended_at(); })) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return false;
    }

    const std::string kNodeId = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    HubProcess hub_;
    std::unique_ptr<Client> admin_;
    std::string node_token_;
    v1::Camera camera_;
    v1::Person person_;
    v1::LoginResponse login_;
    std::unique_ptr<Client> client_;
    std::unique_ptr<NodeDouble> node_;
    int sessions_ = 0;
};

using OpenViewer = v1::OpenViewerRequest;
using OpenPublisher = v1::OpenPublisherRequest;

TEST_F(AccessTest, AStreamThatOutlivesItsLogInSaysSo) {
    const auto client = with(log_in("seat-1", 3).token());
    Watching picture(*client);
    EXPECT_TRUE(picture.started());
    EXPECT_TRUE(picture.ended_with("access.token_expired"));
    EXPECT_EQ(reason_code(client->call(v1::WhoAmIRequest()).status()), "access.token_expired");
}

TEST_F(AccessTest, ARevokedLogInEndsItsPictureVideoAndTicketsAndNoOthers) {
    attach();
    const auto joined = join(*client_);
    const auto& own = joined.participant().stream_id();
    const auto publisher = with(joined.publish_ticket());
    const auto watcher = with(joined.watch_ticket());
    const auto other = with(log_in("seat-1").token());
    Watching picture(*client_);
    Watching others_picture(*other);
    ASSERT_TRUE(picture.started());
    ASSERT_TRUE(others_picture.started());
    const auto published = open<OpenPublisher>(*publisher, own);
    const auto watched = open<OpenViewer>(*client_, "gate");
    open<OpenViewer>(*other, "gate");
    v1::GetWatchTicketRequest wanted;
    wanted.set_stream_id("gate");
    const auto ticket = client_->call(wanted);
    ASSERT_TRUE(ticket.ok()) << ticket.status().ToString();
    const auto display = with(ticket->ticket());
    const auto displayed = open<OpenViewer>(*display, "gate");

    revoke(session_of(*client_));
    EXPECT_TRUE(picture.ended_with("access.token_revoked"));
    EXPECT_THAT(closed(3), UnorderedElementsAre(published, watched, displayed));
    for (const auto& holder : {publisher.get(), watcher.get(), display.get()}) {
        const bool publishes = holder == publisher.get();
        const Status status = publishes ? try_open<OpenPublisher>(*holder, own).status()
                                        : try_open<OpenViewer>(*holder, "gate").status();
        EXPECT_EQ(reason_code(status), "access.token_revoked");
    }
    EXPECT_TRUE(other->call(v1::WhoAmIRequest()).ok());
    EXPECT_FALSE(node_->hears_within(seconds(3)));
}

TEST_F(AccessTest, AnotherRoleAndALockOutEndWhatWasOpened) {
    attach();
    for (const bool lock_out : {false, true}) {
        const auto client = with(log_in("seat-1").token());
        Watching picture(*client);
        ASSERT_TRUE(picture.started());
        const auto session = open<OpenViewer>(*client, "gate");
        v1::UpdatePersonRequest update;
        update.set_id("seat-1");
        if (lock_out) {
            update.set_disabled(true);
        } else {
            update.set_role(v1::ROLE_MONITOR);
        }
        ASSERT_TRUE(admin_->call(update).ok());
        EXPECT_TRUE(picture.ended_with(lock_out ? "access.token_revoked" : "access.role_changed"));
        EXPECT_THAT(closed(1), UnorderedElementsAre(session));
    }
}

TEST_F(AccessTest, VideoThatOutlivedTheHubEndsWithItsPersonsLogIn) {
    const auto session = session_of(*client_);
    hub_.kill_now();
    ASSERT_TRUE(hub_.start());
    attach({{kNodeId + "~1", person_.id()}});
    EXPECT_FALSE(node_->hears_within(seconds(3)));
    revoke(session);
    EXPECT_THAT(closed(1), UnorderedElementsAre(kNodeId + "~1"));
}

TEST_F(AccessTest, ACamerasTicketIsForThatCameraUntilItIsRemoved) {
    attach();
    add_camera("quay");
    v1::GetWatchTicketRequest wanted;
    wanted.set_stream_id(camera_.id());
    const auto ticket = client_->call(wanted);
    ASSERT_TRUE(ticket.ok()) << ticket.status().ToString();
    EXPECT_EQ(ticket->stream_id(), camera_.main_stream_id());
    const auto holder = with(ticket->ticket());
    EXPECT_FALSE(open<OpenViewer>(*holder, camera_.main_stream_id()).empty());
    EXPECT_EQ(reason_code(try_open<OpenViewer>(*holder, "quay").status()), "ticket.wrong_use");
    EXPECT_EQ(reason_code(holder->call(v1::ListCamerasRequest()).status()), "ticket.wrong_use");
    EXPECT_EQ(reason_code(holder->call(wanted).status()), "ticket.wrong_use");
    v1::RemoveCameraRequest remove;
    remove.set_id("gate");
    ASSERT_TRUE(admin_->call(remove).ok());
    EXPECT_EQ(reason_code(try_open<OpenViewer>(*holder, camera_.main_stream_id()).status()),
              "stream.unknown");
    wanted.set_stream_id("nobody");
    EXPECT_EQ(client_->call(wanted).status().code(), absl::StatusCode::kNotFound);
    wanted.set_stream_id("quay");
    wanted.set_ttl_s(86'401);
    EXPECT_EQ(client_->call(wanted).status().code(), absl::StatusCode::kInvalidArgument);
    wanted.set_stream_id(std::string(101, 'x'));
    EXPECT_EQ(client_->call(wanted).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(AccessTest, AThousandReportsASecondFromOneCallerAreRefusedToThatOneAlone) {
    add_person("seat-2");
    const auto other = with(log_in("seat-2").token());
    std::mutex mutex;
    std::condition_variable done;
    size_t under_way = 0;
    size_t taken = 0;
    std::optional<Status> refused;
    for (int i = 0; i < 20'000; ++i) {
        std::unique_lock lock(mutex);
        done.wait(lock, [&] { return under_way < 200 || refused; });
        if (refused) break;
        ++under_way;
        lock.unlock();
        client_->start(report(), [&](const auto& answer) {
            const std::lock_guard answered(mutex);
            --under_way;
            if (answer.ok()) {
                ++taken;
            } else if (!refused) {
                refused = answer.status();
            }
            done.notify_all();
        });
    }
    std::unique_lock lock(mutex);
    EXPECT_TRUE(done.wait_for(lock, seconds(60), [&] { return under_way == 0; }));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(reason_code(*refused), "access.too_many_calls");
    EXPECT_GE(std::stoi(detail_of(*refused)->reason().args().at("wait_s")), 1);
    // Real work is far below that.
    EXPECT_GE(taken, 2'000u);
    EXPECT_TRUE(other->call(report()).ok());
    EXPECT_TRUE(admin_->call(report()).ok());
}

TEST_F(AccessTest, WhoWatchesWhatIsOnRecordFromWhenToWhen) {
    attach();
    const auto joined = join(*client_);
    const auto session = open<OpenViewer>(*client_, "gate");
    open<OpenPublisher>(*client_, joined.participant().stream_id());
    const auto seen = open<OpenViewer>(*client_, joined.participant().stream_id());
    auto all = viewings();
    ASSERT_EQ(all.size(), 2u);
    // Newest first.
    EXPECT_EQ(all[1].camera_id(), camera_.id());
    EXPECT_EQ(all[1].person_id(), person_.id());
    EXPECT_EQ(all[1].person_name(), "seat-1");
    EXPECT_EQ(all[1].peer(), "127.0.0.1");
    EXPECT_FALSE(all[1].has_ended_at());
    EXPECT_EQ(all[0].shown_person_id(), person_.id());
    EXPECT_EQ(all[0].room_id(), joined.room().id());
    v1::ListViewingsRequest of_camera;
    of_camera.set_camera_id("gate");
    EXPECT_EQ(viewings(of_camera).size(), 1u);
    v1::ListViewingsRequest of_nobody;
    of_nobody.set_person_id("admin");
    EXPECT_THAT(viewings(of_nobody), IsEmpty());
    v1::ListViewingsRequest before;
    *before.mutable_to() = all[1].started_at();
    EXPECT_THAT(viewings(before), IsEmpty());

    // One by its viewer, the other by the node.
    v1::CloseViewerRequest close;
    close.set_session_id(session);
    auto closing = std::async(std::launch::async, [&] { return client_->call(close); });
    EXPECT_THAT(closed(1), UnorderedElementsAre(session));
    EXPECT_TRUE(closing.get().ok());
    media::v1::AttachRequest ended;
    ended.mutable_ended()->add_session_ids(seen);
    node_->say(ended);
    EXPECT_TRUE(viewings_ended(2));
    v1::ListViewingsRequest later;
    *later.mutable_from() = to_proto(SystemClock().now() + std::chrono::hours(1));
    EXPECT_THAT(viewings(later), IsEmpty());
    // In pages, too.
    v1::ListViewingsRequest page;
    page.set_page_size(1);
    const auto first = admin_->call(page);
    ASSERT_TRUE(first.ok());
    ASSERT_EQ(first->viewings_size(), 1);
    page.set_page_token(first->next_page_token());
    const auto second = admin_->call(page);
    ASSERT_TRUE(second.ok());
    ASSERT_EQ(second->viewings_size(), 1);
    EXPECT_NE(second->viewings(0).id(), first->viewings(0).id());
    EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(AccessTest, AfterAKillViewingsEndThatTheNodeDoesNotName) {
    attach();
    const auto kept = open<OpenViewer>(*client_, "gate");
    open<OpenViewer>(*client_, "gate");
    hub_.kill_now();
    node_->leave();
    ASSERT_TRUE(hub_.start());
    EXPECT_EQ(viewings().size(), 2u);
    attach({{kept, person_.id()}});
    const auto going_on = [this] {
        const auto all = viewings();
        return std::ranges::count_if(all, [](const auto& one) { return !one.has_ended_at(); });
    };
    for (int i = 0; i < 600 && going_on() != 1; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_EQ(going_on(), 1);
    EXPECT_EQ(viewings().size(), 2u);
}

TEST_F(AccessTest, SecretsAreInNoFileAndNoLog) {
    attach();
    const auto joined = join(*client_);
    v1::GetWatchTicketRequest wanted;
    wanted.set_stream_id("gate");
    const auto ticket = client_->call(wanted);
    ASSERT_TRUE(ticket.ok());
    open<OpenViewer>(*with(ticket->ticket()), "gate");
    v1::LoginRequest wrong;
    wrong.set_name("seat-1");
    wrong.set_password("a-planted-wrong-one");
    EXPECT_FALSE(hub_.connect()->call(wrong).ok());
    v1::SetPasswordRequest change;
    change.set_old_password(kSecret);
    change.set_new_password("another-planted-one");
    EXPECT_TRUE(client_->call(change).ok());
    const std::vector<std::string> secrets{kSecret,
                                           "a-planted-wrong-one",
                                           "another-planted-one",
                                           login_.token(),
                                           ticket->ticket(),
                                           joined.publish_ticket(),
                                           joined.watch_ticket()};
    const auto expect_clean = [&](const std::string& text, const std::string& where) {
        for (const auto& secret : secrets) {
            ASSERT_GT(secret.size(), 8u);
            EXPECT_EQ(text.find(secret), std::string::npos) << where;
        }
    };
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(hub_.data())) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        expect_clean(std::string((std::istreambuf_iterator<char>(file)), {}),
                     entry.path().filename().string());
        ++files;
    }
    EXPECT_GT(files, 2u);
    expect_clean(hub_.process().err(), "stderr");
    expect_clean(hub_.process().out(), "stdout");
    // Nor in what the record shows.
    const auto changes = admin_->call(v1::ListChangesRequest());
    ASSERT_TRUE(changes.ok());
    expect_clean(changes->SerializeAsString(), "changes");
}

TEST_F(AccessTest, MetadataBeyondAnyBoundIsRefusedAndTheHubLives) {
    for (const size_t size : {257u, 4'000u, 100'000u}) {
        const auto channel = raw_channel(hub_.address());
        const RawAnswer answer =
            raw_call(channel, "muster.v1.AccessService/WhoAmI", std::string(size, 'x'), "");
        EXPECT_FALSE(answer.status.ok()) << size;
    }
    EXPECT_TRUE(client_->call(v1::WhoAmIRequest()).ok());
}

}  // namespace
}  // namespace muster
