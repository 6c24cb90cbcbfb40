// Who is in a room and its media: from joining through tickets and WHIP to the node, and what ends
// when a right does.
#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "clients/cpp/picture_follower.h"
#include "tests/integration/node_double.h"
#include "tests/unit/gateway/http_client.h"

namespace muster {
namespace {

using media::v1::DesiredState;
using media::v1::Signal;
using std::chrono::seconds;

class RoomMediaTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(hub_.start());
        chair_ = hub_.log_in();
        std::ifstream(hub_.data() / "node.token") >> token_;
        v1::OpenRoomRequest open;
        open.set_title("flood control");
        const auto opened = chair_->call(open);
        ASSERT_TRUE(opened.ok()) << opened.status().ToString();
        room_ = opened->room();
    }
    void TearDown() override { EXPECT_EQ(hub_.stop(), 0); }

    std::unique_ptr<Client> person(const std::string& name, v1::Role role = v1::ROLE_MONITOR) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(role);
        if (role == v1::ROLE_PARTNER) {
            v1::AddAgencyRequest agency;
            agency.set_name("power supply");
            EXPECT_TRUE(chair_->call(agency).ok());
            request.set_agency_id(agency.name());
        }
        request.set_password("a-long-password");
        EXPECT_TRUE(chair_->call(request).ok());
        return hub_.log_in(name, "a-long-password");
    }
    v1::JoinRoomResponse join(Client& client, const std::string& device = {}, uint32_t ttl_s = 0) {
        v1::JoinRoomRequest request;
        request.set_room_id(room_.id());
        request.set_device_id(device);
        request.set_ticket_ttl_s(ttl_s);
        const auto response = client.call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? *response : v1::JoinRoomResponse();
    }
    // A client that has nothing but a ticket.
    std::unique_ptr<Client> holder(const std::string& ticket) {
        auto client = hub_.connect();
        client->set_token(ticket);
        return client;
    }
    std::unique_ptr<NodeDouble> attach(const std::vector<NodeDouble::OpenSession>& sessions = {}) {
        auto node = std::make_unique<NodeDouble>(hub_, token_, kNodeId, sessions);
        EXPECT_TRUE(node->wait_desired([](const auto&) { return true; }));
        return node;
    }

    template <class Request>
    static std::future<Result<ResponseOf<Request>>> ask(Client& client, const Request& request) {
        auto done = std::make_shared<std::promise<Result<ResponseOf<Request>>>>();
        client.start(request, [done](auto answer) { done->set_value(std::move(answer)); });
        return done->get_future();
    }
    template <class Request>
    static Request offer(const std::string& stream_id) {
        Request request;
        request.set_stream_id(stream_id);
        request.set_offer_sdp("v=0 offer");
        return request;
    }
    // Opens a session and answers for the node; its id.
    template <class Request>
    std::string open(Client& client, NodeDouble& node, const std::string& stream_id) {
        auto answer = ask(client, offer<Request>(stream_id));
        auto signal = node.wait_signal();
        // What was to be closed may be said once more.
        while (signal && signal->has_close()) {
            node.done(*signal);
            signal = node.wait_signal();
        }
        if (!signal) return {};
        node.answer(*signal, kNodeId + "." + Uuid::make().text());
        const auto opened = answer.get();
        EXPECT_TRUE(opened.ok()) << opened.status().ToString();
        return opened.ok() ? opened->session_id() : "";
    }
    template <class Request>
    std::string refusal(Client& client, const std::string& stream_id) {
        return reason_code(client.call(offer<Request>(stream_id)).status());
    }
    std::string refused_publisher(const std::string& ticket, const std::string& stream_id) {
        return refusal<v1::OpenPublisherRequest>(*holder(ticket), stream_id);
    }

    // Of the last change.
    uint64_t sequence() {
        const std::string figures = http("GET /metrics", "Connection: close\r\n").get().body;
        const std::string name = "\nmuster_journal_sequence ";
        const auto at = figures.find(name);
        EXPECT_NE(at, std::string::npos) << figures;
        return at == std::string::npos ? 0 : std::stoull(figures.substr(at + name.size()));
    }
    // One HTTP request, answered while the test plays the node.
    std::future<HttpAnswer> http(const std::string& first_line,
                                 const std::string& headers,
                                 const std::string& body = {}) {
        return std::async(std::launch::async, [=, port = hub_.http_port()] {
            HttpClient client(port);
            client.send(first_line + " HTTP/1.1\r\nHost: h\r\n" + headers +
                        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
            return client.answer().value_or(HttpAnswer{});
        });
    }
    static std::string bearer(const std::string& token, const std::string& type) {
        return "Authorization: Bearer " + token + "\r\nContent-Type: " + type + "\r\n";
    }
    // The sessions that the hub closes next, in the order of their ids. One may be said twice.
    static std::vector<std::string> closed(NodeDouble& node, size_t count) {
        std::set<std::string> ids;
        while (ids.size() < count) {
            const auto signal = node.wait_signal();
            if (!signal) break;
            EXPECT_TRUE(signal->has_close()) << signal->ShortDebugString();
            ids.insert(signal->close().session_id());
            node.done(*signal);
        }
        return {ids.begin(), ids.end()};
    }
    static bool names(const DesiredState& desired, const std::string& participant_id) {
        for (const auto& participant : desired.participants()) {
            if (participant.participant_id() == participant_id) return true;
        }
        return false;
    }

    const std::string kNodeId = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    const std::string kPhone = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2c01";
    const std::string kDesk = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2c02";
    HubProcess hub_;
    std::unique_ptr<Client> chair_;
    std::string token_;
    v1::Room room_;
};

