#include "hub/base/catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <boost/json/src.hpp>

#include "catalogue_data.h"
#include "hub/base/moment.h"

namespace muster {
namespace {

using Sentences = std::map<std::string, std::string, std::less<>>;

Sentences load(const char* json) {
    Sentences sentences;
    const boost::json::value parsed = boost::json::parse(json);
    for (const auto& [code, sentence] : parsed.as_object()) {
        sentences.emplace(std::string(code), std::string(sentence.as_string()));
    }
    return sentences;
}

const Sentences& sentences_of(Language language) {
    static const Sentences english = load(catalogue_data::en);
    static const Sentences chinese = load(catalogue_data::zh);
    return language == Language::chinese ? chinese : english;
}

// An argument's own words: "en-route" of {status} is "word.status.en-route", each of a list like
// "grade, place"; a moment by the local clock. What has no word in it stays as it is.
std::string say_argument(const Sentences& sentences,
                         const std::string& name,
                         std::string_view value,
                         Language language) {
    if (const auto moment = parse_rfc3339(value)) {
        return local_clock(*moment, SystemClock().now());
    }
    // Several arguments speak of the same things.
    const std::string_view list = name == "wanted"                        ? "status"
                                  : name == "fields" || name == "changed" ? "edited"
                                                                          : std::string_view(name);
    constexpr std::string_view kComma = ", ";
    std::string said;
    for (std::string_view rest = value; !rest.empty();) {
        const auto end = std::min(rest.find(kComma), rest.size());
        const auto word = sentences.find(fmt::format("word.{}.{}", list, rest.substr(0, end)));
        if (word == sentences.end()) return std::string(value);
        if (!said.empty()) said += language == Language::chinese ? "、" : kComma;
        said += word->second;
        rest.remove_prefix(std::min(end + kComma.size(), rest.size()));
    }
    return said;
}

}  // namespace

std::string say(const v1::Reason& reason, Language language) {
    const auto& sentences = sentences_of(language);
    const auto found = sentences.find(reason.code());
    if (found == sentences.end()) {
        std::string text = reason.code();
        for (const auto& [name, value] : reason.args()) {
            text += " " + name + "=" + value;
        }
        return text;
    }
    std::string text;
    std::string_view rest = found->second;
    while (!rest.empty()) {
        const auto open = rest.find('{');
        const auto close = open == std::string_view::npos ? open : rest.find('}', open);
        if (close == std::string_view::npos) {
            text += rest;
            break;
        }
        text += rest.substr(0, open);
        const std::string name(rest.substr(open + 1, close - open - 1));
        const auto argument = reason.args().find(name);
        if (argument == reason.args().end()) {
            text += '?';
        } else {
            text += say_argument(sentences, name, argument->second, language);
        }
        rest.remove_prefix(close + 1);
    }
    return text;
}

Language language_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return std::string_view(value).starts_with("zh") ? Language::chinese
                                                             : Language::english;
        }
    }
    return Language::english;
}

std::vector<std::string> catalogue_codes(Language language) {
    std::vector<std::string> codes;
    for (const auto& [code, sentence] : sentences_of(language)) {
        codes.push_back(code);
    }
    return codes;
}

}  // namespace muster
