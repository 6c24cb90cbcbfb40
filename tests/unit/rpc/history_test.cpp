#include "hub/rpc/history.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/journal/sqlite_journal.h"
#include "hub/rpc/page.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// The real desk on a real journal, in virtual time.
class RecordsTest : public testing::Test {
protected:
    RecordsTest() {
        folder_ = fs::temp_directory_path() / ("muster-records-" + Uuid::make().text());
        fs::create_directories(folder_);
        const std::string file = (folder_ / "journal.db").string();
        journal_ = SqliteJournal::open(file, clock_).value();
        history_ = std::make_unique<History>(file);
        desk_ = std::make_unique<Desk>(strand_, *journal_, clock_);
        EXPECT_TRUE(desk_->start([](const auto&) {}).ok());
        seat_ = {nth_id(1).text(), "seat-02", "", v1::ROLE_DISPATCHER, ""};
    }
    ~RecordsTest() override {
        desk_.reset();
        history_.reset();
        journal_.reset();
        fs::remove_all(folder_);
    }

    template <class Request>
    auto act(Request request) {
        request.set_request_id(Uuid::make().text());
        Result<std::string> bytes = absl::UnknownError("no reply");
        desk_->submit(DeskWorld::act_of(request, seat_),
                      [&bytes](Result<std::string> reply) { bytes = std::move(reply); });
        strand_.run();
        return bytes;
    }
    v1::Incident report(const char* place) {
        v1::ReportIncidentRequest request;
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        *request.mutable_at() = point(38.9, 121.6);
        request.set_place(place);
        v1::ReportIncidentResponse response;
        EXPECT_TRUE(response.ParseFromString(act(request).value()));
        strand_.advance(seconds(1));
        return response.incident();
    }
    void close(const v1::Incident& incident) {
        EXPECT_TRUE(act(with_id<v1::CloseIncidentRequest>(incident.id())).ok());
    }
    void archive_all_closed() { strand_.advance(hours(25)); }
    bool is_hot(const v1::Incident& incident) {
        return desk_->read([&](const Memory& memory) {
            return memory.find(v1::ENTITY_KIND_INCIDENT, incident.id()) != nullptr;
        });
    }
    Records records() const { return Records(*desk_, history_.get()); }

    template <class Response>
    static std::vector<std::string> places(const Result<Response>& response) {
        EXPECT_TRUE(response.ok()) << response.status();
        std::vector<std::string> all;
        for (const auto& incident : response->incidents()) all.push_back(incident.place());
        return all;
    }

    ManualClock clock_;
    ManualStrand strand_{clock_};
    fs::path folder_;
    std::unique_ptr<SqliteJournal> journal_;
    std::unique_ptr<History> history_;
    std::unique_ptr<Desk> desk_;
    Actor seat_;
};

TEST_F(RecordsTest, AnArchivedIncidentIsFoundListedAndSearchedWithTheOthers) {
    const auto old = report("北站广场");
    close(old);
    archive_all_closed();
    ASSERT_FALSE(is_hot(old));
    report("北站东路");
    EXPECT_EQ(records()
                  .find(seat_, v1::ENTITY_KIND_INCIDENT, old.number(), "id")
                  .value()
                  ->message.incident()
                  .place(),
              "北站广场");
    EXPECT_TRUE(records().find(seat_, v1::ENTITY_KIND_INCIDENT, old.id(), "id").ok());
    EXPECT_EQ(code_of(records().find(seat_, v1::ENTITY_KIND_INCIDENT, "F9999", "id")),
              "incident.unknown");

    v1::ListIncidentsRequest list;
    EXPECT_THAT(places(records().list(list, seat_)), ElementsAre("北站东路"));
    list.set_include_closed(true);
    EXPECT_THAT(places(records().list(list, seat_)), ElementsAre("北站东路", "北站广场"));
    v1::SearchIncidentsRequest search;
    search.set_query("北站");
    EXPECT_THAT(places(records().search(search, seat_)), ElementsAre("北站东路", "北站广场"));
    search.set_query("bzgc");
    EXPECT_THAT(places(records().search(search, seat_)), ElementsAre("北站广场"));
}

