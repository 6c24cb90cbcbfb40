#include "hub/desk/figures.h"

#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "hub/desk/merge.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;

class Figures : public testing::Test {
protected:
    v1::AddFigureRequest injured(uint32_t value, const std::string& source) const {
        v1::AddFigureRequest request;
        request.set_incident_id(incident_.number());
        request.set_subject(v1::FIGURE_SUBJECT_INJURED);
        request.set_value(value);
        request.set_source(source);
        return request;
    }
    v1::Figure add(const v1::AddFigureRequest& request) {
        return world_.act(request, seat_).value().figure();
    }
    v1::AddFigureRequest correction(const v1::Figure& of, uint32_t value) const {
        auto request = injured(value, of.source());
        request.set_subject(of.subject());
        request.set_corrects_id(of.id());
        return request;
    }
    v1::SummarizeFiguresResponse summary() {
        return summarize(world_.desk().read([&](const Memory& memory) {
            return owned_with_duplicates(memory, v1::ENTITY_KIND_FIGURE, incident_.id());
        }));
    }
    // "source value" of one subject.
    static std::vector<std::string> lines(const v1::SubjectSummary& subject) {
        std::vector<std::string> lines;
        for (const auto& figure : subject.figures()) {
            lines.push_back(figure.source() + " " + std::to_string(figure.value()));
        }
        return lines;
    }

    DeskWorld world_;
    const Actor seat_ = world_.dispatcher();
    const v1::Incident incident_ = world_.report();
};

TEST_F(Figures, AFigureKeepsWhoSaidItAndWhen) {
    auto request = injured(12, "市中心医院");
    request.set_note("其中重伤 2 人");
    *request.mutable_as_of() = to_proto(world_.clock().now() - minutes(10));
    const auto figure = add(request);
    EXPECT_EQ(figure.version(), 1u);
    EXPECT_EQ(figure.incident_id(), incident_.id());
    EXPECT_EQ(from_proto(figure.as_of()), world_.clock().now() - minutes(10));
    EXPECT_EQ(from_proto(figure.recorded_at()), world_.clock().now());
    EXPECT_EQ(figure.recorded_by_id(), seat_.person_id);
    EXPECT_EQ(say(world_.log_lines(incident_.id()).back().reason(), Language::chinese),
              "受伤 12 人（市中心医院）。");
    EXPECT_EQ(from_proto(add(injured(13, "x")).as_of()), world_.clock().now());
}

TEST_F(Figures, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto change) {
        auto request = injured(1, "市中心医院");
        change(request);
        const auto result = world_.act(request, seat_);
        EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::AddFigureRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_subject(); }), "subject field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_subject(static_cast<v1::FigureSubject>(99)); }),
              "subject field.unknown_value");
    EXPECT_EQ(refused([](Request& r) { r.set_value(100'000'001); }), "value field.out_of_range");
    EXPECT_EQ(refused([](Request& r) { r.clear_source(); }), "source field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_source(std::string(101, 'x')); }),
              "source field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_note(std::string(501, 'x')); }),
              "note field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_corrects_id(std::string(101, 'x')); }),
              "corrects_id field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.clear_incident_id(); }), "incident_id field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_id("12"); }), "id field.not_uuid");
    EXPECT_EQ(refused([](Request& r) { r.mutable_as_of()->set_nanos(-1); }),
              "as_of.nanos field.out_of_range");
    EXPECT_EQ(refused([this](Request& r) {
                  *r.mutable_as_of() = to_proto(world_.clock().now() + minutes(2));
              }),
              "as_of figure.in_future");
}

TEST_F(Figures, ADeviceThatIsALittleAheadMeansNow) {
    auto request = injured(1, "现场");
    *request.mutable_as_of() = to_proto(world_.clock().now() + std::chrono::seconds(30));
    EXPECT_EQ(from_proto(add(request).as_of()), world_.clock().now());
}

