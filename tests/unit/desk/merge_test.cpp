#include "hub/desk/merge.h"

#include <gmock/gmock.h>

#include "hub/desk/responses.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Duplicates : public testing::Test {
protected:
    Result<v1::MergeIncidentResponse> merge(const v1::Incident& incident,
                                            const v1::Incident& into,
                                            uint32_t expected_version = 0) {
        v1::MergeIncidentRequest request;
        request.set_id(incident.number());
        request.set_into_id(into.number());
        request.set_expected_version(expected_version);
        return world_.act(request, seat_);
    }
    Result<v1::UnmergeIncidentResponse> unmerge(const v1::Incident& incident) {
        return world_.act(with_id<v1::UnmergeIncidentRequest>(incident.id()), seat_);
    }
    std::vector<EntityPtr> listed(v1::EntityKind kind, const v1::Incident& incident) {
        return world_.desk().read([&](const Memory& memory) {
            return owned_with_duplicates(memory, kind, incident.id());
        });
    }
    v1::Incident now(const v1::Incident& incident) { return world_.incident(incident.id()); }

    DeskWorld world_;
    const Actor seat_ = world_.dispatcher();
    const v1::Incident main_ = world_.report();
    const v1::Incident second_ = world_.report();
};

TEST_F(Duplicates, OneStandsForBothAndBothTimelinesSaySo) {
    world_.advance(std::chrono::seconds(5));
    const auto merged = *merge(second_, main_);
    EXPECT_EQ(merged.incident().merged_into_id(), main_.id());
    EXPECT_EQ(from_proto(merged.incident().merged_at()), world_.clock().now());
    EXPECT_EQ(merged.incident().status(), v1::INCIDENT_STATUS_REPORTED);
    // Nothing of the main one changed.
    EXPECT_EQ(merged.into().SerializeAsString(), main_.SerializeAsString());
    EXPECT_THAT(world_.timeline(second_.id()),
                ElementsAre("log.incident_reported", "log.incident_merged"));
    EXPECT_THAT(world_.timeline(main_.id()),
                ElementsAre("log.incident_reported", "log.duplicate_merged"));
    EXPECT_EQ(world_.log_lines(main_.id()).back().about_id(), second_.id());
    EXPECT_EQ(listed(v1::ENTITY_KIND_LOG_LINE, main_).size(), 4u);
    EXPECT_EQ(listed(v1::ENTITY_KIND_LOG_LINE, second_).size(), 2u);
}

TEST_F(Duplicates, TakenBackItStandsForItselfAsItWas) {
    const auto before = now(second_);
    ASSERT_TRUE(merge(second_, main_).ok());
    auto after = unmerge(second_)->incident();
    EXPECT_EQ(after.version(), before.version() + 2);
    after.set_version(before.version());
    EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
    EXPECT_EQ(world_.timeline(second_.id()).back(), "log.incident_unmerged");
    EXPECT_EQ(world_.timeline(main_.id()).back(), "log.duplicate_left");
    EXPECT_EQ(listed(v1::ENTITY_KIND_LOG_LINE, main_).size(), 3u);
    EXPECT_EQ(code_of(unmerge(second_)), "incident.not_merged");
    // And once more, into the same or the other way round.
    EXPECT_TRUE(merge(main_, second_).ok());
}

TEST_F(Duplicates, ChainsCirclesAndItselfAreRefused) {
    const auto third = world_.report();
    const auto itself = merge(main_, main_);
    EXPECT_EQ(itself.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code_of(itself), "incident.merge_itself");
    ASSERT_TRUE(merge(second_, main_).ok());
    const auto circle = merge(main_, second_);
    EXPECT_EQ(circle.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(circle), "incident.merge_into_duplicate");
    EXPECT_EQ(detail_of(circle.status())->reason().args().at("into"), main_.number());
    EXPECT_EQ(code_of(merge(third, second_)), "incident.merge_into_duplicate");
    const auto chain = merge(main_, third);
    EXPECT_EQ(code_of(chain), "incident.has_duplicates");
    EXPECT_EQ(detail_of(chain.status())->reason().args().at("count"), "1");
    const auto twice = merge(second_, third);
    EXPECT_EQ(code_of(twice), "incident.merged_already");
    EXPECT_EQ(detail_of(twice.status())->reason().args().at("into"), main_.number());
    v1::MergeIncidentRequest request;
    request.set_id("F9999");
    request.set_into_id(main_.id());
    EXPECT_EQ(code_of(world_.act(request, seat_)), "incident.unknown");
    EXPECT_EQ(field_of(world_.act(request, seat_)), "id");
    request.set_id(third.id());
    request.set_into_id("");
    EXPECT_EQ(field_of(world_.act(request, seat_)), "into_id");
}