TEST_F(RecordsTest, PagesNeitherSkipNorRepeatWhatIsArchivedBetweenThem) {
    std::vector<v1::Incident> all;
    for (const char* place : {"一", "二", "三", "四", "五", "六"}) all.push_back(report(place));
    for (const auto& incident : all) close(incident);
    v1::ListIncidentsRequest list;
    list.set_include_closed(true);
    list.set_page_size(2);
    const auto first = records().list(list, seat_).value();
    EXPECT_THAT(places(Result<v1::ListIncidentsResponse>(first)), ElementsAre("六", "五"));
    archive_all_closed();
    for (const auto& incident : all) ASSERT_FALSE(is_hot(incident));
    list.set_page_token(first.next_page_token());
    const auto second = records().list(list, seat_).value();
    EXPECT_THAT(places(Result<v1::ListIncidentsResponse>(second)), ElementsAre("四", "三"));
    list.set_page_token(second.next_page_token());
    const auto third = records().list(list, seat_).value();
    EXPECT_THAT(places(Result<v1::ListIncidentsResponse>(third)), ElementsAre("二", "一"));
    EXPECT_EQ(third.next_page_token(), "");
    list.set_page_token("00ff");
    EXPECT_EQ(code_of(records().list(list, seat_)), "page.token_unknown");
}

TEST_F(RecordsTest, ItsTimelineStaysWhole) {
    const auto incident = report("港口");
    for (const char* text : {"第一行", "第二行"}) {
        v1::AddLogLineRequest line;
        line.set_incident_id(incident.id());
        line.set_text(text);
        ASSERT_TRUE(act(line).ok());
    }
    close(incident);
    const auto ids = [&] {
        const auto lines =
            records()
                .about_incident(seat_, v1::ENTITY_KIND_LOG_LINE, incident.number(), "incident_id")
                .value();
        std::vector<std::string> all;
        for (const auto& line : lines) all.push_back(line->key.id.text());
        return all;
    };
    const auto before = ids();
    EXPECT_GE(before.size(), 3u);
    archive_all_closed();
    ASSERT_FALSE(is_hot(incident));
    EXPECT_EQ(ids(), before);
}

TEST_F(RecordsTest, AChangeOfAnArchivedOneNamesIt) {
    const auto incident = report("港口");
    close(incident);
    archive_all_closed();
    for (const auto& id : {incident.id(), incident.number()}) {
        const auto refused = act(with_id<v1::VerifyIncidentRequest>(id));
        EXPECT_EQ(code_of(refused), "incident.unknown");
        const Status why = records().explain(seat_, refused.status());
        EXPECT_EQ(code_of(why), "incident.archived");
        EXPECT_EQ(detail_of(why)->reason().args().at("number"), incident.number());
        EXPECT_EQ(field_of(why), "id");
    }
    const auto unknown = act(with_id<v1::VerifyIncidentRequest>("F9999"));
    EXPECT_EQ(code_of(records().explain(seat_, unknown.status())), "incident.unknown");
    // Nor can its id be taken again.
    v1::ReportIncidentRequest again;
    again.set_id(incident.id());
    again.set_type(v1::INCIDENT_TYPE_FIRE);
    *again.mutable_at() = point(38.9, 121.6);
    EXPECT_EQ(code_of(act(again)), "entity.archived");
}

TEST_F(RecordsTest, SearchGoesOnPageByPageAcrossMemoryAndArchive) {
    for (int n = 0; n < 3; ++n) close(report("北站"));
    archive_all_closed();
    for (int n = 0; n < 3; ++n) report("北站");
    v1::SearchIncidentsRequest search;
    search.set_query("北站");
    search.set_page_size(2);
    std::vector<std::string> numbers;
    do {
        const auto page = records().search(search, seat_).value();
        for (const auto& incident : page.incidents()) numbers.push_back(incident.number());
        search.set_page_token(page.next_page_token());
    } while (!search.page_token().empty());
    EXPECT_THAT(numbers, ElementsAre("F2106", "F2105", "F2104", "F2103", "F2102", "F2101"));
    search.set_page_size(201);
    EXPECT_EQ(code_of(records().search(search, seat_)), "field.out_of_range");
}