TEST_F(Figures, TheNewestOfEachSourceHoldsAndContradictionsShow) {
    add(injured(3, "现场"));
    world_.advance(minutes(5));
    add(injured(5, "市中心医院"));
    world_.advance(minutes(5));
    add(injured(5, "现场"));
    auto seen = summary();
    ASSERT_EQ(seen.subjects_size(), 1);
    EXPECT_THAT(lines(seen.subjects(0)), ElementsAre("现场 5", "市中心医院 5"));
    EXPECT_FALSE(seen.subjects(0).contradictory());
    // What comes in late is as of an earlier moment.
    auto late = injured(9, "现场");
    *late.mutable_as_of() = to_proto(world_.clock().now() - minutes(7));
    add(late);
    EXPECT_THAT(lines(summary().subjects(0)), ElementsAre("现场 5", "市中心医院 5"));
    // Of one moment the later word counts.
    add(injured(6, "现场"));
    seen = summary();
    EXPECT_THAT(lines(seen.subjects(0)), ElementsAre("现场 6", "市中心医院 5"));
    EXPECT_TRUE(seen.subjects(0).contradictory());
    auto dead = injured(1, "市中心医院");
    dead.set_subject(v1::FIGURE_SUBJECT_DEAD);
    add(dead);
    seen = summary();
    ASSERT_EQ(seen.subjects_size(), 2);
    EXPECT_EQ(seen.subjects(0).subject(), v1::FIGURE_SUBJECT_DEAD);
    EXPECT_FALSE(seen.subjects(0).contradictory());
}

TEST_F(Figures, ACorrectionTakesThePlaceOfWhatItCorrects) {
    const auto first = add(injured(21, "市中心医院"));
    world_.advance(minutes(5));
    const auto second = add(injured(8, "市中心医院"));
    world_.advance(minutes(5));
    // Of the older one: it is as of then, and the newest still holds.
    const auto corrected = add(correction(first, 12));
    EXPECT_EQ(corrected.as_of().seconds(), first.as_of().seconds());
    EXPECT_EQ(say(world_.log_lines(incident_.id()).back().reason(), Language::english),
              "injured: 12 instead of 21, 市中心医院 corrects.");
    EXPECT_THAT(lines(summary().subjects(0)), ElementsAre("市中心医院 8"));
    const auto newest = add(correction(second, 9));
    EXPECT_THAT(lines(summary().subjects(0)), ElementsAre("市中心医院 9"));
    // A figure is corrected once; its correction in its turn.
    const auto twice = world_.act(correction(second, 10), seat_);
    EXPECT_EQ(twice.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(twice), "figure.corrected_already");
    EXPECT_EQ(detail_of(twice.status())->reason().args().at("by_id"), newest.id());
    add(correction(newest, 10));
    EXPECT_THAT(lines(summary().subjects(0)), ElementsAre("市中心医院 10"));
}

TEST_F(Figures, ACorrectionIsOfTheSameIncidentSubjectAndSource) {
    const auto figure = add(injured(21, "市中心医院"));
    const auto refused = [&](const v1::AddFigureRequest& request) {
        const auto result = world_.act(request, seat_);
        EXPECT_EQ(code_of(result), "figure.correction_of_other");
        return detail_of(result.status())->reason().args().at("figure_field");
    };
    auto other = correction(figure, 1);
    other.set_subject(v1::FIGURE_SUBJECT_DEAD);
    EXPECT_EQ(refused(other), "subject");
    other = correction(figure, 1);
    other.set_source("现场");
    EXPECT_EQ(refused(other), "source");
    other = correction(figure, 1);
    other.set_incident_id(world_.report().id());
    EXPECT_EQ(refused(other), "incident");
    other = correction(figure, 1);
    other.set_corrects_id(nth_id(999).text());
    EXPECT_EQ(code_of(world_.act(other, seat_)), "figure.unknown");
}

TEST_F(Figures, OfADuplicateCountWithTheMainOneAndAreCorrectedThere) {
    const auto duplicate = world_.report();
    auto request = injured(2, "现场");
    request.set_incident_id(duplicate.id());
    const auto figure = add(request);
    EXPECT_EQ(code_of(world_.act(correction(figure, 3), seat_)), "figure.correction_of_other");
    v1::MergeIncidentRequest merge;
    merge.set_id(duplicate.id());
    merge.set_into_id(incident_.id());
    ASSERT_TRUE(world_.act(merge, seat_).ok());
    EXPECT_THAT(lines(summary().subjects(0)), ElementsAre("现场 2"));
    const auto corrected = add(correction(figure, 3));
    EXPECT_EQ(corrected.incident_id(), duplicate.id());
    EXPECT_THAT(lines(summary().subjects(0)), ElementsAre("现场 3"));
    ASSERT_TRUE(world_.act(with_id<v1::UnmergeIncidentRequest>(duplicate.id()), seat_).ok());
    EXPECT_EQ(summary().subjects_size(), 0);
}

TEST_F(Figures, AClosedIncidentTakesThemToo) {
    ASSERT_TRUE(world_.act(with_id<v1::CloseIncidentRequest>(incident_.id()), seat_).ok());
    EXPECT_TRUE(world_.act(injured(1, "市中心医院"), seat_).ok());
}

}  // namespace
}  // namespace muster
