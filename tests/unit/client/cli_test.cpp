#include "clients/cpp/cli/cli.h"

#include <sstream>

#include <fmt/chrono.h>
#include <gtest/gtest.h>

#include "clients/cpp/cli/options.h"
#include "tests/unit/client/fake_hub.h"

namespace muster {
namespace {

struct Ran {
    Exit exit;
    std::string out;
    std::string err;
};

Ran run(std::vector<const char*> words, Language language = Language::english) {
    words.insert(words.begin(), "muster");
    std::ostringstream out;
    std::ostringstream err;
    Cli cli(out, err, language);
    const Exit exit = cli.run(static_cast<int>(words.size()), words.data());
    return {exit, out.str(), err.str()};
}

// No hub listens there: port 1 belongs to nobody.
constexpr const char* kNobody = "127.0.0.1:1";

TEST(Cli, MisuseEndsWithTwo) {
    const std::vector<std::vector<const char*>> misuses = {
        {},
        {"nonsense"},
        {"incident"},
        {"incident", "dance"},
        {"incident", "report"},
        {"incident", "report", "--type", "fire"},
        {"incident", "report", "--type", "fires", "--at", "30,123"},
        {"incident", "report", "--type", "unspecified", "--at", "30,123"},
        {"incident", "report", "--type", "fire", "--at", "30"},
        {"incident", "report", "--type", "fire", "--at", "91,123"},
        {"incident", "report", "--type", "fire", "--at", "30,123", "--id", "7"},
        {"incident", "show"},
        {"incident", "show", "F1", "F2"},
        {"incident", "grade", "F1", "--grade", "major"},
        {"incident", "grade", "F1", "--by", "x"},
        {"incident", "merge", "F1"},
        {"incident", "offer-command", "F1"},
        {"incident", "offer-command", "F1", "--to", "x", "--withdraw"},
        {"figure", "add", "--incident", "F1", "--subject", "dead", "--source", "x"},
        {"figure", "add", "--incident", "F1", "--subject", "cold", "--source", "x", "--value", "1"},
        {"figure",
         "add",
         "--incident",
         "F1",
         "--subject",
         "dead",
         "--source",
         "x",
         "--value",
         "-1"},
        {"figure",
         "add",
         "--incident",
         "F1",
         "--subject",
         "dead",
         "--source",
         "x",
         "--value",
         "1",
         "--as-of",
         "25:00"},
        {"figure", "list"},
        {"response",
         "start",
         "--title",
         "x",
         "--level",
         "v",
         "--authority",
         "a",
         "--document",
         "b"},
        {"response", "raise", "x", "--level", "i", "--authority", "a", "--document", "b"},
        {"order", "issue", "--incident", "F2101"},
        {"order", "decline"},
        {"order", "list", "--incident"},
        {"team", "set-status", "x", "en_route"},
        {"team", "add", "--name", "x", "--at", "30,123", "--capability", "fire,magic"},
        {"watch", "--kinds", "dragon"},
        {"suggest"},
        {"--hub", "http://10.0.0.7:7700", "whoami"},
        {"--hub", "no address", "whoami"},
        {"conference", "list"},
        {"room"},
        {"room", "join", "x"},
        {"room", "open"},
        {"room", "open", "--title", "x", "--id", "7"},
        {"room", "show"},
        {"room", "close"},
        {"room", "mute"},
        {"room", "add-camera", "x"},
        {"person", "add", "--name", "x", "--role", "field"},
        {"person", "add", "--name", "x", "--role", "monitor", "--team", "t"},
    };
    for (const auto& words : misuses) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, Exit::misuse) << testing::PrintToString(words) << ran.err;
        EXPECT_EQ(ran.out, "") << testing::PrintToString(words);
        EXPECT_NE(ran.err, "") << testing::PrintToString(words);
    }
}