TEST_F(RecordsTest, APartnerSeesOfTheArchiveWhatItsAgencyWasOrderedTo) {
    const auto incident = report("港口");
    close(incident);
    archive_all_closed();
    const Actor partner{nth_id(9).text(), "partner", "", v1::ROLE_PARTNER, "", nth_id(8).text()};
    EXPECT_EQ(code_of(records().find(partner, v1::ENTITY_KIND_INCIDENT, incident.number(), "id")),
              "incident.unknown");
    v1::ListIncidentsRequest list;
    list.set_include_closed(true);
    EXPECT_TRUE(places(records().list(list, partner)).empty());
}

// A list of a kind, page by page; what `between` does happens after each.
class Pages {
public:
    Pages(const Records& records, const Actor& actor, Records::Wanted wanted)
        : records_(records), actor_(actor), wanted_(std::move(wanted)) {}

    std::vector<std::string> all(
        size_t size, const std::function<void()>& between = [] {}) {
        std::vector<std::string> ids;
        Page page{.size = size, .after = {}};
        for (int i = 0; i < 100; ++i) {
            const auto listed = records_.newest(actor_, page, wanted_).value();
            for (const auto& entity : listed.entities) ids.push_back(entity->key.id.text());
            if (listed.next_page_token.empty()) return ids;
            page = read_page(0, listed.next_page_token).value();
            page.size = size;
            between();
        }
        ADD_FAILURE() << "it never ends";
        return ids;
    }

private:
    const Records& records_;
    const Actor& actor_;
    Records::Wanted wanted_;
};

TEST_F(RecordsTest, OrdersWithoutAnIncidentArePagedThroughMemoryAndArchive) {
    v1::AddTeamRequest add;
    add.set_name("一中队");
    add.add_capabilities(v1::CAPABILITY_FIRE);
    *add.mutable_home() = point(38.9, 121.6);
    v1::AddTeamResponse added;
    ASSERT_TRUE(added.ParseFromString(act(add).value()));
    std::vector<std::string> newest_first_ids;
    std::vector<v1::Incident> incidents;
    const auto order = [&] {
        incidents.push_back(report("港口"));
        v1::IssueOrderRequest issue;
        issue.set_incident_id(incidents.back().id());
        issue.set_team_id(added.team().id());
        v1::IssueOrderResponse issued;
        EXPECT_TRUE(issued.ParseFromString(act(issue).value()));
        EXPECT_TRUE(act(with_id<v1::RecallOrderRequest>(issued.order().id())).ok());
        newest_first_ids.insert(newest_first_ids.begin(), issued.order().id());
        strand_.advance(seconds(1));
    };
    for (int i = 0; i < 5; ++i) order();
    for (const auto& incident : incidents) close(incident);
    archive_all_closed();
    ASSERT_FALSE(is_hot(incidents.front()));
    for (int i = 0; i < 5; ++i) order();

    const Records::Wanted wanted{
        .kind = v1::ENTITY_KIND_ORDER,
        .time_of = [](const v1::Entity& entity) { return from_proto(entity.order().issued_at()); },
        .takes = [](const v1::Entity&) { return true; },
        .archived = true};
    const Records all = records();
    EXPECT_EQ(Pages(all, seat_, wanted).all(3), newest_first_ids);
    EXPECT_EQ(Pages(all, seat_, wanted).all(100), newest_first_ids);
    // The rest leaves memory between the pages: nothing is skipped or told twice.
    for (size_t i = 5; i < incidents.size(); ++i) close(incidents[i]);
    EXPECT_EQ(Pages(all, seat_, wanted).all(2, [&] { archive_all_closed(); }), newest_first_ids);
    ASSERT_FALSE(is_hot(incidents.back()));
    // Memory alone, when that is all that is wanted.
    auto hot = wanted;
    hot.archived = false;
    EXPECT_TRUE(Pages(all, seat_, hot).all(10).empty());
    // A filter reaches as far.
    auto one = wanted;
    one.takes = [&](const v1::Entity& entity) {
        return entity.order().id() == newest_first_ids.back();
    };
    EXPECT_THAT(Pages(all, seat_, one).all(1), ElementsAre(newest_first_ids.back()));
}

}  // namespace
}  // namespace muster
