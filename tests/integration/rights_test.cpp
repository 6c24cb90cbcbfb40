// A running hub is held against tests/support/rights.txt, every role at every method; and what a
// partner is shown is held against its agency.
#include <gmock/gmock.h>

#include "hub/base/error.h"
#include "muster/v1/picture.pb.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/raw_call.h"
#include "tests/support/rights.h"

namespace muster {
namespace {

constexpr char kPassword[] = "a-long-password";

class HubRights : public testing::Test {
protected:
    static void SetUpTestSuite() {
        hub_ = std::make_unique<HubProcess>();
        ASSERT_TRUE(hub_->start());
        admin_ = hub_->log_in();
        v1::AddTeamRequest team;
        team.set_name("crew");
        team.add_capabilities(v1::CAPABILITY_RESCUE);
        team.mutable_home()->set_lat_deg(31.2);
        team.mutable_home()->set_lon_deg(121.5);
        ASSERT_TRUE(admin_->call(team).ok());
        city_ = add_agency("city", "");
        district_ = add_agency("district", city_);
        power_ = add_agency("power", "");
        for (const auto role : all_roles()) add_person(name_of(role), role, district_);
    }
    static void TearDownTestSuite() {
        admin_.reset();
        EXPECT_EQ(hub_->stop(), 0);
        hub_.reset();
    }

    static std::string name_of(v1::Role role) { return "user-" + std::to_string(role); }
    static std::string add_agency(const std::string& name, const std::string& above) {
        v1::AddAgencyRequest request;
        request.set_name(name);
        request.set_parent_id(above);
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? response->agency().id() : "";
    }
    static void add_person(const std::string& name, v1::Role role, const std::string& agency) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(role);
        request.set_password(kPassword);
        if (role == v1::ROLE_FIELD) request.set_team_id("crew");
        if (role == v1::ROLE_PARTNER) request.set_agency_id(agency);
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
    }
    static std::string token_of(const std::string& name) {
        v1::LoginRequest request;
        request.set_name(name);
        request.set_password(kPassword);
        const auto response = hub_->connect()->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? response->token() : "";
    }
    static v1::Incident report() {
        v1::ReportIncidentRequest request;
        request.set_type(v1::INCIDENT_TYPE_FLOOD);
        request.mutable_at()->set_lat_deg(31.2);
        request.mutable_at()->set_lon_deg(121.5);
        return admin_->call(request).value().incident();
    }
    static v1::Order order_to(const std::string& agency, const v1::Incident& incident) {
        v1::IssueAgencyOrdersRequest request;
        request.set_incident_id(incident.id());
        request.add_agency_ids(agency);
        request.set_text("pump it out");
        const auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        if (!response.ok()) return {};
        return response->orders_size() > 0 ? response->orders(0) : v1::Order();
    }