using OpenPublisher = v1::OpenPublisherRequest;
using OpenViewer = v1::OpenViewerRequest;

TEST_F(RoomMediaTest, WhoJoinsPublishesByWhipAndIsWatchedByWhep) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat, kPhone);
    const auto& own = joined.participant();
    EXPECT_FALSE(joined.publish_ticket().empty());

    auto answer = http("POST /whip/" + own.stream_id(),
                       bearer(joined.publish_ticket(), "application/sdp"),
                       "v=0 offer");
    auto signal = node->wait_signal();
    ASSERT_TRUE(signal && signal->has_open_publisher());
    const auto& opening = signal->open_publisher();
    EXPECT_EQ(opening.stream_id(), own.stream_id());
    EXPECT_EQ(opening.offer_sdp(), "v=0 offer");
    EXPECT_EQ(opening.person_id(), own.person_id());
    EXPECT_EQ(opening.participant_id(), own.id());
    EXPECT_TRUE(Uuid::parse(opening.ticket_id()));
    // The node knew of the participant before the offer came.
    EXPECT_TRUE(node->wait_desired([&](const auto& desired) { return names(desired, own.id()); }));
    node->answer(*signal, kNodeId + ".1");
    const auto created = answer.get();
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.body, "v=0 answer");
    const std::string location = created.headers.at("location");
    EXPECT_EQ(location, "/whip/session/" + kNodeId + ".1");

    auto patched = http("PATCH " + location,
                        bearer(joined.publish_ticket(), "application/trickle-ice-sdpfrag"),
                        "a=candidate");
    signal = node->wait_signal();
    ASSERT_TRUE(signal && signal->has_trickle());
    node->done(*signal);
    EXPECT_EQ(patched.get().status, 204);

    const auto watching = join(*chair_);
    answer = http("POST /whep/" + own.stream_id(),
                  bearer(watching.watch_ticket(), "application/sdp"),
                  "v=0 offer");
    signal = node->wait_signal();
    ASSERT_TRUE(signal && signal->has_open());
    EXPECT_EQ(signal->open().stream_id(), own.stream_id());
    EXPECT_EQ(signal->open().participant_id(), watching.participant().id());
    node->answer(*signal, kNodeId + ".2");
    EXPECT_EQ(answer.get().status, 201);

    auto deleted = http("DELETE " + location, bearer(joined.publish_ticket(), "text/plain"));
    EXPECT_EQ(closed(*node, 1), std::vector{kNodeId + ".1"});
    EXPECT_EQ(deleted.get().status, 200);
}

TEST_F(RoomMediaTest, TheLogInsTokenIsEnoughForWhoIsInTheRoom) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto own = join(*seat).participant();
    EXPECT_FALSE(open<OpenPublisher>(*seat, *node, own.stream_id()).empty());
    EXPECT_EQ(refusal<OpenPublisher>(*chair_, own.stream_id()), "stream.not_yours");
    EXPECT_EQ(refusal<OpenViewer>(*chair_, own.stream_id()), "stream.not_in_room");
    join(*chair_);
    EXPECT_FALSE(open<OpenViewer>(*chair_, *node, own.stream_id()).empty());
    v1::LeaveRoomRequest leave;
    leave.set_room_id(room_.id());
    ASSERT_TRUE(seat->call(leave).ok());
    EXPECT_EQ(refusal<OpenPublisher>(*seat, own.stream_id()), "stream.not_in_room");
    EXPECT_EQ(refusal<OpenViewer>(*chair_, own.stream_id()), "stream.unknown");
}

