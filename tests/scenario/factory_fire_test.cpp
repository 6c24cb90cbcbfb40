#include <set>

#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "hub/desk/command.h"
#include "hub/desk/figures.h"
#include "hub/desk/merge.h"
#include "hub/desk/responses.h"
#include "hub/rpc/incident_more.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// A paint factory burns and the whole street calls: twenty more incidents within minutes, two of
// them with teams on the way. The seats merge them; one was another fire after all. Figures
// contradict and are corrected, command passes at the change of shift, the response is raised and
// lowered.
class FactoryFire : public testing::Test {
protected:
    Actor add(const std::string& name, const std::string& post, v1::Role role) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_post(post);
        request.set_role(role);
        request.set_password("long enough for a test");
        const auto person = world_.act(request, world_.admin(), std::string("sealed"))->person();
        return {person.id(), person.name(), person.post(), role, ""};
    }
    v1::Incident call(const Actor& seat, const std::string& text, double lat_deg) {
        v1::ReportIncidentRequest request;
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        *request.mutable_at() = point(lat_deg, 121.6);
        request.set_text(text);
        return world_.act(request, seat).value().incident();
    }
    v1::Incident now(const v1::Incident& incident) { return world_.incident(incident.id()); }
    Result<v1::MergeIncidentResponse> merge(const v1::Incident& one,
                                            const v1::Incident& into,
                                            const Actor& seat) {
        v1::MergeIncidentRequest request;
        request.set_id(one.number());
        request.set_into_id(into.number());
        request.set_expected_version(now(one).version());
        return world_.act(request, seat);
    }
    v1::Figure figure(const Actor& seat,
                      const v1::Incident& of,
                      uint32_t value,
                      const std::string& source,
                      const std::string& corrects = "") {
        v1::AddFigureRequest request;
        request.set_incident_id(of.number());
        request.set_subject(v1::FIGURE_SUBJECT_INJURED);
        request.set_value(value);
        request.set_source(source);
        request.set_corrects_id(corrects);
        return world_.act(request, seat).value().figure();
    }
    v1::SubjectSummary injured(const v1::Incident& of) {
        v1::SummarizeFiguresRequest request;
        request.set_incident_id(of.id());
        const auto summary = summarize_figures(Records(world_.desk()), request, night_);
        return summary->subjects(0);
    }
    // The whole timeline of an incident as it is listed, a small page at a time.
    std::vector<v1::LogLine> listed(const v1::Incident& of) {
        v1::ListLogLinesRequest request;
        request.set_incident_id(of.number());
        request.set_page_size(7);
        std::vector<v1::LogLine> lines;
        do {
            const auto page = list_log_lines(Records(world_.desk()), request, night_).value();
            lines.insert(lines.end(), page.log_lines().begin(), page.log_lines().end());
            request.set_page_token(page.next_page_token());
        } while (!request.page_token().empty());
        return lines;
    }

    DeskWorld world_;
    const Actor night_ = add("seat-1", "夜班一席", v1::ROLE_DISPATCHER);
    const Actor second_ = add("seat-2", "夜班二席", v1::ROLE_DISPATCHER);
    const Actor day_ = add("seat-3", "白班一席", v1::ROLE_DISPATCHER);
    const Actor chief_ = add("chief", "值班长", v1::ROLE_COMMANDER);
};

