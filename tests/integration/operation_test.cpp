// What an operator sees of a running hub: metrics, records in the log, what is refused at the door,
// and what is erased under law.
#include <fstream>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include "hub/journal/verify.h"
#include "tests/integration/raw_call.h"
#include "tests/integration/reporter.h"
#include "tests/unit/gateway/http_client.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

HttpAnswer get(const HubProcess& hub, const std::string& path) {
    HttpClient client(hub.http_port());
    client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    return client.answer().value_or(HttpAnswer{});
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The journal's files, whatever of it is in which.
bool journal_holds(const HubProcess& hub, const std::string& words) {
    for (const auto& each : fs::directory_iterator(hub.data())) {
        const std::string name = each.path().filename().string();
        if (name != "journal.db" && name != "journal.db-wal") continue;
        if (text_of(each.path()).find(words) != std::string::npos) return true;
    }
    return false;
}

// Whether it is out of the files in the end: a reader holds what it reads for a moment.
bool journal_lets_go_of(const HubProcess& hub, const std::string& words) {
    for (int i = 0; i < 300 && journal_holds(hub, words); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return !journal_holds(hub, words);
}

// Every name that a dashboard or an alert asks for is one that a hub shows, by name and not by what
// its source says.
TEST(Operation, ARunningHubShowsEveryMetricOfTheDashboards) {
    std::set<std::string> wanted;
    const std::regex name("(muster|process)_[a-z0-9_]+");
    for (const auto& file :
         fs::directory_iterator(fs::path(MUSTER_SOURCE_DIR) / "deploy/dashboards")) {
        const std::string text = text_of(file.path());
        for (std::sregex_iterator each(text.begin(), text.end(), name), end; each != end; ++each) {
            wanted.insert(each->str());
        }
    }
    ASSERT_GT(wanted.size(), 10u);
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto client = hub.log_in();
    ASSERT_TRUE(client->call(some_report("smoke")).ok());
    const HttpAnswer answer = get(hub, "/metrics");
    ASSERT_EQ(answer.status, 200);
    for (const auto& each : wanted) {
        const bool shown = answer.body.find("\n" + each + " ") != std::string::npos ||
                           answer.body.find("\n" + each + "{") != std::string::npos ||
                           // A histogram's name stands for its parts.
                           answer.body.find("\n" + each + "_bucket{") != std::string::npos;
        EXPECT_TRUE(shown) << each;
    }
}

TEST(Operation, TheLogHasRecordsWithFieldsAndNoSecrets) {
    HubProcess hub;
    hub.add_flag("--log-format=logfmt");
    // "ready:" is the other form's.
    hub.launch();
    ASSERT_TRUE(hub.process().wait_for_line("event=ready", seconds(60))) << hub.process().err();
    v1::LoginRequest wrong;
    wrong.set_name(HubProcess::kAdmin);
    wrong.set_password("planted-Wr0ng");
    EXPECT_FALSE(hub.connect()->call(wrong).ok());
    wrong.set_name("planted-name-of-nobody");
    EXPECT_FALSE(hub.connect()->call(wrong).ok());
    const auto client = hub.log_in();
    v1::GetIncidentRequest unknown;
    unknown.set_id("F9999");
    EXPECT_FALSE(client->call(unknown).ok());
    const std::string token = "planted-token-that-nobody-has-0123456789-abcdef";
    EXPECT_FALSE(raw_call(raw_channel(hub.address()),
                          "muster.v1.AccessService/WhoAmI",
                          token,
                          v1::WhoAmIRequest().SerializeAsString())
                     .status.ok());
    const auto line = [&](const std::string& part) {
        const auto found = hub.process().wait_for_line(part, seconds(30));
        EXPECT_TRUE(found) << part << "\n" << hub.process().err();
        return found.value_or("");
    };
    const std::string failed = line("event=log-in-failed code=access.wrong_login name=admin");
    EXPECT_THAT(failed, HasSubstr("peer=127.0.0.1"));
    EXPECT_THAT(line("event=log-in name=admin"), HasSubstr("peer=127.0.0.1"));
    const std::string refused = line("method=muster.v1.IncidentService/GetIncident");
    EXPECT_THAT(refused, HasSubstr("level=info"));
    EXPECT_THAT(refused, HasSubstr("event=call-refused"));
    EXPECT_THAT(refused, HasSubstr("status=NOT_FOUND code="));
    EXPECT_THAT(line("code=access.token_unknown"), HasSubstr("level=warning"));
    EXPECT_EQ(hub.stop(), 0);
    EXPECT_THAT(hub.process().err(), Not(HasSubstr("planted")));
}

TEST(Operation, MetadataBeyondItsBoundIsRefusedAndNothingElse) {
    HubProcess hub;
    ASSERT_TRUE(hub.start());
    const auto client = hub.log_in();
    grpc::GenericStub stub(client->channel());
    const auto with_metadata = [&](size_t bytes) {
        grpc::ClientContext context;
        client->authorize(context);
        context.set_deadline(std::chrono::system_clock::now() + seconds(30));
        context.AddMetadata("x-padding", std::string(bytes, 'x'));
        const grpc::ByteBuffer request;
        grpc::ByteBuffer response;
        grpc::CompletionQueue queue;
        const auto call =
            stub.PrepareUnaryCall(&context, "/muster.v1.AccessService/WhoAmI", request, &queue);
        call->StartCall();
        grpc::Status status;
        call->Finish(&response, &status, nullptr);
        void* tag = nullptr;
        bool ok = false;
        queue.Next(&tag, &ok);
        return status.error_code();
    };
    EXPECT_EQ(with_metadata(7'000), grpc::StatusCode::OK);
    EXPECT_EQ(with_metadata(9'000), grpc::StatusCode::RESOURCE_EXHAUSTED);
    // So much costs the connection, and the next call has another one.
    EXPECT_NE(with_metadata(1'000'000), grpc::StatusCode::OK);
    EXPECT_TRUE(client->call(v1::WhoAmIRequest()).ok());
}

// A person, a line of the log and an incident that is on disk alone: their words are in no file of
// the journal any more, and the chain holds.
class Erasure : public testing::Test {
protected:
    void SetUp() override {
        hub_.add_flag("--hot-h=0");
        ASSERT_TRUE(hub_.start());
        client_ = hub_.log_in();
    }
    Status erase(v1::EntityKind kind, const std::string& id) {
        v1::EraseEntityRequest request;
        request.set_kind(kind);
        request.set_id(id);
        request.set_reason("by order no. 17");
        return client_->call(request).status();
    }

    HubProcess hub_;
    std::unique_ptr<Client> client_;
};

TEST_F(Erasure, WhatTheLawWantsGoneIsGoneAndTheChainSaysSo) {
    v1::AddPersonRequest add;
    add.set_name("zhang-planted");
    add.set_role(v1::ROLE_DISPATCHER);
    add.set_password("a-long-password");
    const auto person = client_->call(add);
    ASSERT_TRUE(person.ok()) << person.status();
    const std::string person_id = person->person().id();
    EXPECT_EQ(reason_code(erase(v1::ENTITY_KIND_PERSON, person_id)), "audit.in_use");
    v1::UpdatePersonRequest disable;
    disable.set_id(person_id);
    disable.set_disabled(true);
    ASSERT_TRUE(client_->call(disable).ok());

    const auto report = some_report("incident-planted");
    ASSERT_TRUE(client_->call(report).ok());
    v1::AddLogLineRequest note;
    note.set_incident_id(report.id());
    note.set_text("line-planted");
    const auto line = client_->call(note);
    ASSERT_TRUE(line.ok()) << line.status();
    EXPECT_EQ(reason_code(erase(v1::ENTITY_KIND_INCIDENT, report.id())), "audit.in_use");
    EXPECT_TRUE(erase(v1::ENTITY_KIND_LOG_LINE, line->log_line().id()).ok());
    EXPECT_TRUE(journal_lets_go_of(hub_, "line-planted"));
    EXPECT_TRUE(erase(v1::ENTITY_KIND_PERSON, person_id).ok());
    EXPECT_TRUE(journal_lets_go_of(hub_, "zhang-planted"));

    v1::CloseIncidentRequest close;
    close.set_id(report.id());
    close.set_text("out");
    const auto closed = client_->call(close);
    ASSERT_TRUE(closed.ok()) << closed.status();
    // Nothing fires in the first 20 s of a hub.
    const auto archived = [&] {
        return client_->call(v1::GetHealthRequest())->archived_incidents();
    };
    for (int i = 0; i < 600 && archived() == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ASSERT_EQ(archived(), 1u);
    v1::GetIncidentRequest get;
    get.set_id(report.id());
    EXPECT_TRUE(client_->call(get).ok());
    EXPECT_TRUE(erase(v1::ENTITY_KIND_INCIDENT, report.id()).ok());
    EXPECT_FALSE(client_->call(get).ok());
    EXPECT_EQ(archived(), 0u);
    EXPECT_TRUE(journal_lets_go_of(hub_, "incident-planted"));

    const auto verdict = client_->call(v1::VerifyJournalRequest());
    ASSERT_TRUE(verdict.ok());
    EXPECT_TRUE(verdict->intact());
    // The person's two changes, the line's one, the incident's: report, note, closing.
    EXPECT_GE(verdict->erased(), 5u);
    EXPECT_EQ(hub_.stop(), 0);
    const auto after = verify_journal(hub_.journal().string());
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_TRUE(after->intact);
    EXPECT_EQ(after->erased, verdict->erased());
    // A hub that starts again has none of it.
    ASSERT_TRUE(hub_.start());
    client_ = hub_.log_in();
    EXPECT_FALSE(client_->call(get).ok());
    const auto persons = client_->call(v1::ListPersonsRequest());
    ASSERT_TRUE(persons.ok());
    for (const auto& each : persons->persons()) {
        EXPECT_NE(each.id(), person_id);
    }
}

}  // namespace
}  // namespace muster