    static inline std::unique_ptr<HubProcess> hub_;
    static inline std::unique_ptr<Client> admin_;
    static inline std::string city_;
    static inline std::string district_;
    static inline std::string power_;
};

TEST_F(HubRights, EveryRoleMayCallWhatIsExpectedAndNothingElse) {
    const Rights rights = read_rights(MUSTER_SOURCE_DIR);
    const auto channel = raw_channel(hub_->address());
    for (const auto role : all_roles()) {
        // One that ends the log-in is called with one of its own.
        const std::string token = token_of(name_of(role));
        for (const auto& [method, right] : rights.methods) {
            if (right.note == "open") continue;
            const bool ends = method.ends_with("/Logout");
            const RawAnswer answer =
                raw_call(channel, method, ends ? token_of(name_of(role)) : token, "");
            const std::string what =
                method + " as " + name_of(role) + ": " + answer.status.ToString();
            if (right.note == "node") {
                EXPECT_EQ(reason_code(answer.status), "access.node_token_wrong") << what;
            } else if (right.has(role)) {
                EXPECT_NE(answer.status.code(), absl::StatusCode::kPermissionDenied) << what;
                EXPECT_NE(answer.status.code(), absl::StatusCode::kUnauthenticated) << what;
                EXPECT_NE(answer.status.code(), absl::StatusCode::kUnimplemented) << what;
            } else {
                EXPECT_EQ(answer.status.code(), absl::StatusCode::kPermissionDenied) << what;
                EXPECT_EQ(reason_code(answer.status), "access.denied") << what;
            }
        }
    }
}

TEST_F(HubRights, WithoutALogInNothingIsOpenButLoggingIn) {
    const auto channel = raw_channel(hub_->address());
    for (const auto& [method, right] : read_rights(MUSTER_SOURCE_DIR).methods) {
        const Status status = raw_call(channel, method, "", "").status;
        const bool asked = status.code() == absl::StatusCode::kUnauthenticated;
        EXPECT_EQ(asked, right.note != "open") << method << ": " << status.ToString();
    }
}

TEST_F(HubRights, EveryKindOfThePictureIsForWhomItShouldBe) {
    const auto channel = raw_channel(hub_->address());
    for (const auto role : all_roles()) {
        const std::string token = token_of(name_of(role));
        for (const auto& [kind, right] : read_rights(MUSTER_SOURCE_DIR).kinds) {
            const auto* field = v1::Entity::descriptor()->FindFieldByName(kind);
            if (field == nullptr) field = v1::Live::descriptor()->FindFieldByName(kind);
            ASSERT_NE(field, nullptr) << kind;
            v1::SubscribeRequest request;
            request.add_kinds(static_cast<v1::EntityKind>(field->number()));
            const RawAnswer answer = raw_call(
                channel, "muster.v1.PictureService/Subscribe", token, request.SerializeAsString());
            if (right.has(role)) {
                EXPECT_NE(reason_code(answer.status), "picture.kind_denied") << kind << " " << role;
                EXPECT_FALSE(answer.body.empty()) << kind << " " << role;
            } else {
                EXPECT_EQ(reason_code(answer.status), "picture.kind_denied") << kind << " " << role;
            }
        }
    }
}

TEST_F(HubRights, APartnerIsShownWhatConcernsItsAgencyAndLearnsOfNothingElse) {
    const auto theirs = report();
    const auto others = report();
    const auto order = order_to(district_, theirs);
    const auto foreign = order_to(power_, others);
    ASSERT_FALSE(order.id().empty());
    add_person("partner-of-city", v1::ROLE_PARTNER, city_);
    for (const std::string& name : {name_of(v1::ROLE_PARTNER), std::string("partner-of-city")}) {
        const auto partner = hub_->log_in(name, kPassword);
        v1::GetIncidentRequest get;
        get.set_id(theirs.id());
        EXPECT_TRUE(partner->call(get).ok());
        get.set_id(theirs.number());
        EXPECT_TRUE(partner->call(get).ok());
        const auto listed = partner->call(v1::ListIncidentsRequest());
        ASSERT_TRUE(listed.ok()) << listed.status().ToString();
        ASSERT_EQ(listed->incidents_size(), 1);
        EXPECT_EQ(listed->incidents(0).id(), theirs.id());
        EXPECT_EQ(listed->next_page_token(), "");
        const auto orders = partner->call(v1::ListOrdersRequest());
        ASSERT_TRUE(orders.ok()) << orders.status().ToString();
        ASSERT_EQ(orders->orders_size(), 1);
        EXPECT_EQ(orders->orders(0).id(), order.id());
        const auto teams = partner->call(v1::ListTeamsRequest());
        ASSERT_TRUE(teams.ok()) << teams.status().ToString();
        EXPECT_EQ(teams->teams_size(), 0);
        EXPECT_GE(partner->call(v1::ListAgenciesRequest())->agencies_size(), 3);
        // What is there and what is not read the same.
        const auto refusal = [&](auto request, const std::string& id) {
            request.set_id(id);
            const Status status = partner->call(request).status();
            return std::pair(status.code(), reason_code(status));
        };
        const std::string none = Uuid::make().text();
        EXPECT_EQ(refusal(v1::GetIncidentRequest(), others.id()),
                  refusal(v1::GetIncidentRequest(), none));
        EXPECT_EQ(refusal(v1::GetIncidentRequest(), others.number()),
                  refusal(v1::GetIncidentRequest(), none));
        EXPECT_EQ(refusal(v1::GetOrderRequest(), foreign.id()),
                  refusal(v1::GetOrderRequest(), none));
        EXPECT_EQ(refusal(v1::TallyOrderRequest(), foreign.id()),
                  refusal(v1::TallyOrderRequest(), none));
        EXPECT_EQ(refusal(v1::GetTeamRequest(), "crew"), refusal(v1::GetTeamRequest(), "nobody"));
        for (const std::string& id : {foreign.id(), none}) {
            EXPECT_EQ(refusal(v1::SignOrderRequest(), id).first, absl::StatusCode::kNotFound);
            EXPECT_EQ(refusal(v1::DeliverOrderRequest(), id).first, absl::StatusCode::kNotFound);
            EXPECT_EQ(refusal(v1::FinishOrderRequest(), id).first, absl::StatusCode::kNotFound);
        }
    }
}

}  // namespace
}  // namespace muster