TEST_F(FactoryFire, TwentyCallsAreOneFireAndOneWasNot) {
    const auto port = world_.add_team("港口站");
    const auto north = world_.add_team("城北站");
    const auto main = call(night_, "油漆厂起火，火很大", 38.9);
    const auto first_order = world_.issue(main, port);
    ASSERT_TRUE(
        world_.act(with_id<v1::AcceptOrderRequest>(first_order.id()), world_.field(port)).ok());

    std::vector<v1::Incident> calls;
    for (int i = 0; i < 20; ++i) {
        world_.advance(seconds(4));
        calls.push_back(call(i % 2 == 0 ? night_ : second_,
                             "第 " + std::to_string(i) + " 位报警人：有黑烟",
                             38.9 + 0.0001 * i));
    }
    // The seat did not know yet and sent a team to one of them.
    const auto other_order = world_.issue(calls[7], north);
    for (const auto& one : calls) {
        world_.advance(seconds(2));
        ASSERT_TRUE(merge(one, main, second_).ok()) << one.number();
    }
    // Two seats merge at the same time: the second is told by whom it was done.
    v1::MergeIncidentRequest late;
    late.set_id(calls[3].id());
    late.set_into_id(main.id());
    late.set_expected_version(1);
    const auto stale = world_.act(late, night_);
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_EQ(detail_of(stale.status())->reason().args().at("by"), "夜班二席");

    // The order to a duplicate goes on, and counts with the main one.
    ASSERT_TRUE(
        world_.act(with_id<v1::AcceptOrderRequest>(other_order.id()), world_.field(north)).ok());
    EXPECT_EQ(world_.order(other_order.id()).incident_id(), calls[7].id());
    const auto orders = Records(world_.desk())
                            .about_incident(night_, v1::ENTITY_KIND_ORDER, main.id(), "id")
                            .value();
    EXPECT_EQ(orders.size(), 2u);
    EXPECT_EQ(code_of(world_.act(with_id<v1::CloseIncidentRequest>(main.id()), night_)),
              "incident.open_orders");

    // All that was written is in one timeline, oldest first, each caller's words where they were.
    const auto lines = listed(main);
    for (size_t i = 1; i < lines.size(); ++i) {
        EXPECT_LE(from_proto(lines[i - 1].at()), from_proto(lines[i].at()));
    }
    std::set<std::string> incidents;
    for (const auto& line : lines) incidents.insert(line.incident_id());
    EXPECT_EQ(incidents.size(), 21u);
    EXPECT_EQ(now(calls[7]).text(), "第 7 位报警人：有黑烟");

    // The twelfth caller is at another place: a second fire.
    const size_t before = listed(calls[12]).size();
    ASSERT_TRUE(world_.act(with_id<v1::UnmergeIncidentRequest>(calls[12].number()), second_).ok());
    EXPECT_EQ(now(calls[12]).merged_into_id(), "");
    EXPECT_EQ(now(calls[12]).status(), v1::INCIDENT_STATUS_REPORTED);
    EXPECT_EQ(listed(calls[12]).size(), before + 1);
    EXPECT_EQ(listed(main).size(), lines.size() + 1 - before);
    world_.restart(seconds(30));
    EXPECT_EQ(listed(main).size(), lines.size() + 1 - before);

    // The teams are done; the main one closes with its nineteen, the second fire stays.
    ASSERT_TRUE(
        world_.act(with_id<v1::CompleteOrderRequest>(first_order.id()), world_.field(port)).ok());
    ASSERT_TRUE(
        world_.act(with_id<v1::CompleteOrderRequest>(other_order.id()), world_.field(north)).ok());
    ASSERT_TRUE(world_.act(with_id<v1::CloseIncidentRequest>(main.id()), night_).ok());
    for (size_t i = 0; i < calls.size(); ++i) {
        EXPECT_EQ(now(calls[i]).status() == v1::INCIDENT_STATUS_CLOSED, i != 12) << i;
    }
    EXPECT_EQ(code_of(world_.act(with_id<v1::UnmergeIncidentRequest>(calls[0].id()), night_)),
              "incident.unmerge_closed");
    EXPECT_TRUE(world_.act(with_id<v1::VerifyIncidentRequest>(calls[12].id()), second_).ok());
}

