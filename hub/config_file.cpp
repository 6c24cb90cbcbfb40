#include "hub/config_file.h"

#include <algorithm>
#include <numeric>

#include <toml++/toml.h>

#include "hub/access/key_file.h"
#include "hub/base/error.h"

namespace muster {
namespace {

constexpr size_t kMaxFileBytes = 64 << 10;

std::string with_dashes(std::string name) {
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

std::optional<std::string> text_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<int64_t>()) return std::to_string(*number);
    const auto* list = node.as_array();
    if (list == nullptr) return std::nullopt;
    std::string joined;
    for (const auto& each : *list) {
        const auto text = each.value_exact<std::string>();
        if (!text) return std::nullopt;
        joined += (joined.empty() ? "" : ",") + *text;
    }
    return joined;
}

size_t distance(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& names) {
    constexpr size_t kMaxWord = 64;
    if (word.size() > kMaxWord) return {};
    std::string best;
    // Half of the word may be wrong.
    size_t limit = std::max<size_t>(word.size() / 2, 1) + 1;
    for (const auto& name : names) {
        const size_t far = distance(word, name);
        if (far >= limit) continue;
        limit = far;
        best = name;
    }
    return best;
}

ConfigFile read_config_file(const std::filesystem::path& file,
                            const std::vector<std::string>& names) {
    const auto text = read_text(file, kMaxFileBytes);
    if (text.ok()) return read_config_text(*text, file.string(), names);
    ConfigFile result;
    result.problems.push_back(detail_of(text.status())->reason());
    return result;
}

ConfigFile read_config_text(const std::string& text,
                            const std::string& file,
                            const std::vector<std::string>& names) {
    ConfigFile result;
    const auto problem = [&](std::string_view code, Args args) {
        args.emplace_back("file", file);
        result.problems.push_back(make_reason(code, args));
    };
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        problem("config.not_toml",
                {{"line", std::to_string(error.source().begin.line)},
                 {"what", std::string(error.description())}});
        return result;
    }
    // In the order of the lines, not of the names.
    std::vector<std::pair<uint32_t, std::string>> lines;
    for (const auto& [key, node] : table) {
        lines.emplace_back(key.source().begin.line, std::string(key.str()));
    }
    std::sort(lines.begin(), lines.end());
    for (const auto& [number, written] : lines) {
        const std::string line = std::to_string(number);
        const std::string name = with_dashes(written);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            const std::string alike = nearest(name, names);
            problem(alike.empty() ? "config.unknown_key" : "config.unknown_key_like",
                    {{"line", line}, {"key", written}, {"alike", alike}});
            continue;
        }
        auto value = text_of(*table.get(written));
        if (!value) {
            problem("config.not_text", {{"line", line}, {"key", written}});
        } else if (result.values.contains(name)) {
            problem("config.twice", {{"line", line}, {"key", written}});
        } else {
            result.values[name] = *std::move(value);
        }
    }
    return result;
}

}  // namespace muster
