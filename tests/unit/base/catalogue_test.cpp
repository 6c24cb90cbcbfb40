#include "hub/base/catalogue.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "hub/base/error.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using Sentences = std::map<std::string, std::string>;

std::string slurp(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in) << file;
    return {std::istreambuf_iterator<char>(in), {}};
}

Sentences sentences(const std::string& language) {
    const auto json = boost::json::parse(
        slurp(fs::path(MUSTER_SOURCE_DIR) / "hub/base/catalogue" / (language + ".json")));
    Sentences result;
    for (const auto& [code, sentence] : json.as_object()) {
        result.emplace(std::string(code), std::string(sentence.as_string()));
    }
    return result;
}

std::multiset<std::string> placeholders(const std::string& sentence) {
    static const std::regex pattern(R"(\{([^}]*)\})");
    std::multiset<std::string> names;
    for (std::sregex_iterator it(sentence.begin(), sentence.end(), pattern), end; it != end; ++it) {
        names.insert((*it)[1]);
    }
    return names;
}

TEST(Catalogue, BothLanguagesHaveTheSameCodesAndPlaceholders) {
    const auto english = sentences("en");
    const auto chinese = sentences("zh");
    EXPECT_GT(english.size(), 100u);
    for (const auto& [code, sentence] : english) {
        const auto found = chinese.find(code);
        ASSERT_NE(found, chinese.end()) << code;
        EXPECT_EQ(placeholders(sentence), placeholders(found->second)) << code;
        EXPECT_FALSE(sentence.empty()) << code;
        EXPECT_FALSE(found->second.empty()) << code;
        EXPECT_LE(code.size(), 64u) << code;
    }
    for (const auto& [code, sentence] : chinese) EXPECT_TRUE(english.contains(code)) << code;
    EXPECT_EQ(catalogue_codes(Language::english), catalogue_codes(Language::chinese));
    EXPECT_EQ(catalogue_codes(Language::english).size(), english.size());
}

TEST(Catalogue, PlaceholdersAreArgumentsNames) {
    static const std::regex name("[a-z][a-z0-9_]*");
    for (const auto& [code, sentence] : sentences("en")) {
        for (const auto& placeholder : placeholders(sentence)) {
            EXPECT_TRUE(std::regex_match(placeholder, name)) << code << " {" << placeholder << "}";
        }
    }
}

// The literals of a source file that are codes. In C++ every dotted literal whose first part begins
// a code of the catalogue; in TypeScript, whose own texts have dotted keys too, what is compared
// with or given as a `code`.
std::vector<std::string> codes_in(const fs::path& file, const std::set<std::string>& beginnings) {
    const std::string extension = file.extension().string();
    static const std::regex cpp(R"re("([a-z][a-z0-9_]*)\.([a-z0-9_.-]+)")re");
    static const std::regex typescript(
        R"re(\bcode\s*(?:===|!==|:)\s*'([a-z][a-z0-9_]*)\.([a-z0-9_.-]+)')re");
    // Names of files look like codes.
    static const std::set<std::string> files{"db", "html", "json", "lock", "pem", "token", "toml"};
    std::vector<std::string> codes;
    const std::string text = slurp(file);
    const auto& pattern = extension == ".ts" || extension == ".tsx" ? typescript : cpp;
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
        const std::string first = (*it)[1];
        const std::string rest = (*it)[2];
        if (beginnings.contains(first) && !files.contains(rest))
            codes.push_back(first + "." + rest);
    }
    return codes;
}

bool is_source(const fs::path& file) {
    static const std::set<std::string> extensions{".cpp", ".h", ".ts", ".tsx"};
    return extensions.contains(file.extension().string()) &&
           file.filename().string().find(".test.") == std::string::npos;
}

TEST(Catalogue, HasEveryCodeThatTheSourcesUse) {
    const auto english = sentences("en");
    std::set<std::string> beginnings;
    for (const auto& [code, sentence] : english) beginnings.insert(code.substr(0, code.find('.')));
    size_t seen = 0;
    for (const char* room : {"hub", "media", "clients"}) {
        const fs::path root = fs::path(MUSTER_SOURCE_DIR) / room;
        for (auto it = fs::recursive_directory_iterator(root);
             it != fs::recursive_directory_iterator();
             ++it) {
            const auto name = it->path().filename();
            if (it->is_directory() && (name == "node_modules" || name == "gen" || name == "dist")) {
                it.disable_recursion_pending();
            }
            if (!it->is_regular_file() || !is_source(it->path())) continue;
            for (const auto& code : codes_in(it->path(), beginnings)) {
                EXPECT_TRUE(english.contains(code)) << it->path() << ": " << code;
                ++seen;
            }
        }
    }
    EXPECT_GT(seen, 100u);
}

TEST(Catalogue, SaysAReasonInBothLanguages) {
    const auto reason = make_reason("incident.unknown", {{"id", "F2104"}});
    EXPECT_EQ(say(reason, Language::english), "There is no incident F2104.");
    EXPECT_EQ(say(reason, Language::chinese), "没有事件 F2104。");
}

TEST(Catalogue, AnArgumentMayHaveAWordOfItsOwn) {
    const auto reason = make_reason("order.already", {{"status", "en-route"}});
    EXPECT_EQ(say(reason, Language::english), "The order is en route already.");
    EXPECT_EQ(say(reason, Language::chinese), "指令已是“在途”状态。");
    const auto edited =
        make_reason("log.incident_updated", {{"incident", "F2101"}, {"fields", "grade, place"}});
    EXPECT_EQ(say(edited, Language::english), "Incident F2101 was corrected: grade, place.");
    EXPECT_EQ(say(edited, Language::chinese), "事件 F2101 已更正：等级、地点。");
    const auto backward =
        make_reason("order.backward", {{"status", "complete"}, {"wanted", "on-scene"}});
    EXPECT_EQ(say(backward, Language::chinese), "指令现为“已完成”，不能退回“到场”。");
    // What people wrote is never taken for a word.
    EXPECT_EQ(say(make_reason("team.unknown", {{"id", "en-route"}}), Language::english),
              "There is no team en-route.");
}

TEST(Catalogue, UnknownCodesAndMissingArgumentsAreSaidAsTheyAre) {
    EXPECT_EQ(say(make_reason("no.such", {{"a", "1"}}), Language::english), "no.such a=1");
    EXPECT_EQ(say(make_reason("incident.unknown"), Language::english), "There is no incident ?.");
    // An argument is text, not a sentence to fill in.
    EXPECT_EQ(say(make_reason("incident.unknown", {{"id", "{id}"}}), Language::english),
              "There is no incident {id}.");
}

TEST(Catalogue, TheLanguageIsTheEnvironments) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) ::unsetenv(name);
    EXPECT_EQ(language_of_environment(), Language::english);
    ::setenv("LANG", "zh_CN.UTF-8", 1);
    EXPECT_EQ(language_of_environment(), Language::chinese);
    ::setenv("LC_ALL", "en_US.UTF-8", 1);
    EXPECT_EQ(language_of_environment(), Language::english);
    ::setenv("LC_ALL", "", 1);
    EXPECT_EQ(language_of_environment(), Language::chinese);
}

}  // namespace
}  // namespace muster