TEST_F(FactoryFire, FiguresContradictAndAreCorrected) {
    const auto main = call(night_, "油漆厂起火", 38.9);
    const auto duplicate = call(second_, "厂房里有人", 38.9);
    figure(second_, duplicate, 2, "报警人");
    ASSERT_TRUE(merge(duplicate, main, night_).ok());
    world_.advance(minutes(10));
    figure(night_, main, 7, "现场指挥部");
    const auto wrong = figure(night_, main, 17, "市中心医院");
    auto seen = injured(main);
    EXPECT_EQ(seen.figures_size(), 3);
    EXPECT_TRUE(seen.contradictory());
    world_.advance(minutes(2));
    figure(night_, main, 7, "市中心医院", wrong.id());
    figure(night_, main, 7, "报警人");
    seen = injured(main);
    EXPECT_EQ(seen.figures_size(), 3);
    EXPECT_FALSE(seen.contradictory());
    // The series itself keeps every word.
    v1::ListFiguresRequest request;
    request.set_incident_id(main.id());
    const auto series = list_figures(Records(world_.desk()), request, night_).value();
    std::vector<uint32_t> values;
    for (const auto& one : series.figures()) values.push_back(one.value());
    EXPECT_THAT(values, ElementsAre(2, 7, 17, 7, 7));
}

TEST_F(FactoryFire, CommandPassesAtTheChangeOfShift) {
    const auto fire = call(night_, "油漆厂起火", 38.9);
    world_.advance(hours(3));
    v1::OfferCommandRequest offer;
    offer.set_id(fire.number());
    offer.set_person_id("seat-3");
    ASSERT_TRUE(world_.act(offer, night_).ok());
    // The day shift is late: until it takes over, the night shift is in command.
    world_.advance(minutes(20));
    EXPECT_EQ(now(fire).commander_id(), night_.person_id);
    ASSERT_TRUE(world_.act(with_id<v1::TakeCommandRequest>(fire.id()), day_).ok());
    EXPECT_EQ(now(fire).commander_id(), day_.person_id);
    v1::TakeCommandRequest take;
    take.set_id(fire.id());
    take.set_reason("火势蔓延至油罐区");
    ASSERT_TRUE(world_.act(take, chief_).ok());
    EXPECT_EQ(now(fire).commander_id(), chief_.person_id);
    std::vector<std::string> said;
    for (const auto& line : listed(fire)) said.push_back(say(line.reason(), Language::chinese));
    EXPECT_THAT(said,
                ElementsAre("事件 F2101 已接报：火灾。",
                            "夜班一席 拟将 F2101 的指挥权移交 白班一席。",
                            "白班一席 从 夜班一席 处接过 F2101 的指挥权。",
                            "值班长 从 白班一席 处接过 F2101 的指挥权：火势蔓延至油罐区"));
}

TEST_F(FactoryFire, TheResponseIsRaisedLoweredAndEnded) {
    const auto fire = call(night_, "油漆厂起火", 38.9);
    v1::StartResponseRequest start;
    start.set_title("危化品事故");
    start.set_level(v1::RESPONSE_LEVEL_III);
    start.set_incident_id(fire.number());
    start.set_authority("区应急管理局");
    start.set_document_number("区应急〔2026〕12号");
    const auto response = world_.act(start, night_)->response();
    v1::ChangeResponseLevelRequest change;
    change.set_id(response.id());
    for (const auto level : {v1::RESPONSE_LEVEL_II, v1::RESPONSE_LEVEL_IV}) {
        world_.advance(hours(1));
        change.set_level(level);
        change.set_authority("市应急管理局");
        change.set_document_number("市应急〔2026〕" + std::to_string(30 + level) + "号");
        ASSERT_TRUE(world_.act(change, chief_).ok());
    }
    const auto close = with_id<v1::CloseIncidentRequest>(fire.id());
    EXPECT_EQ(code_of(world_.act(close, night_)), "incident.response_in_force");
    v1::EndResponseRequest end;
    end.set_id(response.id());
    end.set_authority("市应急管理局");
    end.set_document_number("市应急〔2026〕40号");
    ASSERT_TRUE(world_.act(end, chief_).ok());
    EXPECT_TRUE(world_.act(close, night_).ok());
    EXPECT_THAT(world_.timeline(fire.id()),
                ElementsAre("log.incident_reported",
                            "log.response_started",
                            "log.response_raised",
                            "log.response_lowered",
                            "log.response_ended",
                            "log.incident_closed"));
}

}  // namespace
}  // namespace muster