TEST_F(RoomMediaTest, ARemovedPersonsTicketsAndSessionsEndAtOnce) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat);
    const auto others = join(*chair_);
    const auto& own = joined.participant();
    std::vector<std::string> sessions{
        open<OpenPublisher>(*holder(joined.publish_ticket()), *node, own.stream_id()),
        open<OpenViewer>(*holder(joined.watch_ticket()), *node, others.participant().stream_id())};
    std::sort(sessions.begin(), sessions.end());

    v1::RemoveParticipantRequest remove;
    remove.set_participant_id(own.id());
    ASSERT_TRUE(chair_->call(remove).ok());
    EXPECT_EQ(refused_publisher(joined.publish_ticket(), own.stream_id()), "ticket.void");
    EXPECT_TRUE(node->wait_desired([&](const auto& desired) {
        return !names(desired, own.id()) && names(desired, others.participant().id());
    }));
    EXPECT_EQ(closed(*node, 2), sessions);

    v1::JoinRoomRequest again;
    again.set_room_id(room_.id());
    EXPECT_EQ(reason_code(seat->call(again).status()), "room.removed");
    v1::ReadmitParticipantRequest readmit;
    readmit.set_participant_id(own.id());
    ASSERT_TRUE(chair_->call(readmit).ok());
    const auto back = join(*seat);
    EXPECT_NE(back.participant().id(), own.id());
    EXPECT_EQ(refused_publisher(joined.publish_ticket(), own.stream_id()), "ticket.void");
    EXPECT_FALSE(
        open<OpenPublisher>(*holder(back.publish_ticket()), *node, back.participant().stream_id())
            .empty());
}

TEST_F(RoomMediaTest, WhoIsRemovedWhileTheNodeIsAskedGetsNoSession) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat);
    const auto client = holder(joined.publish_ticket());
    auto answer = ask(*client, offer<OpenPublisher>(joined.participant().stream_id()));
    const auto signal = node->wait_signal();
    ASSERT_TRUE(signal);
    v1::RemoveParticipantRequest remove;
    remove.set_participant_id(joined.participant().id());
    ASSERT_TRUE(chair_->call(remove).ok());
    node->answer(*signal, kNodeId + ".1");
    EXPECT_EQ(closed(*node, 1), std::vector{kNodeId + ".1"});
    EXPECT_EQ(reason_code(answer.get().status()), "ticket.void");
}

TEST_F(RoomMediaTest, WhoWatchesSomebodyWhoLeftWatchesNobody) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat);
    const auto watching = join(*chair_);
    const auto with_ticket =
        open<OpenViewer>(*holder(watching.watch_ticket()), *node, joined.participant().stream_id());
    const auto with_token = open<OpenViewer>(*chair_, *node, joined.participant().stream_id());
    const auto own = open<OpenPublisher>(*chair_, *node, watching.participant().stream_id());
    v1::LeaveRoomRequest leave;
    leave.set_room_id(room_.id());
    ASSERT_TRUE(seat->call(leave).ok());
    EXPECT_THAT(closed(*node, 2), testing::UnorderedElementsAre(with_ticket, with_token));
    v1::ClosePublisherRequest close;
    close.set_session_id(own);
    auto closing = ask(*chair_, close);
    EXPECT_EQ(closed(*node, 1), std::vector{own});
    EXPECT_TRUE(closing.get().ok());
}

TEST_F(RoomMediaTest, AnotherDeviceTakesTheSeatAndTheFormerOnesMediaEnds) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto phone = join(*seat, kPhone);
    const auto& stream = phone.participant().stream_id();
    const auto session = open<OpenPublisher>(*holder(phone.publish_ticket()), *node, stream);
    const auto desk = join(*seat, kDesk);
    EXPECT_EQ(desk.participant().id(), phone.participant().id());
    EXPECT_EQ(closed(*node, 1), std::vector{session});
    EXPECT_EQ(refused_publisher(phone.publish_ticket(), stream), "ticket.void");
    EXPECT_FALSE(open<OpenPublisher>(*holder(desk.publish_ticket()), *node, stream).empty());
    v1::HoldSeatRequest hold;
    hold.set_participant_id(desk.participant().id());
    hold.set_device_id(kPhone);
    EXPECT_EQ(reason_code(seat->call(hold).status()), "room.not_in");
    hold.set_device_id(kDesk);
    EXPECT_TRUE(seat->call(hold).ok());
}