TEST(Cli, ATimeIsOfThisMachineOrWhole) {
    // Whatever the time zone: its wall clock says so.
    const UtcTime now = SystemClock().now();
    for (const auto* text : {"00:00", "09:30", "23:59"}) {
        const auto time = parse_time(text, now);
        ASSERT_TRUE(time) << text;
        EXPECT_LE(from_proto(*time), now);
        EXPECT_GT(from_proto(*time), now - std::chrono::hours(26));
        EXPECT_EQ(fmt::format("{:%H:%M}", fmt::localtime(time->seconds())), text);
    }
    EXPECT_EQ(parse_time("2026-11-24T09:30:00+08:00", now)->seconds(),
              parse_time("2026-11-24T01:30:00Z", now)->seconds());
    for (const auto* bad :
         {"", "9:30", "24:00", "12:60", "12-30", "ab:cd", "12:3x", "2026-11-24"}) {
        EXPECT_FALSE(parse_time(bad, now)) << bad;
    }
}

TEST(Cli, MisuseSaysWhatThereIs) {
    const std::vector<std::pair<std::vector<const char*>, std::vector<std::string>>> misuses = {
        {{"frobnicate"}, {"frobnicate", "incident, order"}},
        {{"--json", "frobnicate", "--loud"}, {"frobnicate", "incident, order"}},
        {{}, {"missing", "incident, order"}},
        {{"incident", "dance"}, {"dance", "report, list, search, show"}},
        {{"incident"}, {"missing", "report, list, search, show"}},
        {{"team", "add", "--name", "x", "--at", "30,123", "--capability", "fly"},
         {"fly", "fire|medical"}},
        {{"watch", "--kinds", "foo"}, {"foo", "incident|response|team", "|room|participant|"}},
        {{"room", "join"}, {"join", "open, list, show"}},
        {{"person", "add", "--name", "x", "--role", "field"}, {"--team"}},
        {{"person", "add", "--name", "x", "--role", "admin", "--team", "t"}, {"--team"}},
    };
    for (const auto& [words, parts] : misuses) {
        const Ran ran = run(words);
        for (const auto& part : parts) {
            EXPECT_NE(ran.err.find(part), std::string::npos) << part << " not in " << ran.err;
        }
    }
    EXPECT_NE(run({"frobnicate"}, Language::chinese).err.find("没有“frobnicate”"),
              std::string::npos);
}

TEST(Cli, WhatGrpcSaysIsForTheVerbose) {
    EXPECT_EQ(run({"--hub", kNobody, "whoami"}).err,
              "muster: The hub at 127.0.0.1:1 does not answer: nothing listens there.\n");
    const Ran verbose = run({"--hub", kNobody, "whoami", "--verbose"});
    EXPECT_EQ(verbose.exit, Exit::unreachable);
    EXPECT_NE(verbose.err.find("Connection refused"), std::string::npos) << verbose.err;
}

TEST(Cli, NoHubEndsWithThreeAndSaysSoInBothLanguages) {
    for (const auto& words :
         std::vector<std::vector<const char*>>{{"incident", "list", "--json", "--hub", kNobody},
                                               {"watch", "--once", "--hub", kNobody}}) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, Exit::unreachable) << testing::PrintToString(words) << ran.err;
        EXPECT_EQ(ran.out, "");
        EXPECT_NE(ran.err.find("127.0.0.1:1"), std::string::npos) << ran.err;
    }
    EXPECT_NE(run({"--hub", kNobody, "whoami"}, Language::chinese).err.find("无应答"),
              std::string::npos);
}

