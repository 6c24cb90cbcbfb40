#include "clients/cpp/cli/cli.h"

#include <sstream>

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
        {"order", "issue", "--incident", "F2101"},
        {"order", "decline", "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10"},
        {"team", "set-status", "x", "en_route"},
        {"team", "add", "--name", "x", "--at", "30,123", "--capability", "fire,magic"},
        {"watch", "--kinds", "dragon"},
        {"suggest"},
        {"--hub", "http://10.0.0.7:7700", "whoami"},
        {"--hub", "no address", "whoami"},
        {"room", "list"},
    };
    for (const auto& words : misuses) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, Exit::misuse) << testing::PrintToString(words) << ran.err;
        EXPECT_EQ(ran.out, "") << testing::PrintToString(words);
        EXPECT_NE(ran.err, "") << testing::PrintToString(words);
    }
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