TEST_F(RoomMediaTest, ATicketEndsWithItsTimeButNotWhatWasOpenedInTime) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat, {}, 1);
    const auto& stream = joined.participant().stream_id();
    const auto client = holder(joined.publish_ticket());
    std::string session;
    auto opening = ask(*client, offer<OpenPublisher>(stream));
    const auto signal = node->wait_signal();
    ASSERT_TRUE(signal);
    node->answer(*signal, kNodeId + ".1");
    ASSERT_TRUE(opening.get().ok());
    std::string refused;
    for (int i = 0; i < 300 && refused != "ticket.expired"; ++i) {
        auto answer = ask(*client, offer<OpenPublisher>(stream));
        if (answer.wait_for(std::chrono::milliseconds(200)) != std::future_status::ready) {
            const auto asked = node->wait_signal();
            ASSERT_TRUE(asked);
            node->refuse(*asked, absl::StatusCode::kAlreadyExists, "publisher.already");
        }
        refused = reason_code(answer.get().status());
    }
    EXPECT_EQ(refused, "ticket.expired");
    const auto unauthorized =
        http(
            "POST /whip/" + stream, bearer(joined.publish_ticket(), "application/sdp"), "v=0 offer")
            .get();
    EXPECT_EQ(unauthorized.status, 401);
    EXPECT_THAT(unauthorized.body, testing::HasSubstr("ticket.expired"));
    // Nothing was closed meanwhile; the holder still ends its own.
    v1::ClosePublisherRequest close;
    close.set_session_id(kNodeId + ".1");
    auto closing = ask(*client, close);
    EXPECT_EQ(closed(*node, 1), std::vector{kNodeId + ".1"});
    EXPECT_TRUE(closing.get().ok());
}

TEST_F(RoomMediaTest, ATicketIsGoodForItsOneUseAlone) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat);
    const auto others = join(*chair_);
    const auto& stream = joined.participant().stream_id();
    EXPECT_EQ(refused_publisher(joined.watch_ticket(), stream), "ticket.wrong_use");
    EXPECT_EQ(refused_publisher(others.publish_ticket(), stream), "ticket.wrong_use");
    EXPECT_EQ(refusal<OpenViewer>(*holder(joined.publish_ticket()), stream), "ticket.wrong_use");
    for (const auto& ticket : {joined.publish_ticket(), joined.watch_ticket()}) {
        EXPECT_EQ(reason_code(holder(ticket)->call(v1::WhoAmIRequest()).status()),
                  "ticket.wrong_use");
        EXPECT_EQ(reason_code(holder(ticket)->call(v1::ListIncidentsRequest()).status()),
                  "ticket.wrong_use");
    }
    // A room of others.
    v1::OpenRoomRequest open_other;
    open_other.set_title("another");
    v1::JoinRoomRequest join_other;
    join_other.set_room_id(chair_->call(open_other)->room().id());
    const auto other = chair_->call(join_other);
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(refusal<OpenViewer>(*holder(joined.watch_ticket()), other->participant().stream_id()),
              "ticket.wrong_use");
    // A session of another seat.
    const auto session = open<OpenPublisher>(*holder(joined.publish_ticket()), *node, stream);
    v1::ClosePublisherRequest close;
    close.set_session_id(session);
    EXPECT_EQ(reason_code(holder(others.publish_ticket())->call(close).status()),
              "session.unknown");
}

