#include "clients/cpp/cli/table.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "clients/cpp/labels.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// One code point, or U+FFFD and one byte for what is not UTF-8.
char32_t next_code_point(std::string_view& text) {
    const auto lead = static_cast<uint8_t>(text.front());
    const size_t length = lead < 0x80    ? 1
                          : lead >= 0xf0 ? 4
                          : lead >= 0xe0 ? 3
                          : lead >= 0xc0 ? 2
                                         : 0;
    if (length == 0 || length > text.size()) {
        text.remove_prefix(1);
        return 0xfffd;
    }
    char32_t code = length == 1 ? lead : lead & (0xff >> (length + 1));
    for (size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
    text.remove_prefix(length);
    return code;
}

// The wide and full-width blocks of Unicode's East Asian Width that text of ours can hold.
bool is_wide(char32_t code) {
    return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
           (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
           (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
           (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) ||
           (code >= 0x20000 && code <= 0x3fffd);
}

// Control characters of somebody's text must not steer the terminal.
std::string tamed(std::string_view text) {
    std::string tame;
    for (const char c : text) {
        const auto byte = static_cast<uint8_t>(c);
        tame += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    return tame;
}

std::string padded(const std::string& text, size_t width) {
    const size_t own = width_of(text);
    return text + std::string(own < width ? width - own : 0, ' ');
}

}  // namespace

size_t width_of(std::string_view utf8) {
    size_t width = 0;
    while (!utf8.empty()) width += is_wide(next_code_point(utf8)) ? 2 : 1;
    return width;
}

std::string Table::text(Language language) const {
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& column : columns_) lines.front().push_back(heading(column, language));
    for (const auto& row : rows_) {
        auto& line = lines.emplace_back();
        for (const auto& cell : row) line.push_back(tamed(cell));
    }
    std::vector<size_t> widths(columns_.size());
    for (const auto& line : lines) {
        for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    }
    std::string text;
    for (const auto& line : lines) {
        std::string one;
        for (size_t i = 0; i < line.size(); ++i) {
            one += i + 1 == line.size() ? line[i] : padded(line[i], widths[i] + 2);
        }
        one.erase(one.find_last_not_of(' ') + 1);
        text += one + "\n";
    }
    return text;
}

std::string Table::upright(Language language) const {
    std::string text;
    for (const auto& row : rows_) {
        size_t width = 0;
        for (const auto& column : columns_) {
            width = std::max(width, width_of(heading(column, language)));
        }
        for (size_t i = 0; i < row.size(); ++i) {
            if (row[i].empty()) continue;
            text += padded(heading(columns_[i], language), width + 2) + tamed(row[i]) + "\n";
        }
    }
    return text;
}

std::string local_time(const google::protobuf::Timestamp& time, UtcTime now) {
    if (time.seconds() == 0) return {};
    const auto when = static_cast<std::time_t>(time.seconds());
    const bool recent = from_proto(time) > now - hours(12) && from_proto(time) < now + hours(12);
    const auto local = fmt::localtime(when);
    return recent ? fmt::format("{:%H:%M:%S}", local) : fmt::format("{:%Y-%m-%d %H:%M}", local);
}

std::string age(const google::protobuf::Timestamp& time, UtcTime now, Language language) {
    if (time.seconds() == 0) return {};
    const bool chinese = language == Language::chinese;
    const auto span = now - from_proto(time);
    if (span < seconds(1)) return chinese ? "刚刚" : "now";
    if (span < minutes(2)) return fmt::format("{} {}", span / seconds(1), chinese ? "秒" : "s");
    if (span < hours(2)) return fmt::format("{} {}", span / minutes(1), chinese ? "分" : "min");
    if (span < hours(48)) return fmt::format("{} {}", span / hours(1), chinese ? "小时" : "h");
    return fmt::format("{} {}", span / hours(24), chinese ? "天" : "d");
}

std::string place_text(const v1::Point& at) {
    return fmt::format("{:.5f},{:.5f}", at.lat_deg(), at.lon_deg());
}

}  // namespace muster
