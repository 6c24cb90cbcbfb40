#include "hub/rpc/status.h"

#include <gmock/gmock.h>

#include "hub/rpc/decode.h"

namespace muster {
namespace {

Status back(const grpc::Status& status) {
    return status_from_wire(
        static_cast<int>(status.error_code()), status.error_message(), status.error_details());
}

TEST(ToGrpc, KeepsCodeSentenceAndDetail) {
    const grpc::Status status = to_grpc(
        refuse(absl::StatusCode::kNotFound, "incident.unknown", {{"id", "F2104"}}, "incident_id"));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(status.error_message(), "There is no incident F2104.");
    const auto detail = detail_of(back(status));
    ASSERT_TRUE(detail);
    EXPECT_EQ(detail->reason().code(), "incident.unknown");
    EXPECT_EQ(detail->field(), "incident_id");
}

TEST(ToGrpc, AStatusWithoutACodeIsAMistakeOfOurs) {
    const grpc::Status status = to_grpc(absl::NotFoundError("somewhere"));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
    EXPECT_EQ(detail_of(back(status))->reason().code(), "hub.internal");
}

TEST(ToGrpc, LongArgumentsFitIntoTheTrailers) {
    std::string id;
    for (int i = 0; i < 30'000; ++i) id += "编";
    const grpc::Status status =
        to_grpc(refuse(absl::StatusCode::kNotFound, "incident.unknown", {{"id", id}}, id));
    EXPECT_LT(status.error_message().size() + status.error_details().size(), 2'000u);
    EXPECT_TRUE(is_utf8(status.error_message()));
    const auto detail = detail_of(back(status));
    ASSERT_TRUE(detail);
    EXPECT_TRUE(is_utf8(detail->reason().args().at("id")));
    EXPECT_THAT(detail->reason().args().at("id"), testing::StartsWith("编编编"));
}

TEST(ToGrpc, ChangedFieldsOfAStaleEditArrive) {
    const grpc::Status status = to_grpc(refuse_stale("expected_version", 3, 5, {"text", "place"}));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
    EXPECT_THAT(detail_of(back(status))->changed_fields(), testing::ElementsAre("text", "place"));
}

}  // namespace
}  // namespace muster
