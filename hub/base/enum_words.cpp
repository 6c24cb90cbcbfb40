#include "hub/base/enum_words.h"

#include <cctype>
#include <string_view>

#include <google/protobuf/descriptor.h>

namespace muster {

std::string word_of(const google::protobuf::EnumDescriptor& type, int number) {
    const auto* value = type.FindValueByNumber(number);
    if (value == nullptr) return std::to_string(number);
    const std::string& zero = type.FindValueByNumber(0)->name();
    const size_t prefix = zero.size() - std::string_view("UNSPECIFIED").size();
    std::string text = value->name().substr(prefix);
    for (char& c : text) {
        c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

}  // namespace muster
