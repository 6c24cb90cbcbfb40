#include <cmath>

#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

class Incidents : public testing::Test {
protected:
    v1::ReportIncidentRequest good() const {
        v1::ReportIncidentRequest request;
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        *request.mutable_at() = point(38.9, 121.6);
        return request;
    }

    DeskWorld world_;
};

TEST_F(Incidents, AReportHasANumberThatCountsOnWithALetterForItsType) {
    const std::vector<std::pair<v1::IncidentType, std::string>> expected{
        {v1::INCIDENT_TYPE_FIRE, "F2101"},
        {v1::INCIDENT_TYPE_FLOOD, "W2102"},
        {v1::INCIDENT_TYPE_MEDICAL, "M2103"},
        {v1::INCIDENT_TYPE_TRAFFIC, "T2104"},
        {v1::INCIDENT_TYPE_HAZMAT, "H2105"},
        {v1::INCIDENT_TYPE_FOREST_FIRE, "L2106"},
        {v1::INCIDENT_TYPE_RESCUE, "R2107"},
        {v1::INCIDENT_TYPE_PUBLIC_ORDER, "P2108"},
        {v1::INCIDENT_TYPE_OTHER, "O2109"}};
    for (const auto& [type, number] : expected) {
        EXPECT_EQ(world_.report(type).number(), number);
    }
    world_.restart();
    EXPECT_EQ(world_.report().number(), "F2110");
}

TEST_F(Incidents, AReportKeepsWhatWasSaid) {
    auto request = good();
    request.set_id("0191D3A0-7F4E-7C11-9A59-3F0D5C0A2B10");
    request.set_place("星海广场");
    request.set_text("厨房冒烟");
    request.set_grade(v1::INCIDENT_GRADE_ORDINARY);
    *request.mutable_device_at() = to_proto(world_.clock().now() - std::chrono::minutes(3));
    const auto incident = world_.act(request, world_.dispatcher())->incident();
    EXPECT_EQ(incident.id(), "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10");
    EXPECT_EQ(incident.version(), 1u);
    EXPECT_EQ(incident.status(), v1::INCIDENT_STATUS_REPORTED);
    EXPECT_EQ(incident.place(), "星海广场");
    EXPECT_EQ(incident.text(), "厨房冒烟");
    EXPECT_EQ(incident.reported_by_id(), world_.dispatcher().person_id);
    EXPECT_EQ(from_proto(incident.reported_at()), world_.clock().now());
    const auto line = world_.log_lines(incident.id()).at(0);
    EXPECT_EQ(from_proto(line.device_at()), world_.clock().now() - std::chrono::minutes(3));
    EXPECT_EQ(line.reason().args().at("type"), "fire");
}

TEST_F(Incidents, EveryWrongFieldOfAReportIsNamed) {
    const auto refused = [this](auto change) {
        auto request = good();
        change(request);
        const auto result = world_.act(request, world_.dispatcher());
        EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::ReportIncidentRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_type(); }), "type field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_type(static_cast<v1::IncidentType>(77)); }),
              "type field.unknown_value");
    EXPECT_EQ(refused([](Request& r) { r.set_grade(static_cast<v1::IncidentGrade>(-3)); }),
              "grade field.unknown_value");
    EXPECT_EQ(refused([](Request& r) { r.clear_at(); }), "at field.missing");
    EXPECT_EQ(refused([](Request& r) { r.mutable_at()->set_lat_deg(90.01); }),
              "at.lat_deg field.out_of_range");
    EXPECT_EQ(refused([](Request& r) { r.mutable_at()->set_lon_deg(-180.5); }),
              "at.lon_deg field.out_of_range");
    EXPECT_EQ(refused([](Request& r) { r.mutable_at()->set_lon_deg(std::nan("")); }),
              "at.lon_deg field.out_of_range");
    EXPECT_EQ(refused([](Request& r) { r.mutable_at()->set_lat_deg(INFINITY); }),
              "at.lat_deg field.out_of_range");
    EXPECT_EQ(refused([](Request& r) { r.set_place(std::string(201, 'x')); }),
              "place field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_text(std::string(4001, 'x')); }),
              "text field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_id("F2101"); }), "id field.not_uuid");
    EXPECT_EQ(refused([](Request& r) { r.mutable_device_at()->set_nanos(1'000'000'000); }),
              "device_at.nanos field.out_of_range");
    EXPECT_TRUE(world_.journal().changes().empty());
}

TEST_F(Incidents, ATakenIdIsRefused) {
    const auto incident = world_.report();
    auto request = good();
    request.set_id(incident.id());
    const auto result = world_.act(request, world_.dispatcher());
    EXPECT_EQ(result.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(code_of(result), "id.taken");
}

TEST_F(Incidents, AnEditChangesWhatItNamesAndSaysSo) {
    const auto incident = world_.report();
    v1::UpdateIncidentRequest request;
    // Numbers are said in either case.
    request.set_id("f2101");
    request.set_grade(v1::INCIDENT_GRADE_MAJOR);
    request.set_place("码头");
    request.set_expected_version(1);
    const auto edited = world_.act(request, world_.dispatcher())->incident();
    EXPECT_EQ(edited.version(), 2u);
    EXPECT_EQ(edited.place(), "码头");
    EXPECT_EQ(edited.type(), v1::INCIDENT_TYPE_FIRE);
    EXPECT_EQ(edited.number(), "F2101");
    const auto line = world_.log_lines(incident.id()).back();
    EXPECT_EQ(line.reason().code(), "log.incident_updated");
    EXPECT_EQ(line.reason().args().at("fields"), "grade, place");
    // The same again changes nothing and makes no version.
    request.set_expected_version(0);
    EXPECT_EQ(world_.act(request, world_.dispatcher())->incident().version(), 2u);
}

TEST_F(Incidents, WrongEditsAreRefused) {
    const auto incident = world_.report();
    v1::UpdateIncidentRequest request;
    request.set_id(incident.id());
    request.set_type(v1::INCIDENT_TYPE_UNSPECIFIED);
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "type");
    request.clear_type();
    request.set_grade(static_cast<v1::IncidentGrade>(9));
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "grade");
    request.clear_grade();
    *request.mutable_at() = point(91, 0);
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "at.lat_deg");
    request.clear_at();
    request.set_text(std::string(4001, 'x'));
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "text");
    request.clear_text();
    request.set_id("F1");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "incident.unknown");
}

