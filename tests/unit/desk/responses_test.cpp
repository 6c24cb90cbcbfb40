#include "hub/desk/responses.h"

#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

class Responses : public testing::Test {
protected:
    static v1::StartResponseRequest flood() {
        v1::StartResponseRequest request;
        request.set_title("防汛");
        request.set_level(v1::RESPONSE_LEVEL_III);
        request.set_authority("市防汛抗旱指挥部");
        request.set_document_number("汛发〔2026〕12号");
        return request;
    }
    static v1::ChangeResponseLevelRequest change(const v1::Response& response,
                                                 v1::ResponseLevel level) {
        v1::ChangeResponseLevelRequest request;
        request.set_id(response.id());
        request.set_level(level);
        request.set_authority("市政府");
        request.set_document_number("政发〔2026〕3号");
        return request;
    }
    static v1::EndResponseRequest end(const v1::Response& response) {
        v1::EndResponseRequest request;
        request.set_id(response.id());
        request.set_authority("市政府");
        request.set_document_number("政发〔2026〕5号");
        return request;
    }

    DeskWorld world_;
    const Actor seat_ = world_.dispatcher();
};

TEST_F(Responses, MayExistWithoutAnIncident) {
    const auto response = world_.act(flood(), seat_)->response();
    EXPECT_EQ(response.version(), 1u);
    EXPECT_EQ(response.incident_id(), "");
    EXPECT_EQ(from_proto(response.started_at()), world_.clock().now());
    EXPECT_EQ(response.entered_by_id(), seat_.person_id);
    // Nothing but it: there is no timeline to write into.
    EXPECT_EQ(world_.heard().back().upserts.size(), 1u);
}

TEST_F(Responses, RaisingAndLoweringAreLinesOfTheIncidentsTimeline) {
    const auto incident = world_.report(v1::INCIDENT_TYPE_FLOOD);
    auto start = flood();
    start.set_incident_id(incident.number());
    const auto response = world_.act(start, seat_)->response();
    EXPECT_EQ(response.incident_id(), incident.id());
    world_.advance(std::chrono::hours(1));
    const auto raised = world_.act(change(response, v1::RESPONSE_LEVEL_I), seat_)->response();
    EXPECT_EQ(raised.level(), v1::RESPONSE_LEVEL_I);
    EXPECT_EQ(raised.authority(), "市政府");
    EXPECT_EQ(raised.document_number(), "政发〔2026〕3号");
    EXPECT_EQ(from_proto(raised.level_since()), world_.clock().now());
    EXPECT_EQ(raised.started_at().seconds(), response.started_at().seconds());
    ASSERT_TRUE(world_.act(change(response, v1::RESPONSE_LEVEL_IV), seat_).ok());
    const auto ended = world_.act(end(response), seat_)->response();
    EXPECT_TRUE(ended.has_ended_at());
    EXPECT_EQ(ended.document_number(), "政发〔2026〕5号");
    EXPECT_THAT(world_.timeline(incident.id()),
                ElementsAre("log.incident_reported",
                            "log.response_started",
                            "log.response_raised",
                            "log.response_lowered",
                            "log.response_ended"));
    EXPECT_EQ(say(world_.log_lines(incident.id())[2].reason(), Language::chinese),
              "市政府 将 防汛 应急响应提升至 Ⅰ 级（政发〔2026〕3号）。");
}

TEST_F(Responses, ALevelThatItHasAndAnEndedOneAreRefused) {
    const auto response = world_.act(flood(), seat_)->response();
    const auto same = world_.act(change(response, v1::RESPONSE_LEVEL_III), seat_);
    EXPECT_EQ(same.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(same), "response.level_already");
    ASSERT_TRUE(world_.act(end(response), seat_).ok());
    EXPECT_EQ(code_of(world_.act(end(response), seat_)), "response.ended");
    EXPECT_EQ(code_of(world_.act(change(response, v1::RESPONSE_LEVEL_II), seat_)),
              "response.ended");
    auto unknown = end(response);
    unknown.set_id(nth_id(999).text());
    EXPECT_EQ(code_of(world_.act(unknown, seat_)), "response.unknown");
}

TEST_F(Responses, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto wrong) {
        auto request = flood();
        wrong(request);
        return field_of(world_.act(request, seat_));
    };
    using Request = v1::StartResponseRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_title(); }), "title");
    EXPECT_EQ(refused([](Request& r) { r.set_title(std::string(201, 'x')); }), "title");
    EXPECT_EQ(refused([](Request& r) { r.clear_level(); }), "level");
    EXPECT_EQ(refused([](Request& r) { r.set_level(static_cast<v1::ResponseLevel>(5)); }), "level");
    EXPECT_EQ(refused([](Request& r) { r.clear_authority(); }), "authority");
    EXPECT_EQ(refused([](Request& r) { r.set_authority(std::string(201, 'x')); }), "authority");
    EXPECT_EQ(refused([](Request& r) { r.clear_document_number(); }), "document_number");
    EXPECT_EQ(refused([](Request& r) { r.set_document_number(std::string(101, 'x')); }),
              "document_number");
    EXPECT_EQ(refused([](Request& r) { r.set_id("7"); }), "id");
    EXPECT_EQ(refused([](Request& r) { r.set_incident_id("F1"); }), "incident_id");
    const auto response = world_.act(flood(), seat_)->response();
    auto level = change(response, v1::RESPONSE_LEVEL_UNSPECIFIED);
    EXPECT_EQ(field_of(world_.act(level, seat_)), "level");
    auto nameless = end(response);
    nameless.clear_authority();
    EXPECT_EQ(field_of(world_.act(nameless, seat_)), "authority");
}

TEST_F(Responses, TheSecondOfTwoSeesWhatTheFirstChanged) {
    const auto response = world_.act(flood(), seat_)->response();
    auto first = change(response, v1::RESPONSE_LEVEL_II);
    first.set_expected_version(1);
    ASSERT_TRUE(world_.act(first, world_.admin()).ok());
    auto second = change(response, v1::RESPONSE_LEVEL_I);
    second.set_expected_version(1);
    const auto stale = world_.act(second, seat_);
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_THAT(detail_of(stale.status())->changed_fields(),
                testing::IsSupersetOf({"level", "authority", "document_number"}));
}

TEST_F(Responses, AnIncidentIsNotClosedWhileOneIsInForce) {
    const auto incident = world_.report();
    auto start = flood();
    start.set_incident_id(incident.id());
    const auto response = world_.act(start, seat_)->response();
    const auto close = with_id<v1::CloseIncidentRequest>(incident.id());
    const auto refused = world_.act(close, seat_);
    EXPECT_EQ(code_of(refused), "incident.response_in_force");
    EXPECT_EQ(detail_of(refused.status())->reason().args().at("response_id"), response.id());
    ASSERT_TRUE(world_.act(end(response), seat_).ok());
    ASSERT_TRUE(world_.act(close, seat_).ok());
    EXPECT_EQ(code_of(world_.act(start, seat_)), "incident.closed");
}

}  // namespace
}  // namespace muster