TEST_F(RoomMediaTest, GarbageForATicketIsNoTicket) {
    const auto joined = join(*chair_);
    const std::string ticket = joined.publish_ticket();
    std::vector<std::string> garbage{"ticket.",
                                     "ticket.x",
                                     ticket.substr(0, ticket.size() - 1),
                                     ticket + "A",
                                     "ticket." + std::string(240, 'A'),
                                     "ticket." + std::string(184, '!')};
    for (size_t i = 7; i < ticket.size(); i += 11) {
        std::string damaged = ticket;
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        garbage.push_back(damaged);
    }
    for (const auto& bytes : garbage) {
        EXPECT_EQ(refused_publisher(bytes, joined.participant().stream_id()), "ticket.malformed")
            << bytes;
    }
    EXPECT_EQ(refused_publisher("ticket." + std::string(1'000, 'A'), ""), "access.token_missing");
    EXPECT_TRUE(hub_.process().running());
}

TEST_F(RoomMediaTest, EveryFieldOfAPublishersRequestsHasABound) {
    const auto node = attach();
    const auto joined = join(*chair_);
    const auto& stream = joined.participant().stream_id();
    const auto client = holder(joined.publish_ticket());
    const auto refused = [&](const auto& request) {
        const Status status = client->call(request).status();
        const auto detail = detail_of(status);
        return detail ? detail->field() + " " + detail->reason().code() : std::string();
    };
    auto wrong = offer<OpenPublisher>(stream);
    wrong.set_offer_sdp(std::string(64 * 1024 + 1, 'o'));
    EXPECT_EQ(refused(wrong), "offer_sdp field.too_long");
    wrong.clear_offer_sdp();
    EXPECT_EQ(refused(wrong), "offer_sdp field.missing");
    EXPECT_EQ(refused(offer<OpenPublisher>(std::string(101, 's'))), "stream_id field.too_long");
    EXPECT_EQ(refused(offer<OpenPublisher>("")), "stream_id field.missing");
    v1::TricklePublisherRequest trickle;
    trickle.set_session_id(kNodeId + ".1");
    trickle.set_fragment_sdp(std::string(16 * 1024 + 1, 'f'));
    EXPECT_EQ(refused(trickle), "fragment_sdp field.too_long");
    trickle.set_session_id(std::string(101, 's'));
    EXPECT_EQ(refused(trickle), "session_id field.too_long");
    EXPECT_EQ(refused(v1::ClosePublisherRequest()), "session_id field.missing");
    const auto raw = raw_call(raw_channel(hub_.address()),
                              "muster.v1.MediaService/OpenPublisher",
                              joined.publish_ticket(),
                              offer<OpenPublisher>(stream).SerializeAsString());
    EXPECT_EQ(reason_code(raw.status), "request.id_missing");
    // What is as long as it may be goes to the node.
    wrong.set_offer_sdp(std::string(64 * 1024, 'o'));
    auto answer = ask(*client, wrong);
    const auto signal = node->wait_signal();
    ASSERT_TRUE(signal && signal->has_open_publisher());
    node->answer(*signal, kNodeId + ".1");
    EXPECT_TRUE(answer.get().ok());
}

TEST_F(RoomMediaTest, WhatTheNodeRefusesIsSaidToTheClient) {
    const auto node = attach();
    const auto joined = join(*chair_);
    const auto refused = [&](absl::StatusCode code, const std::string& reason) {
        auto answer = http("POST /whip/" + joined.participant().stream_id(),
                           bearer(joined.publish_ticket(), "application/sdp"),
                           "v=0 offer");
        const auto signal = node->wait_signal();
        if (!signal) return HttpAnswer{};
        node->refuse(*signal, code, reason);
        return answer.get();
    };
    auto answer = refused(absl::StatusCode::kAlreadyExists, "publisher.already");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_THAT(answer.body, testing::HasSubstr("publisher.already"));
    answer = refused(absl::StatusCode::kResourceExhausted, "publisher.too_fast");
    EXPECT_EQ(answer.status, 429);
}

TEST_F(RoomMediaTest, AnOlderTicketDoesNotThrowANewerOnesConnectionOut) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto older = join(*seat);
    const auto newer = join(*seat);
    const auto& stream = older.participant().stream_id();
    open<OpenPublisher>(*holder(older.publish_ticket()), *node, stream);
    open<OpenPublisher>(*holder(newer.publish_ticket()), *node, stream);
    EXPECT_EQ(refused_publisher(older.publish_ticket(), stream), "publisher.newer");
}

TEST_F(RoomMediaTest, APartnerHasNoPartInIt) {
    const auto partner = person("partner", v1::ROLE_PARTNER);
    v1::JoinRoomRequest request;
    request.set_room_id(room_.id());
    EXPECT_EQ(reason_code(partner->call(request).status()), "access.denied");
    const auto own = join(*chair_).participant();
    EXPECT_EQ(refusal<OpenViewer>(*partner, own.stream_id()), "access.denied");
    EXPECT_EQ(refusal<OpenPublisher>(*partner, own.stream_id()), "access.denied");
}

TEST_F(RoomMediaTest, ALogOutEndsItsTicketsAndSessions) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat);
    const auto& stream = joined.participant().stream_id();
    const auto session = open<OpenPublisher>(*holder(joined.publish_ticket()), *node, stream);
    ASSERT_TRUE(seat->call(v1::LogoutRequest()).ok());
    EXPECT_EQ(refused_publisher(joined.publish_ticket(), stream), "access.token_revoked");
    EXPECT_EQ(closed(*node, 1), std::vector{session});
}