TEST(Cli, HelpOfEveryVerbEndsWithZeroAndHasAnExample) {
    const std::vector<std::vector<const char*>> verbs = {{"incident", "report"},
                                                         {"incident", "list"},
                                                         {"incident", "show"},
                                                         {"incident", "verify"},
                                                         {"incident", "contain"},
                                                         {"incident", "close"},
                                                         {"incident", "log"},
                                                         {"incident", "update"},
                                                         {"incident", "grade"},
                                                         {"incident", "merge"},
                                                         {"incident", "unmerge"},
                                                         {"incident", "offer-command"},
                                                         {"incident", "take-command"},
                                                         {"incident", "decline-command"},
                                                         {"figure", "add"},
                                                         {"figure", "list"},
                                                         {"figure", "summary"},
                                                         {"response", "start"},
                                                         {"response", "raise"},
                                                         {"response", "lower"},
                                                         {"response", "end"},
                                                         {"response", "list"},
                                                         {"response", "show"},
                                                         {"suggest"},
                                                         {"order", "issue"},
                                                         {"order", "ack"},
                                                         {"order", "accept"},
                                                         {"order", "decline"},
                                                         {"order", "en-route"},
                                                         {"order", "on-scene"},
                                                         {"order", "complete"},
                                                         {"order", "deliver"},
                                                         {"order", "recall"},
                                                         {"order", "list"},
                                                         {"order", "show"},
                                                         {"team", "add"},
                                                         {"team", "list"},
                                                         {"team", "show"},
                                                         {"team", "set-status"},
                                                         {"team", "locate"},
                                                         {"team", "update"},
                                                         {"person", "add"},
                                                         {"person", "list"},
                                                         {"person", "disable"},
                                                         {"person", "set-password"},
                                                         {"camera", "add"},
                                                         {"camera", "list"},
                                                         {"camera", "show"},
                                                         {"camera", "remove"},
                                                         {"camera", "update"},
                                                         {"room", "open"},
                                                         {"room", "list"},
                                                         {"room", "show"},
                                                         {"room", "participants"},
                                                         {"room", "close"},
                                                         {"room", "mute"},
                                                         {"room", "unmute"},
                                                         {"room", "remove"},
                                                         {"room", "readmit"},
                                                         {"room", "add-camera"},
                                                         {"watch"},
                                                         {"audit", "verify"},
                                                         {"audit", "list"},
                                                         {"login"},
                                                         {"logout"},
                                                         {"whoami"},
                                                         {"version"},
                                                         {"simulate", "setup"},
                                                         {"simulate", "city"}};
    for (auto words : verbs) {
        words.push_back("--help");
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, Exit::done) << testing::PrintToString(words);
        EXPECT_NE(ran.out.find("Example"), std::string::npos) << testing::PrintToString(words);
    }
}

TEST(Cli, ARefusalEndsWithOneAndItsSentence) {
    FakeHub hub;
    const std::string address = hub.address().target;
    const auto refusal =
        refuse(absl::StatusCode::kNotFound, "incident.unknown", {{"id", "F9"}}, "id");
    hub.fail_next({refusal, refusal});
    const Ran english = run({"--hub", address.c_str(), "incident", "verify", "F9"});
    EXPECT_EQ(english.exit, Exit::refused);
    EXPECT_EQ(english.err, "muster: There is no incident F9.\n");
    const Ran chinese =
        run({"--hub", address.c_str(), "incident", "verify", "F9"}, Language::chinese);
    EXPECT_EQ(chinese.exit, Exit::refused);
    EXPECT_EQ(chinese.err, "muster: 没有事件 F9。\n");
}

TEST(Cli, AHubThatCannotWriteIsARefusalRatherThanNoHub) {
    FakeHub hub;
    const std::string address = hub.address().target;
    const auto away =
        refuse(absl::StatusCode::kUnavailable, "journal.unavailable", {{"what", "disk full"}});
    hub.fail_next(std::vector<Status>(100, away));
    EXPECT_EQ(run({"--hub", address.c_str(), "incident", "verify", "F9"}).exit, Exit::refused);
}

TEST(Cli, JsonIsOneLineWithDefaultsAndNames) {
    FakeHub hub;
    const std::string address = hub.address().target;
    const Ran ran = run({"incident", "verify", "F2101", "--json", "--hub", address.c_str()});
    EXPECT_EQ(ran.exit, Exit::done);
    EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1);
    EXPECT_NE(ran.out.find("\"number\":\"F2101\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\"status\":\"INCIDENT_STATUS_UNSPECIFIED\""), std::string::npos);
    EXPECT_NE(ran.out.find("\"version\":0"), std::string::npos);
}