TEST_F(Incidents, AStaleEditSaysWhatChangedSince) {
    const auto incident = world_.report();
    v1::UpdateIncidentRequest first;
    first.set_id(incident.id());
    first.set_place("码头");
    ASSERT_TRUE(world_.act(first, world_.dispatcher()).ok());
    ASSERT_TRUE(
        world_.act(with_id<v1::VerifyIncidentRequest>(incident.id()), world_.dispatcher()).ok());
    v1::AddLogLineRequest line;
    line.set_incident_id(incident.id());
    line.set_text("风向转北");
    ASSERT_TRUE(world_.act(line, world_.admin()).ok());
    v1::UpdateIncidentRequest second;
    second.set_id(incident.id());
    second.set_text("三人被困");
    second.set_expected_version(1);
    const auto stale = world_.act(second, world_.dispatcher());
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_EQ(code_of(stale), "edit.stale_by");
    EXPECT_THAT(detail_of(stale.status())->changed_fields(),
                ElementsAre("status", "place", "verified_at"));
    // Who verified it, and when; a line of text that somebody wrote since is no edit.
    const auto args = detail_of(stale.status())->reason().args();
    EXPECT_EQ(args.at("by"), world_.dispatcher().post);
    EXPECT_EQ(args.at("at"), rfc3339(world_.clock().now()));
    // A hub that started anew no longer has version 1, and names no field that it does not know of.
    world_.restart();
    const auto restarted = world_.act(second, world_.dispatcher());
    EXPECT_EQ(code_of(restarted), "edit.stale_unlisted_by");
    EXPECT_EQ(detail_of(restarted.status())->changed_fields_size(), 0);
}

TEST_F(Incidents, AGradeIsOfANamedAuthority) {
    const auto incident = world_.report();
    v1::GradeIncidentRequest request;
    request.set_id(incident.id());
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "grade");
    request.set_grade(v1::INCIDENT_GRADE_MAJOR);
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "graded_by");
    request.set_graded_by(std::string(101, 'x'));
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "field.too_long");
    request.set_graded_by("区应急管理局");
    const auto graded = world_.act(request, world_.dispatcher())->incident();
    EXPECT_EQ(graded.grade(), v1::INCIDENT_GRADE_MAJOR);
    EXPECT_EQ(graded.graded_by(), "区应急管理局");
    EXPECT_EQ(from_proto(graded.graded_at()), world_.clock().now());
    EXPECT_EQ(say(world_.log_lines(incident.id()).back().reason(), Language::chinese),
              "事件 F2101 由 区应急管理局 定级为“较大”。");
    // The same once more is nothing new; by a higher authority it is.
    EXPECT_EQ(world_.act(request, world_.dispatcher())->incident().version(), 2u);
    request.set_graded_by("市应急管理局");
    EXPECT_EQ(world_.act(request, world_.dispatcher())->incident().version(), 3u);
    request.set_expected_version(2);
    EXPECT_EQ(world_.act(request, world_.dispatcher()).status().code(), absl::StatusCode::kAborted);
    // After the investigation too.
    request.set_expected_version(0);
    ASSERT_TRUE(
        world_.act(with_id<v1::CloseIncidentRequest>(incident.id()), world_.dispatcher()).ok());
    request.set_grade(v1::INCIDENT_GRADE_SERIOUS);
    EXPECT_TRUE(world_.act(request, world_.dispatcher()).ok());
}