TEST_F(Duplicates, TwoMergingsThatCrossAreDecidedOneAfterTheOther) {
    v1::MergeIncidentRequest one;
    one.set_request_id(world_.fresh_id());
    one.set_id(main_.id());
    one.set_into_id(second_.id());
    v1::MergeIncidentRequest other;
    other.set_request_id(world_.fresh_id());
    other.set_id(second_.id());
    other.set_into_id(main_.id());
    std::vector<std::string> codes;
    for (const auto& request : {one, other}) {
        world_.desk().submit(DeskWorld::act_of(request, seat_),
                             [&](Result<std::string> reply) { codes.push_back(code_of(reply)); });
    }
    world_.run();
    EXPECT_THAT(codes, ElementsAre("", "incident.merge_into_duplicate"));
}

TEST_F(Duplicates, TheSecondWhoMergesSeesThatItWasDone) {
    const auto third = world_.report();
    ASSERT_TRUE(merge(second_, main_, 1).ok());
    const auto stale = merge(second_, third, 1);
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_THAT(detail_of(stale.status())->changed_fields(),
                ElementsAre("merged_into_id", "merged_at"));
    EXPECT_EQ(detail_of(stale.status())->reason().args().at("by"), seat_.post);
}

TEST_F(Duplicates, WhatIsDecidedIsDecidedForTheMainOne) {
    ASSERT_TRUE(merge(second_, main_).ok());
    const auto refused = [&](const auto& request) {
        const auto result = world_.act(request, seat_);
        EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition);
        const v1::Reason reason = detail_of(result.status())->reason();
        EXPECT_EQ(reason.args().at("into"), main_.number());
        EXPECT_EQ(reason.args().at("into_id"), main_.id());
        return reason.code();
    };
    const std::string pointer = "incident.is_duplicate";
    EXPECT_EQ(refused(with_id<v1::VerifyIncidentRequest>(second_.id())), pointer);
    EXPECT_EQ(refused(with_id<v1::ContainIncidentRequest>(second_.id())), pointer);
    EXPECT_EQ(refused(with_id<v1::CloseIncidentRequest>(second_.id())), pointer);
    v1::GradeIncidentRequest grade;
    grade.set_id(second_.id());
    grade.set_grade(v1::INCIDENT_GRADE_MAJOR);
    grade.set_graded_by("区应急管理局");
    EXPECT_EQ(refused(grade), pointer);
    v1::UpdateIncidentRequest update;
    update.set_id(second_.id());
    update.set_grade(v1::INCIDENT_GRADE_MAJOR);
    EXPECT_EQ(refused(update), pointer);
    v1::StartResponseRequest response;
    response.set_title("防汛");
    response.set_level(v1::RESPONSE_LEVEL_IV);
    response.set_authority("市防指");
    response.set_document_number("1号");
    response.set_incident_id(second_.id());
    EXPECT_EQ(refused(response), pointer);
    v1::OpenRoomRequest room;
    room.set_title("火场");
    room.set_incident_id(second_.id());
    EXPECT_EQ(refused(room), pointer);
    const auto team = world_.add_team("一中队");
    v1::IssueOrderRequest order;
    order.set_incident_id(second_.number());
    order.set_team_id(team.id());
    EXPECT_EQ(refused(order), pointer);
    // What is recorded is taken: the second caller rings again.
    update.clear_grade();
    update.set_text("三楼有人呼救");
    EXPECT_TRUE(world_.act(update, seat_).ok());
    v1::AddLogLineRequest line;
    line.set_incident_id(second_.id());
    line.set_text("报警人再次来电");
    EXPECT_TRUE(world_.act(line, seat_).ok());
}

