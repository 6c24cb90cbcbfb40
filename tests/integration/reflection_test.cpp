// What tools expect of a gRPC server: it says what it serves and that it is well.
#include <gmock/gmock.h>

#include "tests/integration/hub_process.h"
#include "tests/integration/raw_call.h"

namespace muster {
namespace {

TEST(Reflection, ListsTheServices) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto channel = raw_channel(hub.address());
    // ServerReflectionRequest { list_services = "" (field 7) }
    const RawAnswer answer =
        raw_call(channel,
                 "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                 "",
                 std::string("\x3a\x00", 2));
    for (const char* name : {"muster.v1.IncidentService",
                             "muster.v1.TeamService",
                             "muster.v1.OrderService",
                             "muster.v1.CameraService",
                             "muster.v1.AccessService",
                             "muster.v1.AuditService",
                             "muster.v1.PictureService",
                             "muster.v1.MediaService",
                             "muster.v1.RoomService",
                             "muster.media.v1.NodeService",
                             "grpc.health.v1.Health"}) {
        EXPECT_THAT(answer.body, testing::HasSubstr(name));
    }
    // HealthCheckResponse { status = SERVING }
    const RawAnswer health = raw_call(channel, "grpc.health.v1.Health/Check", "", "");
    EXPECT_TRUE(health.status.ok()) << health.status.ToString();
    EXPECT_EQ(health.body, std::string("\x08\x01", 2));
    EXPECT_EQ(hub.stop(), 0);
}

TEST(Reflection, DescribesAMethod) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    // ServerReflectionRequest { file_containing_symbol = "muster.v1.OrderService" (field 4) }
    const std::string symbol = "muster.v1.OrderService";
    const RawAnswer answer =
        raw_call(raw_channel(hub.address()),
                 "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                 "",
                 "\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol);
    EXPECT_THAT(answer.body, testing::HasSubstr("AcknowledgeOrder"));
    EXPECT_EQ(hub.stop(), 0);
}

}  // namespace
}  // namespace muster
