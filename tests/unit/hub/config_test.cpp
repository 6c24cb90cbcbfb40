// Settings: by flag and by file, checked line by line, and what of them holds without a restart.
#include "hub/config.h"

#include <fstream>

#include <gmock/gmock.h>

#include "hub/access/x509.h"
#include "hub/base/catalogue.h"
#include "hub/config_file.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigTest : public testing::Test {
protected:
    ~ConfigTest() override { fs::remove_all(folder_); }

    static fs::path make_folder() {
        std::string name = (fs::temp_directory_path() / "muster-config-XXXXXX").string();
        return ::mkdtemp(name.data());
    }
    std::string file(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }
    static ParsedConfig parse(const std::vector<std::string>& arguments) {
        std::vector<const char*> argv{"muster-hub"};
        for (const auto& argument : arguments) argv.push_back(argument.c_str());
        return parse_config(static_cast<int>(argv.size()), argv.data());
    }
    ParsedConfig parse_file(const std::string& text) {
        return parse({"--config", file("muster.toml", text)});
    }
    static std::vector<std::string> codes(const ParsedConfig& parsed) {
        std::vector<std::string> all;
        for (const auto& problem : parsed.problems) all.push_back(problem.code());
        return all;
    }

    const fs::path folder_ = make_folder();
};

TEST_F(ConfigTest, AFileSaysWhatFlagsSayAndAFlagWins) {
    const auto parsed = parse({"--config",
                               file("muster.toml",
                                    "data = \"/var/lib/muster\"\n"
                                    "https = \"0.0.0.0:443\"\n"
                                    "trust = \"0.0.0.0:80\"\n"
                                    "names = [\"hub.example.org\", \"10.0.0.5\"]\n"
                                    "hot_h = 48\n"
                                    "log-format = \"json\"\n"
                                    "log_level = \"debug\"\n"),
                               "--log-level",
                               "warning"});
    EXPECT_THAT(codes(parsed), IsEmpty());
    EXPECT_EQ(parsed.config.data, "/var/lib/muster");
    EXPECT_EQ(parsed.config.https, "0.0.0.0:443");
    EXPECT_THAT(parsed.config.names, ElementsAre("hub.example.org", "10.0.0.5"));
    EXPECT_EQ(parsed.config.hot_h, 48u);
    EXPECT_EQ(parsed.config.log_format, LogFormat::json);
    EXPECT_EQ(parsed.config.log_level, "warning");
}

TEST_F(ConfigTest, EveryWrongLineIsNamedAtOnce) {
    const auto parsed = parse_file(
        "dataa = \"x\"\n"
        "grpc = \"7700\"\n"
        "hot-h = \"soon\"\n"
        "web = true\n"
        "log-level = \"loud\"\n"
        "quux_of_something = 1\n"
        "http = \"0.0.0.0:80\"\n");
    EXPECT_THAT(codes(parsed),
                ElementsAre("config.unknown_key_like",
                            "config.not_text",
                            "config.unknown_key",
                            "config.bad_number",
                            "config.no_data",
                            "config.bad_address",
                            "listen.http_not_loopback",
                            "config.log_level"));
    const std::string said = say(parsed.problems[0], Language::english);
    EXPECT_THAT(said, HasSubstr("line 1"));
    EXPECT_THAT(said, HasSubstr("is data meant?"));
    EXPECT_THAT(say(parsed.problems[1], Language::english), HasSubstr("line 4"));
}