TEST_F(Duplicates, ItsOpenOrdersGoOnAndMakeTheMainOneActive) {
    const auto team = world_.add_team("一中队");
    const auto order = world_.issue(second_, team);
    ASSERT_TRUE(merge(second_, main_).ok());
    EXPECT_EQ(now(main_).status(), v1::INCIDENT_STATUS_REPORTED);
    ASSERT_TRUE(world_.act(with_id<v1::AcceptOrderRequest>(order.id()), world_.field(team)).ok());
    EXPECT_EQ(now(second_).status(), v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_EQ(now(main_).status(), v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_EQ(listed(v1::ENTITY_KIND_ORDER, main_).size(), 1u);
    // The order stays the duplicate's.
    EXPECT_EQ(world_.order(order.id()).incident_id(), second_.id());
    ASSERT_TRUE(unmerge(second_).ok());
    EXPECT_EQ(now(second_).status(), v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_THAT(listed(v1::ENTITY_KIND_ORDER, main_), IsEmpty());
}

TEST_F(Duplicates, WhereATeamIsOnTheWayAlreadyTheMainOneIsActiveAtOnce) {
    const auto team = world_.add_team("一中队");
    const auto order = world_.issue(second_, team);
    ASSERT_TRUE(world_.act(with_id<v1::AcceptOrderRequest>(order.id()), world_.field(team)).ok());
    const auto merged = *merge(second_, main_);
    EXPECT_EQ(merged.into().status(), v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_EQ(merged.into().version(), 2u);
    EXPECT_EQ(world_.timeline(main_.id()).back(), "log.incident_active");
}

TEST_F(Duplicates, AreClosedWithTheMainOneAndNotBefore) {
    const auto team = world_.add_team("一中队");
    const auto order = world_.issue(second_, team);
    ASSERT_TRUE(merge(second_, main_).ok());
    const auto close = with_id<v1::CloseIncidentRequest>(main_.id());
    const auto refused = world_.act(close, seat_);
    EXPECT_EQ(code_of(refused), "incident.open_orders");
    EXPECT_EQ(detail_of(refused.status())->reason().args().at("count"), "1");
    ASSERT_TRUE(world_.act(with_id<v1::CompleteOrderRequest>(order.id()), world_.field(team)).ok());
    ASSERT_TRUE(world_.act(close, seat_).ok());
    EXPECT_EQ(now(second_).status(), v1::INCIDENT_STATUS_CLOSED);
    EXPECT_EQ(now(second_).closed_at().seconds(), now(main_).closed_at().seconds());
    EXPECT_EQ(world_.timeline(second_.id()).back(), "log.incident_closed_with");
    const auto late = unmerge(second_);
    EXPECT_EQ(late.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(late), "incident.unmerge_closed");
    // Nor is a closed one merged, or merged into.
    const auto third = world_.report();
    EXPECT_EQ(code_of(merge(third, main_)), "incident.merge_closed");
    EXPECT_EQ(field_of(merge(third, main_)), "into_id");
    EXPECT_EQ(field_of(merge(main_, third)), "id");
}

TEST_F(Duplicates, AResponseToADuplicateKeepsTheMainOneOpen) {
    v1::StartResponseRequest start;
    start.set_title("危化品");
    start.set_level(v1::RESPONSE_LEVEL_III);
    start.set_authority("市应急局");
    start.set_document_number("3号");
    start.set_incident_id(second_.id());
    const auto response = world_.act(start, seat_)->response();
    ASSERT_TRUE(merge(second_, main_).ok());
    const auto close = with_id<v1::CloseIncidentRequest>(main_.id());
    EXPECT_EQ(code_of(world_.act(close, seat_)), "incident.response_in_force");
    v1::EndResponseRequest end;
    end.set_id(response.id());
    end.set_authority("市应急局");
    end.set_document_number("4号");
    ASSERT_TRUE(world_.act(end, seat_).ok());
    EXPECT_TRUE(world_.act(close, seat_).ok());
}

TEST_F(Duplicates, FiveHundredAreClosedAndFoundAgainAfterARestartAndNoMoreAreTaken) {
    std::vector<std::string> ids;
    for (size_t i = 0; i < kDuplicates; ++i) {
        const auto duplicate = world_.report();
        ASSERT_TRUE(merge(duplicate, main_).ok());
        ids.push_back(duplicate.id());
    }
    const auto one_more = world_.report();
    EXPECT_EQ(code_of(merge(one_more, main_)), "incident.too_many_duplicates");
    EXPECT_EQ(field_of(merge(one_more, main_)), "into_id");
    EXPECT_EQ(now(one_more).merged_into_id(), "");
    world_.restart();
    EXPECT_EQ(world_.desk()
                  .read([&](const Memory& memory) {
                      return memory.owned_by(v1::ENTITY_KIND_INCIDENT, main_.id());
                  })
                  .size(),
              ids.size());
    // Who leaves makes room.
    ASSERT_TRUE(unmerge(world_.incident(ids.back())).ok());
    ASSERT_TRUE(merge(one_more, main_).ok());
    ids.back() = one_more.id();
    ASSERT_TRUE(world_.act(with_id<v1::CloseIncidentRequest>(main_.id()), seat_).ok());
    for (const auto& id : ids) {
        ASSERT_EQ(world_.incident(id).status(), v1::INCIDENT_STATUS_CLOSED);
        ASSERT_EQ(world_.incident(id).merged_into_id(), main_.id());
    }
}

}  // namespace
}  // namespace muster
