#include "hub/base/catalogue.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "hub/base/error.h"
#include "hub/base/moment.h"

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

std::set<std::string> placeholders(const std::string& sentence) {
    static const std::regex pattern(R"(\{([^}]*)\})");
    std::set<std::string> names;
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

// Whether the literal at `at` names a point of a path for tests' levers, which is no code.
bool is_lever(const std::string& text, size_t at) {
    const size_t begin = text.rfind('\n', at) + 1;
    return text.substr(begin, at - begin).find("pull(") != std::string::npos ||
           text.substr(begin, at - begin).find("//") != std::string::npos;
}

// The literals of a source file that are codes; one that ends with "_" or "." begins codes that are
// put together. In C++ every dotted literal whose first part begins
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
        if (beginnings.contains(first) && !files.contains(rest) &&
            !is_lever(text, static_cast<size_t>(it->position())))
            codes.push_back(first + "." + rest);
    }
    return codes;
}

bool is_source(const fs::path& file) {
    static const std::set<std::string> extensions{".cpp", ".h", ".ts", ".tsx"};
    return extensions.contains(file.extension().string()) &&
           file.filename().string().find(".test.") == std::string::npos;
}

// Every code that is written somewhere, with the file where it is.
std::map<std::string, fs::path> codes_of_sources(const std::set<std::string>& beginnings) {
    std::map<std::string, fs::path> codes;
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
            for (auto& code : codes_in(it->path(), beginnings)) {
                codes.emplace(std::move(code), it->path());
            }
        }
    }
    return codes;
}

std::set<std::string> beginnings_of(const Sentences& all) {
    std::set<std::string> beginnings;
    for (const auto& [code, sentence] : all) beginnings.insert(code.substr(0, code.find('.')));
    return beginnings;
}

bool begins_codes(const std::string& code) {
    return code.ends_with('_') || code.ends_with('.');
}

TEST(Catalogue, HasEveryCodeThatTheSourcesUse) {
    const auto english = sentences("en");
    const auto codes = codes_of_sources(beginnings_of(english));
    EXPECT_GT(codes.size(), 100u);
    for (const auto& [code, file] : codes) {
        const auto found = english.lower_bound(code);
        const bool known =
            found != english.end() &&
            (begins_codes(code) ? found->first.starts_with(code) : found->first == code);
        EXPECT_TRUE(known) << file << ": " << code;
    }
}

TEST(Catalogue, HasNoSentenceThatNobodySays) {
    const auto english = sentences("en");
    const auto codes = codes_of_sources(beginnings_of(english));
    std::set<std::string> arguments;
    for (const auto& [code, sentence] : english) {
        for (const auto& name : placeholders(sentence)) arguments.insert(name);
    }
    for (const auto& [code, sentence] : english) {
        if (code.starts_with("word.")) {
            // A word of an argument: "word.status.en-route" is one of {status}; {fields} and
            // {changed} share the list "edited". Two lists are for the command line's tables.
            static const std::set<std::string> others{"edited", "is", "participant"};
            const std::string list = code.substr(5, code.find('.', 5) - 5);
            EXPECT_TRUE(arguments.contains(list) || others.contains(list)) << code;
            continue;
        }
        bool said = codes.contains(code);
        for (size_t end = code.size(); !said && end > 0; --end) {
            const std::string begin = code.substr(0, end);
            // A room's own name alone begins everything: that proves nothing.
            said = begin.ends_with('_') && codes.contains(begin);
        }
        EXPECT_TRUE(said) << code << " is said nowhere";
    }
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

TEST(Catalogue, AMomentIsSaidByTheLocalClockWhateverItsName) {
    const auto since = [](const std::string& moment) {
        return say(make_reason("suggest.out_of_service", {{"since", moment}}), Language::english);
    };
    const std::string moment = "2025-11-24T01:10:22.481Z";
    const std::string local = local_clock(parse_rfc3339(moment).value(), SystemClock().now());
    EXPECT_NE(local, moment);
    EXPECT_EQ(since(moment), "Out of service since " + local + ".");
    EXPECT_EQ(say(make_reason("picture.in_future", {{"time", moment}}), Language::chinese)
                  .substr(0, local.size()),
              local);
    // What people wrote beside one stays as it is.
    EXPECT_EQ(since("at " + moment), "Out of service since at " + moment + ".");
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
