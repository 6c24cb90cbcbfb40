#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "hub/journal/backup.h"
#include "hub/journal/verify.h"
#include "muster/v1/hub_service.grpc.pb.h"
#include "muster/v1/picture.grpc.pb.h"
#include "tests/integration/hub_process.h"

namespace muster {
namespace {

v1::ReportIncidentRequest fire(const std::string& text) {
    v1::ReportIncidentRequest request;
    request.set_type(v1::INCIDENT_TYPE_FIRE);
    request.mutable_at()->set_lat_deg(38.9);
    request.mutable_at()->set_lon_deg(121.6);
    request.set_text(text);
    return request;
}

grpc::Status fetch(Client& client, const std::filesystem::path& file) {
    grpc::ClientContext context;
    client.authorize(context);
    const auto stub = v1::HubService::NewStub(client.channel());
    const auto reader = stub->Backup(&context, v1::BackupRequest());
    std::ofstream out(file, std::ios::binary);
    v1::BackupChunk chunk;
    while (reader->Read(&chunk)) out << chunk.data();
    return reader->Finish();
}

// A hub is saved while people work with it, and its likeness starts elsewhere with everything that
// was answered before.
TEST(BackupOfAHub, UnderLoadStartsElsewhereWithEverything) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto client = hub.log_in();
    std::vector<std::string> before;
    for (int n = 0; n < 50; ++n) {
        before.push_back(client->call(fire("before")).value().incident().id());
    }
    std::atomic<bool> stop = false;
    std::thread load([&] {
        const auto other = hub.log_in();
        while (!stop) EXPECT_TRUE(other->call(fire("meanwhile")).ok());
    });
    const TempFolder folder;
    const auto file = folder.path() / "backup.tar";
    const grpc::Status status = fetch(*client, file);
    stop = true;
    load.join();
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(hub.stop(), 0);

    const auto restored = restore_backup(file, folder.path() / "data");
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_GE(restored->changes, 50u);
    HubProcess likeness(folder.path() / "data");
    ASSERT_TRUE(likeness.start());
    // The same password, since the key is there too.
    const auto there = likeness.log_in();
    for (const auto& id : before) {
        v1::GetIncidentRequest get;
        get.set_id(id);
        EXPECT_TRUE(there->call(get).ok()) << id;
    }
    EXPECT_TRUE(there->call(v1::VerifyJournalRequest()).value().intact());
    EXPECT_EQ(likeness.stop(), 0);
}

TEST(BackupOfAHub, IsForAdminsAlone) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto nobody = hub.connect();
    const TempFolder folder;
    EXPECT_EQ(fetch(*nobody, folder.path() / "none").error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
}

TEST(PictureOfThePast, ShowsWhatWasThereAndRefusesTheFuture) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto client = hub.log_in();
    const auto incident = client->call(fire("past")).value().incident();
    const auto at = [&](const google::protobuf::Timestamp& time, int& incidents) {
        grpc::ClientContext context;
        client->authorize(context);
        v1::AtRequest request;
        *request.mutable_time() = time;
        request.mutable_view()->add_kinds(v1::ENTITY_KIND_INCIDENT);
        const auto stub = v1::PictureService::NewStub(client->channel());
        const auto reader = stub->At(&context, request);
        v1::PastFrame frame;
        incidents = 0;
        while (reader->Read(&frame)) incidents += frame.upserts_size();
        return reader->Finish().error_code();
    };
    int incidents = 0;
    EXPECT_EQ(at(incident.reported_at(), incidents), grpc::StatusCode::OK);
    EXPECT_EQ(incidents, 1);
    auto time = incident.reported_at();
    time.set_seconds(time.seconds() - 1);
    const auto earlier = at(time, incidents);
    EXPECT_TRUE(earlier == grpc::StatusCode::OK || earlier == grpc::StatusCode::OUT_OF_RANGE);
    EXPECT_EQ(incidents, 0);
    time.set_seconds(time.seconds() + 86'400);
    EXPECT_EQ(at(time, incidents), grpc::StatusCode::OUT_OF_RANGE);
    time.set_seconds(86'400);
    EXPECT_EQ(at(time, incidents), grpc::StatusCode::OUT_OF_RANGE);
    EXPECT_EQ(hub.stop(), 0);
}

}  // namespace
}  // namespace muster