TEST_F(ConfigTest, ABrokenFileNamesItsLineAndAMissingOneItself) {
    EXPECT_THAT(say(parse_file("data = \"x\"\ngrpc = \n").problems[0], Language::english),
                HasSubstr("line 2"));
    EXPECT_THAT(codes(parse({"--config", folder_ / "none", "--data", "x"})),
                ElementsAre("key.unreadable"));
    // What is no settings' file is not read to its end.
    EXPECT_THAT(codes(parse({"--data", "x", "--config", file("huge", std::string(70'000, '#'))})),
                ElementsAre("key.unreadable"));
    EXPECT_THAT(codes(parse_file("data = \"x\"\nhot_h = 1\nhot-h = 2\n")),
                ElementsAre("config.twice"));
}

TEST_F(ConfigTest, ACertificateIsLookedAtBeforeTheStart) {
    const auto authority = make_authority("x", UtcTime(std::chrono::hours(500'000)));
    const std::string good = file("good.crt", authority->certificate_pem);
    const std::string key = file("good.key", authority->key_pem);
    const auto check = [&](const std::string& certificate, const std::string& its_key) {
        return codes(parse({"--data", "x", "--cert", certificate, "--key", its_key}));
    };
    EXPECT_THAT(check(good, key), IsEmpty());
    EXPECT_THAT(check(file("none.crt", "words"), key), ElementsAre("certificate.not_pem"));
    EXPECT_THAT(check(good, file("none.key", "words")), ElementsAre("certificate.key_not_pem"));
    const auto other = make_authority("y", UtcTime(std::chrono::hours(500'000)));
    EXPECT_THAT(check(good, file("other.key", other->key_pem)),
                ElementsAre("certificate.bad_pair"));
    EXPECT_THAT(codes(parse({"--data", "x", "--cert", good})), ElementsAre("config.cert_and_key"));
}

TEST_F(ConfigTest, OffIsNoAddress) {
    const auto parsed = parse({"--data", "x", "--https", "off", "--http", "off"});
    EXPECT_THAT(codes(parsed), IsEmpty());
    EXPECT_EQ(parsed.config.https, "");
    EXPECT_EQ(parsed.config.http, "");
}

TEST_F(ConfigTest, WhatHoldsAtOnceIsToldFromWhatNeedsARestart) {
    const HubConfig before = parse({"--data", "x"}).config;
    const HubConfig after = parse({"--data",
                                   "y",
                                   "--log-level",
                                   "debug",
                                   "--names",
                                   "hub.example.org",
                                   "--grpc",
                                   "127.0.0.1:7701"})
                                .config;
    const ConfigDifference changed = difference(before, after);
    EXPECT_THAT(changed.reloadable, ElementsAre("names", "log-level"));
    EXPECT_THAT(changed.need_restart, ElementsAre("data", "grpc"));
    EXPECT_THAT(difference(before, before).need_restart, IsEmpty());
}

TEST_F(ConfigTest, TheExampleFileNamesEverySettingAndIsRight) {
    const fs::path example = fs::path(MUSTER_SOURCE_DIR) / "deploy/muster.toml";
    std::ifstream in(example);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    // Every line that is commented out is a setting at its default: taken in, it is right as well.
    std::string all;
    size_t at = 0;
    while (at < text.size()) {
        const size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.starts_with("#") && !line.starts_with("# ") && line.size() > 1) line.erase(0, 1);
        all += line + "\n";
        at = end + 1;
    }
    const auto parsed = parse_file(all);
    for (const auto& problem : parsed.problems) {
        // Its files are not on this machine.
        EXPECT_THAT(problem.code(), AnyOf("key.unreadable", "config.no_file"))
            << say(problem, Language::english);
    }
    for (const char* name : {"data",
                             "grpc",
                             "https",
                             "http",
                             "trust",
                             "cert",
                             "key",
                             "names",
                             "web",
                             "log-level",
                             "log-format",
                             "calls-per-s",
                             "hot-h",
                             "admin-password-file"}) {
        EXPECT_THAT(all, HasSubstr(std::string("\n") + name + " = ")) << name;
    }
}

TEST(Nearest, IsTheNameThatIsMostAlike) {
    const std::vector<std::string> names{"data", "grpc", "https", "http", "log-level", "hot-h"};
    EXPECT_EQ(nearest("htps", names), "https");
    EXPECT_EQ(nearest("loglevel", names), "log-level");
    EXPECT_EQ(nearest("datum", names), "data");
    EXPECT_EQ(nearest("entirely-else", names), "");
    EXPECT_EQ(nearest(std::string(10'000, 'x'), names), "");
}

}  // namespace
}  // namespace muster
