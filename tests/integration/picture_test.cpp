// The picture over the wire: readers converge, prove it by both digests, go on after a crash of the
// hub, and are sent away when they may not see any more.
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>

#include "clients/cpp/picture_follower.h"
#include "hub/base/error.h"
#include "muster/v1/picture.grpc.pb.h"
#include "tests/integration/hub_process.h"

namespace muster {
namespace {

using std::chrono::seconds;

// A follower and what it saw.
class Reader {
public:
    Reader(Client& client, std::vector<v1::EntityKind> kinds = {})
        : follower_(client,
                    {.kinds = std::move(kinds)},
                    {.applied = [this](const auto& frame,
                                       const auto& mirror,
                                       const auto& applied) { saw(frame, mirror, applied); },
                     .lost = [this](const Status& status) { lost(status); }}) {}

    // Until a heartbeat of this sequence, or a later one, proved the mirror.
    bool proven_at(uint64_t sequence) {
        return wait([this, sequence] { return proven_sequence_ >= sequence; });
    }
    bool wait(const std::function<bool()>& condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, seconds(60), condition);
    }
    bool sees(v1::EntityKind kind, const std::string& id) {
        return wait([&] { return mirror_.find(kind, id) != nullptr; });
    }
    bool sees_position(const std::string& id) {
        return wait([&] { return mirror_.find_live(v1::ENTITY_KIND_POSITION, id) != nullptr; });
    }
    bool wait_presence(const std::string& person_id, uint32_t streams) {
        return wait([&] {
            const auto* live = mirror_.find_live(v1::ENTITY_KIND_PRESENCE, person_id);
            return live != nullptr && live->presence().streams() == streams;
        });
    }
    // Codes of refusals with which streams ended.
    bool lost_with(const std::string& code) {
        return wait([&] { return std::ranges::find(lost_, code) != lost_.end(); });
    }

    std::pair<uint64_t, uint64_t> digests() {
        const std::lock_guard lock(mutex_);
        return {mirror_.digest(), mirror_.live_digest()};
    }
    int resets() {
        const std::lock_guard lock(mutex_);
        return resets_;
    }
    int broken() {
        const std::lock_guard lock(mutex_);
        return broken_;
    }

private:
    void saw(const v1::Frame& frame,
             const PictureMirror& mirror,
             const PictureMirror::Applied& applied) {
        const std::lock_guard lock(mutex_);
        mirror_ = mirror;
        resets_ += applied.reset ? 1 : 0;
        if (applied.proof == PictureMirror::Proof::broken) ++broken_;
        if (applied.proof == PictureMirror::Proof::holds) {
            proven_sequence_ = std::max(proven_sequence_, frame.heartbeat().sequence());
        }
        changed_.notify_all();
    }
    void lost(const Status& status) {
        const std::lock_guard lock(mutex_);
        lost_.push_back(reason_code(status));
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    PictureMirror mirror_;
    int resets_ = 0;
    int broken_ = 0;
    uint64_t proven_sequence_ = 0;
    std::vector<std::string> lost_;
    PictureFollower follower_;
};

v1::Incident report(Client& client, const std::string& text = {}) {
    v1::ReportIncidentRequest request;
    request.set_type(v1::INCIDENT_TYPE_FLOOD);
    request.set_text(text);
    request.mutable_at()->set_lat_deg(31.2);
    request.mutable_at()->set_lon_deg(121.5);
    const auto response = client.call(request);
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? response->incident() : v1::Incident();
}

v1::Team add_team(Client& client, const std::string& name) {
    v1::AddTeamRequest request;
    request.set_name(name);
    request.add_capabilities(v1::CAPABILITY_WATER);
    request.mutable_home()->set_lat_deg(31.2);
    request.mutable_home()->set_lon_deg(121.5);
    const auto response = client.call(request);
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? response->team() : v1::Team();
}

void locate(Client& client, const std::string& team_id) {
    v1::LocateTeamRequest request;
    request.set_team_id(team_id);
    request.mutable_at()->set_lat_deg(31.3);
    request.mutable_at()->set_lon_deg(121.6);
    const auto response = client.call(request);
    EXPECT_TRUE(response.ok()) << response.status().ToString();
}

v1::Person add_person(Client& admin, const std::string& name, v1::Role role) {
    v1::AddPersonRequest request;
    request.set_name(name);
    request.set_role(role);
    request.set_password("a-long-password");
    const auto response = admin.call(request);
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() ? response->person() : v1::Person();
}

uint64_t sequence_of(Client& client) {
    v1::ListChangesRequest request;
    request.set_page_size(1);
    const auto response = client.call(request);
    EXPECT_TRUE(response.ok()) << response.status().ToString();
    return response.ok() && response->changes_size() > 0 ? response->changes(0).sequence() : 0;
}

TEST(PictureOverTheWire, ReadersConvergeAndResumeAcrossARestart) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto admin = hub.log_in();
    Reader all(*admin);
    Reader teams(*admin, {v1::ENTITY_KIND_TEAM, v1::ENTITY_KIND_POSITION});
    const v1::Team team = add_team(*admin, "pump 1");
    const v1::Incident incident = report(*admin);
    locate(*admin, team.id());
    EXPECT_TRUE(all.sees(v1::ENTITY_KIND_INCIDENT, incident.id()));
    EXPECT_TRUE(all.sees_position(team.id()));
    EXPECT_TRUE(teams.sees_position(team.id()));
    EXPECT_TRUE(all.proven_at(sequence_of(*admin)));
    EXPECT_TRUE(teams.proven_at(sequence_of(*admin)));
    const int resets = all.resets();

