#include "clients/cpp/cli/needs.h"

#include <charconv>

#include <fmt/format.h>

#include "clients/cpp/labels.h"

namespace muster {

std::optional<v1::Need> parse_need(std::string_view text) {
    v1::Need need;
    if (const auto comma = text.find(','); comma != std::string_view::npos) {
        need.set_equipment(std::string(text.substr(comma + 1)));
        if (need.equipment().empty()) return std::nullopt;
        text = text.substr(0, comma);
    }
    uint32_t count = 1;
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
        const auto digits = text.substr(equals + 1);
        const auto* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, count);
        if (error != std::errc() || stop != end) return std::nullopt;
        text = text.substr(0, equals);
    }
    const auto capability =
        number_of_word(*google::protobuf::GetEnumDescriptor<v1::Capability>(), text);
    if (!capability) return std::nullopt;
    need.set_capability(static_cast<v1::Capability>(*capability));
    need.set_count(count);
    return need;
}

std::string needs_text(const google::protobuf::RepeatedPtrField<v1::Need>& needs,
                       Language language) {
    const bool chinese = language == Language::chinese;
    std::string text;
    for (const auto& need : needs) {
        if (!text.empty()) text += chinese ? "、" : ", ";
        text += fmt::format("{} {}", label(need.capability(), language), need.count());
        if (need.equipment().empty()) continue;
        text += chinese ? "（" + need.equipment() + "）" : " (" + need.equipment() + ")";
    }
    return text;
}

}  // namespace muster
