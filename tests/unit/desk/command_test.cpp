#include "hub/desk/command.h"

#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "hub/desk/merge.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

class Command : public testing::Test {
protected:
    Command() {
        v1::ReportIncidentRequest report;
        report.set_type(v1::INCIDENT_TYPE_FIRE);
        *report.mutable_at() = point(38.9, 121.6);
        incident_ = world_.act(report, night_)->incident();
    }

    Actor add(const std::string& name, const std::string& post, v1::Role role) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_post(post);
        request.set_role(role);
        request.set_password("long enough for a test");
        const auto person = world_.act(request, world_.admin(), std::string("sealed"))->person();
        return {person.id(), person.name(), person.post(), role, ""};
    }
    auto offer(const std::string& to, const Actor& by) {
        v1::OfferCommandRequest request;
        request.set_id(incident_.id());
        request.set_person_id(to);
        return world_.act(request, by);
    }
    auto take(const Actor& by, const std::string& reason = "") {
        v1::TakeCommandRequest request;
        request.set_id(incident_.id());
        request.set_reason(reason);
        return world_.act(request, by);
    }
    auto decline(const Actor& by, const std::string& reason = "") {
        v1::DeclineCommandRequest request;
        request.set_id(incident_.id());
        request.set_reason(reason);
        return world_.act(request, by);
    }
    auto disable(const Actor& whom, const Actor& by) {
        v1::UpdatePersonRequest request;
        request.set_id(whom.person_id);
        request.set_disabled(true);
        return world_.act(request, by);
    }
    v1::Incident now() { return world_.incident(incident_.id()); }
    std::string last_line() {
        return say(world_.log_lines(incident_.id()).back().reason(), Language::english);
    }

    DeskWorld world_;
    const Actor chief_ = add("chief", "值班长", v1::ROLE_ADMIN);
    const Actor head_ = add("head", "指挥长", v1::ROLE_COMMANDER);
    const Actor night_ = add("seat-night", "夜班席", v1::ROLE_DISPATCHER);
    const Actor day_ = add("seat-day", "白班席", v1::ROLE_DISPATCHER);
    const Actor watch_ = add("watch", "监控席", v1::ROLE_MONITOR);
    v1::Incident incident_;
};

TEST_F(Command, WhoReportsIsInCommand) {
    EXPECT_EQ(incident_.commander_id(), night_.person_id);
    EXPECT_EQ(from_proto(incident_.commander_since()), world_.clock().now());
}

TEST_F(Command, PassesWhenItIsTakenAndNotBefore) {
    ASSERT_TRUE(offer("seat-day", night_).ok());
    EXPECT_EQ(now().command_offered_to_id(), day_.person_id);
    EXPECT_EQ(now().commander_id(), night_.person_id);
    EXPECT_EQ(last_line(), "夜班席 offered command of F2101 to 白班席.");
    world_.advance(std::chrono::minutes(3));
    const auto taken = take(day_)->incident();
    EXPECT_EQ(taken.commander_id(), day_.person_id);
    EXPECT_EQ(taken.command_offered_to_id(), "");
    EXPECT_EQ(from_proto(taken.commander_since()), world_.clock().now());
    EXPECT_EQ(last_line(), "白班席 took command of F2101 from 夜班席.");
    EXPECT_EQ(code_of(take(day_)), "command.already");
}

TEST_F(Command, IsDeclinedWithdrawnAndOfferedToAnother) {
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    EXPECT_EQ(code_of(decline(head_)), "command.not_offered");
    ASSERT_TRUE(decline(day_, "在另一现场").ok());
    EXPECT_EQ(last_line(), "白班席 declined command of F2101: 在另一现场");
    EXPECT_EQ(now().command_offered_to_id(), "");
    const auto nothing = offer("", night_);
    EXPECT_EQ(code_of(nothing), "command.nothing_offered");
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    ASSERT_TRUE(offer(head_.person_id, night_).ok());
    EXPECT_EQ(now().command_offered_to_id(), head_.person_id);
    EXPECT_EQ(code_of(take(day_)), "command.not_offered");
    ASSERT_TRUE(offer("", night_).ok());
    EXPECT_EQ(last_line(), "夜班席 withdrew the offer of command of F2101 to 指挥长.");
    EXPECT_EQ(now().commander_id(), night_.person_id);
    // The same offer twice is one.
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    const auto version = now().version();
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    EXPECT_EQ(now().version(), version);
}