TEST_F(Incidents, AGradeByCorrectionIsTheCorrectors) {
    auto report = good();
    report.set_grade(v1::INCIDENT_GRADE_ORDINARY);
    const auto incident = world_.act(report, world_.dispatcher())->incident();
    EXPECT_EQ(incident.graded_by(), "02席 值班员");
    v1::UpdateIncidentRequest request;
    request.set_id(incident.id());
    request.set_grade(v1::INCIDENT_GRADE_UNSPECIFIED);
    const auto ungraded = world_.act(request, world_.dispatcher())->incident();
    EXPECT_EQ(ungraded.graded_by(), "");
    EXPECT_FALSE(ungraded.has_graded_at());
}

TEST_F(Incidents, ItGoesForwardOnly) {
    const auto incident = world_.report();
    const auto verify = with_id<v1::VerifyIncidentRequest>(incident.id());
    const auto contain = with_id<v1::ContainIncidentRequest>(incident.id());
    const auto close = with_id<v1::CloseIncidentRequest>(incident.id());
    const auto& who = world_.dispatcher();
    EXPECT_EQ(world_.act(verify, who)->incident().status(), v1::INCIDENT_STATUS_VERIFIED);
    EXPECT_EQ(code_of(world_.act(verify, who)), "incident.already");
    EXPECT_EQ(world_.act(contain, who)->incident().status(), v1::INCIDENT_STATUS_CONTAINED);
    const auto backward = world_.act(verify, who);
    EXPECT_EQ(backward.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(backward), "incident.backward");
    const auto closed = world_.act(close, who)->incident();
    EXPECT_EQ(closed.status(), v1::INCIDENT_STATUS_CLOSED);
    EXPECT_TRUE(closed.has_closed_at());
    EXPECT_EQ(code_of(world_.act(close, who)), "incident.already");
    EXPECT_EQ(code_of(world_.act(contain, who)), "incident.backward");
}

TEST_F(Incidents, ClosingWaitsForOpenOrders) {
    const auto incident = world_.report();
    const auto team = world_.add_team("一中队");
    const auto order = world_.issue(incident, team);
    v1::CloseIncidentRequest close;
    close.set_id(incident.id());
    close.set_text("明火已扑灭");
    const auto refused = world_.act(close, world_.dispatcher());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(refused), "incident.open_orders");
    ASSERT_TRUE(world_.act(with_id<v1::CompleteOrderRequest>(order.id()), world_.field(team)).ok());
    ASSERT_TRUE(world_.act(close, world_.dispatcher()).ok());
    EXPECT_EQ(world_.log_lines(incident.id()).back().text(), "明火已扑灭");
    close.set_text(std::string(2001, 'x'));
    EXPECT_EQ(field_of(world_.act(close, world_.dispatcher())), "text");
}

TEST_F(Incidents, ALineOfFreeTextIsEnough) {
    const auto incident = world_.report();
    v1::AddLogLineRequest request;
    request.set_incident_id(incident.number());
    request.set_text("风向转北");
    request.set_id(nth_id(55).text());
    const auto line = world_.act(request, world_.dispatcher())->log_line();
    EXPECT_EQ(line.id(), nth_id(55).text());
    EXPECT_EQ(line.incident_id(), incident.id());
    EXPECT_EQ(line.text(), "风向转北");
    EXPECT_EQ(line.actor_name(), "02席 值班员");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "id.taken");
    request.set_id("");
    request.set_text("");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "field.missing");
    request.set_text(std::string(2001, 'x'));
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "field.too_long");
    request.set_text("x");
    request.set_incident_id("");
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "incident_id");
    request.set_incident_id(incident.id());
    request.mutable_device_at()->set_seconds(-1);
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "device_at.seconds");
}

TEST_F(Incidents, ALongPostIsCutBetweenCharacters) {
    const auto incident = world_.report();
    Actor actor = world_.dispatcher();
    actor.post.clear();
    for (int i = 0; i < 34; ++i) actor.post += "席";
    v1::AddLogLineRequest request;
    request.set_incident_id(incident.id());
    request.set_text("x");
    const auto name = world_.act(request, actor)->log_line().actor_name();
    EXPECT_LE(name.size(), 100u);
    EXPECT_EQ(name.substr(name.size() - 3), "席");
    actor.post.clear();
    EXPECT_EQ(world_.act(request, actor)->log_line().actor_name(), "seat-02");
}

}  // namespace
}  // namespace muster