TEST(Cli, ARequestIdOfTheCommandLineIsSent) {
    FakeHub hub;
    const std::string address = hub.address().target;
    const char* id = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    run({"incident", "verify", "F2101", "--request-id", id, "--hub", address.c_str()});
    v1::VerifyIncidentRequest seen;
    ASSERT_TRUE(seen.ParseFromString(hub.requests().at(0)));
    EXPECT_EQ(seen.request_id(), id);
}

// The hub answers a repeated request as it answered the first only when their bytes are the same.
TEST(Cli, WhatIsRepeatedWithItsRequestIdIsTheSameToTheByte) {
    FakeHub hub;
    const std::string address = hub.address().target;
    const char* id = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    for (int i = 0; i < 2; ++i) {
        for (std::vector<const char*> words : std::vector<std::vector<const char*>>{
                 {"incident", "report", "--type", "fire", "--at", "30,123"},
                 {"incident", "log", "F1", "--text", "x"},
                 {"order", "on-scene", id}}) {
            words.insert(words.end(), {"--json", "--request-id", id, "--hub", address.c_str()});
            EXPECT_EQ(run(words).exit, Exit::done);
        }
    }
    const auto expect_same = [id](const auto& heard) {
        ASSERT_EQ(heard.size(), 2u);
        EXPECT_EQ(heard[0].SerializeAsString(), heard[1].SerializeAsString());
        EXPECT_EQ(heard[0].request_id(), id);
        EXPECT_FALSE(heard[0].has_device_at());
    };
    expect_same(hub.heard<v1::ReportIncidentRequest>());
    expect_same(hub.heard<v1::AddLogLineRequest>());
    expect_same(hub.heard<v1::ReportOnSceneRequest>());
    // Without one, the time of this machine goes along.
    run({"order", "on-scene", id, "--json", "--hub", address.c_str()});
    EXPECT_TRUE(hub.heard<v1::ReportOnSceneRequest>().back().has_device_at());
}

constexpr const char* kOrder = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";

TEST(Cli, DecliningNeedsNoReasonAndCarriesTheOneGiven) {
    FakeHub hub;
    const std::string address = hub.address().target;
    EXPECT_EQ(run({"order", "decline", kOrder, "--json", "--hub", address.c_str()}).exit,
              Exit::done);
    EXPECT_EQ(run({"order",
                   "decline",
                   kOrder,
                   "--reason",
                   "车辆故障",
                   "--json",
                   "--hub",
                   address.c_str()})
                  .exit,
              Exit::done);
    const auto declines = hub.heard<v1::DeclineOrderRequest>();
    ASSERT_EQ(declines.size(), 2u);
    EXPECT_EQ(declines[0].reason(), "");
    EXPECT_EQ(declines[1].reason(), "车辆故障");
    EXPECT_TRUE(hub.heard<v1::AddLogLineRequest>().empty());
}

TEST(Cli, TheReasonOfAnyOtherStepIsALineOfTheLog) {
    FakeHub hub;
    const std::string address = hub.address().target;
    const Ran ran = run({"order",
                         "on-scene",
                         kOrder,
                         "--reason",
                         "gate locked",
                         "--json",
                         "--request-id",
                         kOrder,
                         "--hub",
                         address.c_str()});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_EQ(ran.err, "");
    const auto steps = hub.heard<v1::ReportOnSceneRequest>();
    const auto lines = hub.heard<v1::AddLogLineRequest>();
    ASSERT_EQ(steps.size(), 1u);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].incident_id(), FakeHub::kIncident);
    EXPECT_EQ(lines[0].text(), "一中队 (on scene): gate locked");
    // Each change has its own identity, and the second one's is the same at every repetition.
    EXPECT_EQ(steps[0].request_id(), kOrder);
    EXPECT_EQ(lines[0].request_id(), "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b11");
}

TEST(Cli, AStepStandsWhenItsReasonCannotBeWritten) {
    FakeHub hub;
    const std::string address = hub.address().target;
    hub.fail_next(
        {absl::OkStatus(), refuse(absl::StatusCode::kPermissionDenied, "order.recall_by_sender")});
    const Ran ran =
        run({"order", "on-scene", kOrder, "--reason", "x", "--json", "--hub", address.c_str()});
    EXPECT_EQ(ran.exit, Exit::done);
    EXPECT_NE(ran.out.find("ORDER_STATUS_ON_SCENE"), std::string::npos);
    EXPECT_NE(ran.err.find("not in the log"), std::string::npos) << ran.err;
}