    hub.kill_now();
    ASSERT_TRUE(hub.start());
    const v1::Incident second = report(*admin);
    const v1::Team other = add_team(*admin, "pump 2");
    locate(*admin, other.id());
    EXPECT_TRUE(all.sees(v1::ENTITY_KIND_INCIDENT, second.id()));
    EXPECT_TRUE(all.sees(v1::ENTITY_KIND_INCIDENT, incident.id()));
    EXPECT_TRUE(teams.sees(v1::ENTITY_KIND_TEAM, other.id()));
    EXPECT_TRUE(all.sees_position(other.id()));
    EXPECT_TRUE(all.proven_at(sequence_of(*admin)));
    EXPECT_TRUE(teams.proven_at(sequence_of(*admin)));
    // The journalled lane went on where it was, and nothing was ever wrong.
    EXPECT_EQ(all.resets(), resets);
    EXPECT_EQ(all.broken(), 0);
    EXPECT_EQ(teams.broken(), 0);

    // Who comes new sees the same.
    Reader late(*admin);
    EXPECT_TRUE(late.proven_at(sequence_of(*admin)));
    EXPECT_EQ(late.digests().first, all.digests().first);
    EXPECT_EQ(hub.stop(), 0);
}

TEST(PictureOverTheWire, ALogOutALockOutAndANewRoleEndStreams) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto admin = hub.log_in();
    const v1::Incident incident = report(*admin);
    add_person(*admin, "seat-1", v1::ROLE_MONITOR);
    const auto locked = add_person(*admin, "seat-2", v1::ROLE_MONITOR);
    const auto moved = add_person(*admin, "seat-3", v1::ROLE_DISPATCHER);
    const auto first = hub.log_in("seat-1", "a-long-password");
    const auto second = hub.log_in("seat-2", "a-long-password");
    const auto third = hub.log_in("seat-3", "a-long-password");
    Reader one(*first);
    Reader two(*second);
    Reader three(*third);
    for (Reader* reader : {&one, &two, &three}) {
        EXPECT_TRUE(reader->sees(v1::ENTITY_KIND_INCIDENT, incident.id()));
    }
    EXPECT_TRUE(first->call(v1::LogoutRequest()).ok());
    EXPECT_TRUE(one.lost_with("access.token_revoked"));

    v1::UpdatePersonRequest lock_out;
    lock_out.set_id(locked.id());
    lock_out.set_disabled(true);
    EXPECT_TRUE(admin->call(lock_out).ok());
    EXPECT_TRUE(two.lost_with("access.token_revoked"));

    v1::UpdatePersonRequest move;
    move.set_id(moved.id());
    move.set_role(v1::ROLE_MONITOR);
    EXPECT_TRUE(admin->call(move).ok());
    EXPECT_TRUE(three.lost_with("access.role_changed"));
    EXPECT_EQ(hub.stop(), 0);
}

