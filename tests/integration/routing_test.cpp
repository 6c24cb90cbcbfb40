// Roads that a running hub was given: suggestions before and after, what is refused, and that they
// are there after a restart.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/integration/hub_process.h"

namespace muster {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr double kStep = 0.005;

// A grid of streets around 30 N, 120 E without the one that leads to its east end in a straight
// line: a river is in between.
std::string town() {
    std::string features;
    const auto street = [&](int row, int column, int to_row, int to_column) {
        const bool river = column <= 4 && to_column >= 5;
        if (river && row != 0) return;
        features += fmt::format(
            R"({}{{"type":"Feature","properties":{{"speed_kmh":40}},"geometry":{{"type":)"
            R"("LineString","coordinates":[[{:.4f},{:.4f}],[{:.4f},{:.4f}]]}}}})",
            features.empty() ? "" : ",",
            120 + column * kStep,
            30 + row * kStep,
            120 + to_column * kStep,
            30 + to_row * kStep);
    };
    for (int row = 0; row < 10; ++row) {
        for (int column = 0; column < 10; ++column) {
            if (column < 9) street(row, column, row, column + 1);
            if (row < 9) street(row, column, row + 1, column);
        }
    }
    return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

class Routing : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(hub_.start());
        admin_ = hub_.log_in();
    }
    std::string add_team(const std::string& name, int row, int column) {
        v1::AddTeamRequest request;
        request.set_name(name);
        request.add_capabilities(v1::CAPABILITY_FIRE);
        request.mutable_home()->set_lat_deg(30 + row * kStep);
        request.mutable_home()->set_lon_deg(120 + column * kStep);
        return admin_->call(request)->team().id();
    }
    v1::Incident report(int row, int column) {
        v1::ReportIncidentRequest request;
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        request.mutable_at()->set_lat_deg(30 + row * kStep);
        request.mutable_at()->set_lon_deg(120 + column * kStep);
        return admin_->call(request)->incident();
    }
    v1::SuggestTeamsResponse suggest(const v1::Incident& incident) {
        v1::SuggestTeamsRequest request;
        request.set_incident_id(incident.number());
        auto response = admin_->call(request);
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response.ok() ? *response : v1::SuggestTeamsResponse();
    }
    static std::vector<std::string> ids(const v1::SuggestTeamsResponse& response) {
        std::vector<std::string> list;
        for (const auto& one : response.suggestions()) list.push_back(one.team_id());
        return list;
    }
    static std::vector<std::string> codes(const v1::Suggestion& suggestion) {
        std::vector<std::string> list;
        for (const auto& reason : suggestion.reasons()) list.push_back(reason.code());
        return list;
    }
    Result<v1::ImportRoadsResponse> send(const std::string& upload,
                                         uint64_t offset,
                                         std::string_view part,
                                         bool last) {
        v1::ImportRoadsRequest request;
        request.set_upload_id(upload);
        request.set_offset(offset);
        request.set_data(std::string(part));
        request.set_last(last);
        return admin_->call(request);
    }

    HubProcess hub_;
    std::unique_ptr<Client> admin_;
};

TEST_F(Routing, ARiverCountsAsSoonAsTheRoadsAreKnownAndAfterARestart) {
    const auto across = add_team("对岸站", 8, 5);
    const auto same_side = add_team("同岸站", 4, 2);
    const auto incident = report(8, 4);
    // As the crow flies the one across the river is near.
    EXPECT_THAT(ids(suggest(incident)), ElementsAre(across, same_side));
    EXPECT_THAT(codes(suggest(incident).suggestions(0)), Contains("suggest.distance"));

    const std::string file = town();
    const std::string upload = Uuid::make().text();
    const auto half = file.size() / 2;
    EXPECT_EQ(send(upload, 0, file.substr(0, half), false)->received(), half);
    // A part that came twice; a gap; what an empty part says.
    EXPECT_EQ(send(upload, 0, file.substr(0, half), false)->received(), half);
    EXPECT_EQ(reason_code(send(upload, half + 1, "x", false).status()), "road.offset");
    EXPECT_EQ(send(upload, 0, "", false)->received(), half);
    const auto built = send(upload, half, file.substr(half), true);
    ASSERT_TRUE(built.ok()) << built.status().ToString();
    EXPECT_EQ(built->junctions(), 100u);
    EXPECT_EQ(built->edges(), 171u);
    EXPECT_EQ(built->cut_off(), 0u);
    // The answer got lost: it is given again.
    EXPECT_EQ(send(upload, half, file.substr(half), true)->edges(), 171u);

    const auto by_road = suggest(incident);
    EXPECT_THAT(ids(by_road), ElementsAre(same_side, across));
    EXPECT_THAT(codes(by_road.suggestions(0)), Contains("suggest.by_road"));
    // Eight steps down to the bridge, one across, eight up: 16 of 556 m and one of 482 m at 40
    // km/h.
    EXPECT_NEAR(by_road.suggestions(1).eta_s(), 844, 15);

    ASSERT_EQ(hub_.stop(), 0);
    ASSERT_TRUE(hub_.start());
    admin_ = hub_.log_in();
    // Read beside the start; until then straight lines are taken.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (ids(suggest(incident)) != std::vector{same_side, across} &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_THAT(ids(suggest(incident)), ElementsAre(same_side, across));
}