TEST(Cli, AReasonHasABound) {
    const std::string bounded(500, 'x');
    const std::string unbounded(501, 'x');
    for (const auto* verb :
         {"ack", "accept", "decline", "en-route", "on-scene", "complete", "deliver", "recall"}) {
        EXPECT_EQ(
            run({"order", verb, kOrder, "--reason", unbounded.c_str(), "--hub", kNobody}).exit,
            Exit::misuse);
        EXPECT_EQ(run({"order", verb, kOrder, "--reason", bounded.c_str(), "--hub", "no address"})
                      .err.find("500"),
                  std::string::npos);
    }
}

TEST(Cli, TheOrdersOfOneIncidentIncludeTheEndedOnes) {
    FakeHub hub;
    const std::string address = hub.address().target;
    for (std::vector<const char*> words :
         std::vector<std::vector<const char*>>{{"order", "list"},
                                               {"order", "list", "--incident", "F1"},
                                               {"order", "list", "--all"}}) {
        words.insert(words.end(), {"--json", "--hub", address.c_str()});
        EXPECT_EQ(run(words).exit, Exit::done);
    }
    const auto lists = hub.heard<v1::ListOrdersRequest>();
    ASSERT_EQ(lists.size(), 3u);
    EXPECT_FALSE(lists[0].include_ended());
    EXPECT_TRUE(lists[1].include_ended());
    EXPECT_EQ(lists[1].incident_id(), "F1");
    EXPECT_TRUE(lists[2].include_ended());
}

TEST(ParsePlace, TakesTwoNumbersAndNothingElse) {
    const auto place = parse_place("-30.5,123.25");
    ASSERT_TRUE(place.has_value());
    EXPECT_DOUBLE_EQ(place->lat_deg(), -30.5);
    EXPECT_DOUBLE_EQ(place->lon_deg(), 123.25);
    for (const auto* text : {"",
                             ",",
                             "30",
                             "30,",
                             ",123",
                             "30,123,5",
                             "30;123",
                             "30, 123",
                             " 30,123",
                             "30,123 ",
                             "nan,0",
                             "inf,0",
                             "1e1,0",
                             "0x10,0",
                             "+30,123",
                             "90.0001,0",
                             "0,180.0001"}) {
        EXPECT_FALSE(parse_place(text).has_value()) << text;
    }
}

TEST(Table, AlignsByWhatATerminalShows) {
    EXPECT_EQ(width_of("abc"), 3u);
    EXPECT_EQ(width_of("消防一站"), 8u);
    Table table({"name", "status"});
    table.add({"消防一站", "available"});
    table.add({"x", "en route"});
    EXPECT_EQ(table.text(Language::english),
              "name      status\n"
              "消防一站  available\n"
              "x         en route\n");
}

TEST(Table, TextOfOthersCannotSteerTheTerminal) {
    Table table({"text"});
    table.add({"a\x1b[2Jb\nc"});
    EXPECT_EQ(table.text(Language::english), "text\na [2Jb c\n");
}

TEST(Age, IsCoarse) {
    const UtcTime now = SystemClock().now();
    EXPECT_EQ(age(to_proto(now), now, Language::english), "now");
    EXPECT_EQ(age(to_proto(now - std::chrono::seconds(45)), now, Language::english), "45 s");
    EXPECT_EQ(age(to_proto(now - std::chrono::minutes(12)), now, Language::english), "12 min");
    EXPECT_EQ(age(to_proto(now - std::chrono::hours(3)), now, Language::english), "3 h");
    EXPECT_EQ(age(to_proto(now - std::chrono::hours(72)), now, Language::chinese), "3 天");
    EXPECT_EQ(age({}, now, Language::english), "");
}

}  // namespace
}  // namespace muster
