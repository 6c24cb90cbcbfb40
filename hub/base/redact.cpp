#include "hub/base/redact.h"

#include <array>

namespace muster {
namespace {

constexpr std::string_view kHidden = "***";
// A UUID has 36, a build's name fewer; a token has 43.
constexpr size_t kTokenChars = 40;
constexpr std::array<std::string_view, 9> kSecretNames{"password",
                                                       "passwd",
                                                       "token",
                                                       "secret",
                                                       "ticket",
                                                       "credential",
                                                       "authorization",
                                                       "cookie",
                                                       "access_token"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool is_token_char(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '+' || c == '=';
}

bool is_name_char(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_';
}

bool ends_with_name(std::string_view text, std::string_view name) {
    if (text.size() < name.size()) return false;
    const auto end = text.substr(text.size() - name.size());
    for (size_t i = 0; i < name.size(); ++i) {
        if (lower(end[i]) != name[i]) return false;
    }
    return true;
}

bool is_secret_name(std::string_view name) {
    for (const auto secret : kSecretNames) {
        if (ends_with_name(name, secret)) return true;
    }
    return false;
}

// Where the value that begins at `at` ends: at the closing quote of a quoted one, else at a blank
// or a separator.
size_t end_of_value(std::string_view text, size_t at) {
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
        const char quote = text[at];
        for (size_t i = at + 1; i < text.size(); ++i) {
            if (text[i] == '\\') {
                ++i;
            } else if (text[i] == quote) {
                return i + 1;
            }
        }
        return text.size();
    }
    const auto end = text.find_first_of(" \t\r\n,;&)}]\"'", at);
    return end == std::string_view::npos ? text.size() : end;
}

// After "name", an optional quote and blanks, then = or :, and blanks: where the value begins.
size_t value_after_name(std::string_view text, size_t at) {
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
    while (at < text.size() && text[at] == ' ') ++at;
    if (at == text.size() || (text[at] != '=' && text[at] != ':')) return std::string_view::npos;
    ++at;
    while (at < text.size() && text[at] == ' ') ++at;
    return at < text.size() ? at : std::string_view::npos;
}

// The end of "user:password@" after "scheme://", npos when there is none.
size_t end_of_user(std::string_view text, size_t at) {
    // A password may have an @ or a slash that nobody encoded: up to the last @ of the word.
    const auto word = text.find_first_of(" \t\r\n\"'<>", at);
    const auto within = text.substr(0, word);
    const auto found = within.rfind('@');
    return found == std::string_view::npos || found < at ? std::string_view::npos : found;
}

bool begins_with_bearer(std::string_view text) {
    constexpr std::string_view kBearer = "bearer ";
    if (text.size() < kBearer.size()) return false;
    for (size_t i = 0; i < kBearer.size(); ++i) {
        if (lower(text[i]) != kBearer[i]) return false;
    }
    return true;
}

}  // namespace

std::string redact(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    size_t at = 0;
    while (at < text.size()) {
        if (text.substr(at).starts_with("://")) {
            result += "://";
            at += 3;
            if (const auto end = end_of_user(text, at); end != std::string_view::npos) {
                result += kHidden;
                at = end;
            }
            continue;
        }
        if (!is_token_char(text[at])) {
            result += text[at++];
            continue;
        }
        // At the beginning of a word.
        if (begins_with_bearer(text.substr(at))) {
            result += text.substr(at, 7);
            at = end_of_value(text, at + 7);
            result += kHidden;
            continue;
        }
        size_t name = at;
        while (name < text.size() && is_name_char(text[name])) ++name;
        if (is_secret_name(text.substr(at, name - at))) {
            const size_t value = value_after_name(text, name);
            if (value != std::string_view::npos) {
                result += text.substr(at, value - at);
                // "Authorization: Bearer x" is two words.
                const size_t begin = begins_with_bearer(text.substr(value)) ? value + 7 : value;
                at = end_of_value(text, begin);
                result += kHidden;
                continue;
            }
        }
        size_t end = at;
        while (end < text.size() && is_token_char(text[end])) ++end;
        // A name with its value, such as "session=...", is two words: the name is shown.
        const auto equals = text.substr(at, end - at).find('=');
        if (equals != std::string_view::npos && equals + 1 < end - at) end = at + equals + 1;
        const auto word = text.substr(at, end - at);
        result += word.size() >= kTokenChars ? kHidden : word;
        at = end;
    }
    return result;
}

}  // namespace muster