TEST_F(Routing, ABadFileChangesNothingAndIsNamed) {
    const auto near = add_team("一站", 1, 1);
    const auto incident = report(2, 2);
    const auto refused =
        send(Uuid::make().text(),
             0,
             R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{},)"
             R"("geometry":{"type":"LineString","coordinates":[[120,30],[120,95]]}}]})",
             true);
    EXPECT_EQ(reason_code(refused.status()), "road.bad_coordinate");
    EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("Feature 1"));
    EXPECT_EQ(reason_code(send("no-uuid", 0, "", false).status()), "field.not_uuid");
    EXPECT_EQ(reason_code(
                  send(Uuid::make().text(), 0, std::string(1024 * 1024 + 1, ' '), false).status()),
              "road.part_too_large");
    EXPECT_TRUE(send(Uuid::make().text(), 0, std::string(1024 * 1024, ' '), false).ok());
    EXPECT_THAT(codes(suggest(incident).suggestions(0)), Contains("suggest.distance"));
    EXPECT_EQ(ids(suggest(incident)), std::vector{near});
    EXPECT_FALSE(std::filesystem::exists(hub_.data() / "roads.geojson"));
}

TEST_F(Routing, UploadsUnderWayAreFew) {
    std::vector<std::string> uploads;
    for (int i = 0; i < 4; ++i) {
        uploads.push_back(Uuid::make().text());
        ASSERT_TRUE(send(uploads.back(), 0, "{", false).ok());
    }
    EXPECT_EQ(reason_code(send(Uuid::make().text(), 0, "{", false).status()),
              "road.too_many_uploads");
    // One that fails makes room.
    EXPECT_EQ(reason_code(send(uploads.front(), 1, "nonsense", true).status()), "road.not_json");
    EXPECT_TRUE(send(Uuid::make().text(), 0, "{", false).ok());
    // A restart forgets them, and their files.
    ASSERT_EQ(hub_.stop(), 0);
    ASSERT_TRUE(hub_.start());
    admin_ = hub_.log_in();
    EXPECT_EQ(reason_code(send(uploads.back(), 1, "x", false).status()), "road.offset");
    for (const auto& entry : std::filesystem::directory_iterator(hub_.data())) {
        EXPECT_THAT(entry.path().filename().string(), Not(testing::HasSubstr("roads.upload")));
    }
}

TEST_F(Routing, OneCallOrdersWhatTheRunCardAsksFor) {
    add_team("一站", 1, 1);
    add_team("二站", 2, 2);
    v1::PutRunCardRequest card;
    card.set_type(v1::INCIDENT_TYPE_FIRE);
    auto& need = *card.add_needs();
    need.set_capability(v1::CAPABILITY_FIRE);
    need.set_count(3);
    ASSERT_TRUE(admin_->call(card).ok());
    const auto incident = report(3, 3);
    v1::IssueOrderSetRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_incident_id(incident.number());
    const auto ordered = admin_->call(request);
    ASSERT_TRUE(ordered.ok()) << ordered.status().ToString();
    EXPECT_EQ(ordered->orders_size(), 2);
    ASSERT_EQ(ordered->unmet_size(), 1);
    EXPECT_EQ(ordered->unmet(0).count(), 1u);
    // The same request again is the same orders.
    EXPECT_EQ(admin_->call(request)->orders(0).id(), ordered->orders(0).id());
    request.set_request_id("");
    EXPECT_EQ(reason_code(admin_->call(request).status()), "order_set.nobody");
    EXPECT_THAT(ids(suggest(incident)), IsEmpty());
    EXPECT_EQ(suggest(incident).not_offered_size(), 2);
}

TEST_F(Routing, ZonesArePagedByNameAndFound) {
    for (const char* name : {"丙区", "乙区", "甲区"}) {
        v1::AddZoneRequest request;
        request.set_name(name);
        for (const auto& [lat, lon] : {std::pair(30.0, 120.0), {30.1, 120.0}, {30.1, 120.1}}) {
            auto& point = *request.add_ring();
            point.set_lat_deg(lat);
            point.set_lon_deg(lon);
        }
        ASSERT_TRUE(admin_->call(request).ok());
    }
    v1::ListZonesRequest list;
    list.set_page_size(2);
    const auto first = admin_->call(list);
    ASSERT_EQ(first->zones_size(), 2);
    list.set_page_token(first->next_page_token());
    const auto second = admin_->call(list);
    ASSERT_EQ(second->zones_size(), 1);
    EXPECT_EQ(second->next_page_token(), "");
    v1::GetZoneRequest get;
    get.set_id("甲区");
    EXPECT_EQ(admin_->call(get)->zone().ring_size(), 3);
    v1::ListRunCardsRequest cards;
    EXPECT_EQ(admin_->call(cards)->run_cards_size(), 0);
}

}  // namespace
}  // namespace muster