TEST(PictureOverTheWire, PresenceIsCountedByStreams) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto admin = hub.log_in();
    const auto person = add_person(*admin, "seat-1", v1::ROLE_MONITOR);
    Reader watcher(*admin, {v1::ENTITY_KIND_PRESENCE});
    {
        const auto seat = hub.log_in("seat-1", "a-long-password");
        Reader reader(*seat);
        EXPECT_TRUE(watcher.wait_presence(person.id(), 1));
    }
    EXPECT_TRUE(watcher.wait_presence(person.id(), 0));
    EXPECT_EQ(hub.stop(), 0);
}

TEST(PictureOverTheWire, WhoDoesNotReadIsSentAwayToo) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto admin = hub.log_in();
    const auto person = add_person(*admin, "seat-1", v1::ROLE_MONITOR);
    Reader watcher(*admin, {v1::ENTITY_KIND_PRESENCE});
    const auto seat = hub.log_in("seat-1", "a-long-password");
    // A stream that nobody reads, with the small window that our clients have.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    const auto stub = v1::PictureService::NewStub(
        grpc::CreateCustomChannel(hub.address(), grpc::InsecureChannelCredentials(), arguments));
    grpc::ClientContext context;
    seat->authorize(context);
    const auto silent = stub->Subscribe(&context, v1::SubscribeRequest());
    EXPECT_TRUE(watcher.wait_presence(person.id(), 1));
    // More than the window takes, so that a frame is stuck half way.
    for (int i = 0; i < 60; ++i) report(*admin, std::string(4'000, 'x'));
    EXPECT_TRUE(seat->call(v1::LogoutRequest()).ok());
    EXPECT_TRUE(watcher.wait_presence(person.id(), 0));
    context.TryCancel();
    EXPECT_EQ(hub.stop(), 0);
}

TEST(PictureOverTheWire, AnotherViewOfTheSameStreamSendsWhatIsNewAndTakesBackWhatItLeaves) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto admin = hub.log_in();
    const v1::Team team = add_team(*admin, "pump 1");
    const v1::Incident incident = report(*admin);
    const auto stub = v1::PictureService::NewStub(
        grpc::CreateChannel(hub.address(), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(60));
    admin->authorize(context);
    v1::SubscribeRequest request;
    request.mutable_view()->add_kinds(v1::ENTITY_KIND_TEAM);
    const auto stream = stub->Subscribe(&context, request);
    PictureMirror mirror;
    v1::Frame frame;
    v1::SetViewRequest other;
    const auto read_until = [&](const std::function<bool()>& condition) {
        while (!condition()) {
            if (!stream->Read(&frame)) return false;
            if (!frame.subscription_id().empty()) {
                other.set_subscription_id(frame.subscription_id());
            }
            mirror.apply(frame);
        }
        return true;
    };
    const auto has_team = [&] { return mirror.find(v1::ENTITY_KIND_TEAM, team.id()) != nullptr; };
    const auto has_incident = [&] {
        return mirror.find(v1::ENTITY_KIND_INCIDENT, incident.id()) != nullptr;
    };
    ASSERT_TRUE(read_until(has_team));
    EXPECT_FALSE(has_incident());
    ASSERT_FALSE(other.subscription_id().empty());

    const auto set_view = [&](Client& client) {
        grpc::ClientContext asking;
        client.authorize(asking);
        v1::SetViewResponse response;
        return stub->SetView(&asking, other, &response);
    };
    other.mutable_view()->add_kinds(v1::ENTITY_KIND_INCIDENT);
    EXPECT_TRUE(set_view(*admin).ok());
    EXPECT_TRUE(read_until([&] { return has_incident() && !has_team(); }));

    // Another person's stream is nobody else's business.
    add_person(*admin, "seat-1", v1::ROLE_MONITOR);
    const auto seat = hub.log_in("seat-1", "a-long-password");
    EXPECT_EQ(set_view(*seat).error_code(), grpc::StatusCode::NOT_FOUND);
    context.TryCancel();
    EXPECT_EQ(hub.stop(), 0);
}

TEST(PictureOverTheWire, AStopEndsStreamsAndSaysSo) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto admin = hub.log_in();
    const v1::Incident incident = report(*admin);
    Reader reader(*admin);
    EXPECT_TRUE(reader.sees(v1::ENTITY_KIND_INCIDENT, incident.id()));
    EXPECT_EQ(hub.stop(), 0);
    EXPECT_TRUE(reader.lost_with("hub.stopping"));
}

}  // namespace
}  // namespace muster
