#include "clients/cpp/client.h"

#include <future>

#include <gtest/gtest.h>

#include "tests/unit/client/fake_hub.h"

namespace muster {
namespace {

using std::chrono::milliseconds;

ClientOptions options_for(const FakeHub& hub) {
    ClientOptions options;
    options.address = hub.address();
    options.token = "secret";
    options.patience = milliseconds(20'000);
    return options;
}

v1::VerifyIncidentRequest verify(const std::string& id) {
    v1::VerifyIncidentRequest request;
    request.set_id(id);
    return request;
}

Status journal_away() {
    return refuse(absl::StatusCode::kUnavailable, "journal.unavailable", {{"what", "disk full"}});
}

TEST(Client, GivesTheRequestAnIdAndSendsTheToken) {
    FakeHub hub;
    Client client(options_for(hub));
    const auto response = client.call(verify("F2101"));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->incident().number(), "F2101");
    v1::VerifyIncidentRequest seen;
    ASSERT_TRUE(seen.ParseFromString(hub.requests().at(0)));
    EXPECT_TRUE(Uuid::parse(seen.request_id()).has_value());
    EXPECT_EQ(hub.tokens().at(0), "Bearer secret");
}

TEST(Client, TriesAgainWithTheSameRequestWhileTheHubIsUnavailable) {
    FakeHub hub;
    hub.fail_next({journal_away(), journal_away()});
    Client client(options_for(hub));
    ASSERT_TRUE(client.call(verify("F2101")).ok());
    const auto requests = hub.requests();
    ASSERT_EQ(requests.size(), 3u);
    EXPECT_EQ(requests[0], requests[1]);
    EXPECT_EQ(requests[0], requests[2]);
}

TEST(Client, ARefusalComesAtOnceWithItsCode) {
    FakeHub hub;
    hub.fail_next({refuse(absl::StatusCode::kNotFound, "incident.unknown", {{"id", "F9"}}, "id")});
    Client client(options_for(hub));
    const auto response = client.call(verify("F9"));
    EXPECT_TRUE(absl::IsNotFound(response.status()));
    const auto detail = detail_of(response.status());
    ASSERT_TRUE(detail.has_value());
    EXPECT_EQ(detail->reason().code(), "incident.unknown");
    EXPECT_EQ(detail->field(), "id");
    EXPECT_EQ(hub.requests().size(), 1u);
    EXPECT_FALSE(is_unreachable(response.status()));
}

TEST(Client, SurvivesARestartOfTheHub) {
    FakeHub hub;
    Client client(options_for(hub));
    ASSERT_TRUE(client.call(verify("F2101")).ok());
    hub.stop();
    auto later = std::async(std::launch::async, [&client] { return client.call(verify("F2101")); });
    hub.start_again();
    EXPECT_TRUE(later.get().ok());
}

TEST(Client, NoHubIsUnreachable) {
    FakeHub hub;
    ClientOptions options = options_for(hub);
    options.patience = milliseconds(0);
    hub.stop();
    Client client(options);
    const auto response = client.call(verify("F2101"));
    EXPECT_TRUE(is_unreachable(response.status())) << response.status();
    EXPECT_FALSE(is_unreachable(journal_away()));
}

TEST(Client, StartMakesOneTryAndAnswers) {
    FakeHub hub;
    hub.fail_next({journal_away()});
    Client client(options_for(hub));
    std::promise<Status> answer;
    client.start(verify("F2101"), [&answer](Result<v1::VerifyIncidentResponse> result) {
        answer.set_value(result.status());
    });
    EXPECT_TRUE(absl::IsUnavailable(answer.get_future().get()));
    EXPECT_EQ(hub.requests().size(), 1u);
}

TEST(Backoff, DoublesUpToItsLimitAndIsNeverLessThanHalf) {
    for (int failures = 1; failures < 100; ++failures) {
        const auto pause = jittered_backoff(failures, milliseconds(100), milliseconds(1'000));
        EXPECT_LE(pause, milliseconds(1'000));
        EXPECT_GE(pause, milliseconds(50));
        if (failures > 4) {
            EXPECT_GE(pause, milliseconds(500));
        }
    }
}

}  // namespace
}  // namespace muster