TEST_F(RoomMediaTest, ARoomsCameraIsWatchedWithItsTicketsUntilItIsTakenOut) {
    const auto node = attach();
    v1::AddCameraRequest camera;
    camera.set_name("gate");
    camera.set_url("rtsp://192.0.2.7/main");
    camera.mutable_at()->set_lat_deg(31.2);
    camera.mutable_at()->set_lon_deg(121.5);
    ASSERT_TRUE(chair_->call(camera).ok());
    const auto seat = person("seat-1");
    const auto joined = join(*seat);
    const auto watcher = holder(joined.watch_ticket());
    EXPECT_EQ(refusal<OpenViewer>(*watcher, "gate"), "ticket.wrong_use");
    v1::AddRoomCameraRequest add;
    add.set_room_id(room_.id());
    add.set_camera_id("gate");
    const auto added = chair_->call(add);
    ASSERT_TRUE(added.ok()) << added.status().ToString();
    const auto session = open<OpenViewer>(*watcher, *node, added->participant().stream_id());
    v1::RemoveParticipantRequest take_out;
    take_out.set_participant_id(added->participant().id());
    ASSERT_TRUE(chair_->call(take_out).ok());
    EXPECT_EQ(closed(*node, 1), std::vector{session});
}

TEST_F(RoomMediaTest, AfterAKillTalkGoesOnAndRightsStillEnd) {
    const auto seat = person("seat-1");
    const auto joined = join(*seat, kPhone, 3'600);
    const auto chair = join(*chair_).participant();
    const auto& own = joined.participant();
    hub_.kill_now();
    ASSERT_TRUE(hub_.start());
    const auto node = attach({{kNodeId + ".1", own.person_id(), own.id(), kPhone},
                              {kNodeId + ".2", chair.person_id(), chair.id()},
                              {kNodeId + ".3", own.person_id(), Uuid::make().text()}});
    EXPECT_TRUE(node->wait_desired([&](const auto& desired) {
        return names(desired, own.id()) && names(desired, chair.id());
    }));
    // Who holds a seat that nobody knows may not go on; everybody else may.
    EXPECT_EQ(closed(*node, 1), std::vector{kNodeId + ".3"});
    EXPECT_EQ(join(*seat, kPhone).participant().id(), own.id());
    // The ticket of before is as good as it was.
    EXPECT_FALSE(
        open<OpenPublisher>(*holder(joined.publish_ticket()), *node, own.stream_id()).empty());
    v1::RemoveParticipantRequest remove;
    remove.set_participant_id(own.id());
    ASSERT_TRUE(chair_->call(remove).ok());
    const auto ended = closed(*node, 2);
    EXPECT_THAT(ended, testing::Contains(kNodeId + ".1"));
    EXPECT_THAT(ended, testing::Not(testing::Contains(kNodeId + ".2")));
}

TEST_F(RoomMediaTest, AfterAKillAFormerDevicesSessionsEnd) {
    const auto seat = person("seat-1");
    join(*seat, kDesk);
    const auto own = join(*seat, kPhone).participant();
    hub_.kill_now();
    ASSERT_TRUE(hub_.start());
    // The node was away when the phone took the seat over.
    const auto node = attach({{kNodeId + ".1", own.person_id(), own.id(), kDesk},
                              {kNodeId + ".2", own.person_id(), own.id(), kPhone}});
    EXPECT_EQ(closed(*node, 1), std::vector{kNodeId + ".1"});
    EXPECT_FALSE(node->hears_within(seconds(3)));
}

TEST_F(RoomMediaTest, TheNodeIsToldTheDevice) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto joined = join(*seat, kPhone);
    const auto& stream = joined.participant().stream_id();
    auto publishing = ask(*holder(joined.publish_ticket()), offer<OpenPublisher>(stream));
    auto signal = node->wait_signal();
    ASSERT_TRUE(signal && signal->has_open_publisher());
    EXPECT_EQ(signal->open_publisher().device_id(), kPhone);
    node->answer(*signal, kNodeId + ".1");
    auto watching = ask(*holder(joined.watch_ticket()), offer<OpenViewer>(stream));
    signal = node->wait_signal();
    ASSERT_TRUE(signal && signal->has_open());
    EXPECT_EQ(signal->open().device_id(), kPhone);
}