TEST_F(Command, IsOfferedByWhoHasItOrAnAdmin) {
    const auto denied = offer(day_.person_id, head_);
    EXPECT_EQ(denied.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(code_of(denied), "command.not_commander");
    EXPECT_EQ(detail_of(denied.status())->reason().args().at("commander"), "夜班席");
    EXPECT_TRUE(offer(day_.person_id, chief_).ok());
}

TEST_F(Command, IsOfferedToWhoCanHoldIt) {
    EXPECT_EQ(code_of(offer("watch", night_)), "command.cannot_hold");
    EXPECT_EQ(code_of(offer("nobody", night_)), "person.unknown");
    EXPECT_EQ(code_of(offer(night_.person_id, night_)), "command.already");
    ASSERT_TRUE(disable(day_, chief_).ok());
    EXPECT_EQ(code_of(offer(day_.person_id, night_)), "person.disabled");
}

TEST_F(Command, IsTakenUnaskedByWhoMayAndSaysWhy) {
    const auto denied = take(day_, "我来");
    EXPECT_EQ(denied.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(code_of(denied), "command.not_offered");
    const auto mute = take(head_);
    EXPECT_EQ(mute.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code_of(mute), "command.reason_missing");
    EXPECT_EQ(field_of(take(head_, std::string(501, 'x'))), "reason");
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    const auto taken = take(head_, "火势扩大")->incident();
    EXPECT_EQ(taken.commander_id(), head_.person_id);
    EXPECT_EQ(taken.command_offered_to_id(), "");
    EXPECT_EQ(last_line(), "指挥长 took command of F2101 from 夜班席: 火势扩大");
}

TEST_F(Command, FallsToTheAdminWhoDisablesItsHolder) {
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    ASSERT_TRUE(disable(night_, chief_).ok());
    EXPECT_EQ(now().commander_id(), chief_.person_id);
    // Who was asked may still take it.
    EXPECT_EQ(now().command_offered_to_id(), day_.person_id);
    EXPECT_EQ(last_line(), "夜班席 can no longer command F2101; 值班长 is in command now.");
    EXPECT_TRUE(take(day_).ok());
}

TEST_F(Command, AnOfferToWhoIsDisabledIsVoid) {
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    ASSERT_TRUE(disable(day_, chief_).ok());
    EXPECT_EQ(now().command_offered_to_id(), "");
    EXPECT_EQ(now().commander_id(), night_.person_id);
    EXPECT_EQ(last_line(), "白班席 can no longer take command of F2101; the offer is void.");
}

TEST_F(Command, ARoleWithoutCommandIsLikeBeingDisabled) {
    v1::UpdatePersonRequest request;
    request.set_id(night_.person_id);
    request.set_role(v1::ROLE_MONITOR);
    ASSERT_TRUE(world_.act(request, chief_).ok());
    EXPECT_EQ(now().commander_id(), chief_.person_id);
    // Another post changes nothing.
    v1::UpdatePersonRequest post;
    post.set_id(chief_.person_id);
    post.set_post("总值班长");
    ASSERT_TRUE(world_.act(post, chief_).ok());
    EXPECT_EQ(now().commander_id(), chief_.person_id);
}

TEST_F(Command, AnAdminWhoDisablesHimselfLeavesItToAnotherAdmin) {
    const Actor deputy = add("deputy", "副值班长", v1::ROLE_ADMIN);
    ASSERT_TRUE(take(chief_, "夜班席失联").ok());
    ASSERT_TRUE(disable(chief_, chief_).ok());
    EXPECT_EQ(now().commander_id(), deputy.person_id);
}

// Requests that were admitted before the person was locked out, and decided after.
TEST_F(Command, WhoIsDisabledOnTheWayTakesNothingAndBeginsNothing) {
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    v1::UpdatePersonRequest lock;
    lock.set_request_id(world_.fresh_id());
    lock.set_id(day_.person_id);
    lock.set_disabled(true);
    v1::TakeCommandRequest take;
    take.set_request_id(world_.fresh_id());
    take.set_id(incident_.id());
    v1::ReportIncidentRequest report;
    report.set_request_id(world_.fresh_id());
    report.set_type(v1::INCIDENT_TYPE_FIRE);
    *report.mutable_at() = point(38.9, 121.6);
    std::vector<Result<std::string>> replies;
    const auto keep = [&](Result<std::string> reply) { replies.push_back(std::move(reply)); };
    world_.desk().submit(DeskWorld::act_of(lock, chief_), keep);
    world_.desk().submit(DeskWorld::act_of(take, day_), keep);
    world_.desk().submit(DeskWorld::act_of(report, day_), keep);
    world_.run();
    ASSERT_EQ(replies.size(), 3u);
    EXPECT_TRUE(replies[0].ok());
    EXPECT_EQ(code_of(replies[1]), "person.disabled");
    EXPECT_EQ(now().commander_id(), night_.person_id);
    // What was reported is not lost, and somebody who can is in command of it.
    v1::ReportIncidentResponse reported;
    ASSERT_TRUE(reported.ParseFromString(replies[2].value()));
    EXPECT_EQ(reported.incident().reported_by_id(), day_.person_id);
    EXPECT_EQ(reported.incident().commander_id(), chief_.person_id);
}

TEST_F(Command, OfClosedIncidentsStaysAsItWas) {
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    ASSERT_TRUE(world_.act(with_id<v1::CloseIncidentRequest>(incident_.id()), night_).ok());
    EXPECT_EQ(now().command_offered_to_id(), "");
    EXPECT_EQ(code_of(offer(day_.person_id, night_)), "incident.closed");
    EXPECT_EQ(code_of(take(head_, "x")), "incident.closed");
    EXPECT_EQ(code_of(decline(day_)), "incident.closed");
    const auto version = now().version();
    ASSERT_TRUE(disable(night_, chief_).ok());
    EXPECT_EQ(now().version(), version);
    EXPECT_EQ(now().commander_id(), night_.person_id);
}

TEST_F(Command, OfADuplicateIsTheMainOnesAndComesBackWithIt) {
    const auto main = world_.report();
    ASSERT_TRUE(offer(day_.person_id, night_).ok());
    v1::MergeIncidentRequest merge;
    merge.set_id(incident_.id());
    merge.set_into_id(main.id());
    ASSERT_TRUE(world_.act(merge, night_).ok());
    EXPECT_EQ(now().command_offered_to_id(), "");
    EXPECT_EQ(code_of(take(head_, "x")), "incident.is_duplicate");
    EXPECT_EQ(code_of(offer(day_.person_id, night_)), "incident.is_duplicate");
    // Its commander leaves meanwhile: when it stands for itself again somebody is in command.
    ASSERT_TRUE(disable(night_, chief_).ok());
    ASSERT_TRUE(world_.act(with_id<v1::UnmergeIncidentRequest>(incident_.id()), day_).ok());
    EXPECT_EQ(now().commander_id(), chief_.person_id);
}

// A journal from before there were commanders: who reported it is in command.
TEST(CommandOfOldIncidents, IsWithWhoReportedThem) {
    v1::Incident incident;
    incident.set_reported_by_id("a");
    EXPECT_EQ(commander_of(incident), "a");
    incident.set_commander_id("b");
    EXPECT_EQ(commander_of(incident), "b");
}

}  // namespace
}  // namespace muster