TEST_F(RoomMediaTest, WhoIsInAndAsksForTicketsLeavesNothingInTheJournal) {
    const auto seat = person("seat-1");
    const auto first = join(*seat, kPhone);
    const auto before = sequence();
    const auto again = join(*seat, kPhone);
    EXPECT_EQ(again.participant().id(), first.participant().id());
    EXPECT_NE(again.publish_ticket(), first.publish_ticket());
    EXPECT_EQ(sequence(), before);
    join(*seat, kDesk);
    EXPECT_EQ(sequence(), before + 1);
}

TEST_F(RoomMediaTest, AnOldAnswerIsNoTicketForWhoLostTheSeat) {
    const auto seat = person("seat-1");
    v1::JoinRoomRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_room_id(room_.id());
    request.set_device_id(kDesk);
    ASSERT_TRUE(seat->call(request).ok());
    EXPECT_TRUE(seat->call(request).ok());
    join(*seat, kPhone);
    EXPECT_EQ(reason_code(seat->call(request).status()), "room.not_in");
}

TEST_F(RoomMediaTest, NobodyComesAndGoesWithoutEnd) {
    const auto seat = person("seat-1");
    const auto other = person("seat-2");
    v1::JoinRoomRequest come;
    come.set_room_id(room_.id());
    v1::LeaveRoomRequest go;
    go.set_room_id(room_.id());
    Status status;
    int acts = 0;
    for (; status.ok() && acts < 10'000; ++acts) {
        status = acts % 2 == 0 ? seat->call(come).status() : seat->call(go).status();
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(reason_code(status), "room.too_often");
    EXPECT_GT(acts, 60);
    // Others, and looking, are free.
    EXPECT_FALSE(join(*other).participant().id().empty());
    v1::GetRoomRequest look;
    look.set_id(room_.id());
    EXPECT_TRUE(seat->call(look).ok());
}

TEST_F(RoomMediaTest, WhoVanishesIsShownAsGoneAndThenHasLeft) {
    const auto node = attach();
    const auto seat = person("seat-1");
    const auto own = join(*seat).participant();
    const auto heard = join(*chair_).participant();
    std::mutex mutex;
    std::condition_variable changed;
    bool gone = false;
    bool other_gone = false;
    v1::Participant now;
    PictureFollower follower(
        *chair_,
        {.kinds = {v1::ENTITY_KIND_PARTICIPANT, v1::ENTITY_KIND_PARTICIPANT_STATE}},
        {.applied =
             [&](const auto&, const PictureMirror& mirror, const auto&) {
                 const std::lock_guard lock(mutex);
                 const auto state = [&](const std::string& id) {
                     const auto* live = mirror.find_live(v1::ENTITY_KIND_PARTICIPANT_STATE, id);
                     return live != nullptr && live->participant_state().gone();
                 };
                 gone = gone || state(own.id());
                 other_gone = other_gone || state(heard.id());
                 if (const auto* entity = mirror.find(v1::ENTITY_KIND_PARTICIPANT, own.id())) {
                     now = entity->participant();
                 }
                 changed.notify_all();
             },
         .lost = [](const Status&) {}});
    std::unique_lock lock(mutex);
    const auto wait = [&](const auto& condition) {
        for (int i = 0; i < 120 && !condition(); ++i) {
            lock.unlock();
            node->hears(heard.id());
            lock.lock();
            changed.wait_for(lock, seconds(1), condition);
        }
        return condition();
    };
    EXPECT_TRUE(wait([&] { return gone; }));
    EXPECT_TRUE(wait([&] { return now.status() == v1::PARTICIPANT_STATUS_LEFT; }));
    EXPECT_TRUE(now.lost());
    EXPECT_FALSE(other_gone);
}

}  // namespace
}  // namespace muster
