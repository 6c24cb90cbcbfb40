// The words of enums, and of the columns of tables, for people: on the command line ("en-route"),
// in English
// ("en route") and in Chinese ("赴现场"). The sentences of codes are in hub/base/catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/generated_enum_reflection.h>

#include "hub/base/catalogue.h"
#include "hub/base/enum_words.h"

namespace muster {

using EnumDescriptor = google::protobuf::EnumDescriptor;

// The number of a word; nothing for an unknown one and for "unspecified".
std::optional<int> number_of_word(const EnumDescriptor& type, std::string_view word);
// Every word but "unspecified", in the order of the proto file.
std::vector<std::string> words_of(const EnumDescriptor& type);
// What people read; an en dash for UNSPECIFIED.
std::string label_of(const EnumDescriptor& type, int number, Language language);

template <class Enum>
std::string label(Enum value, Language language) {
    return label_of(
        *google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value), language);
}

// The heading of a column or line, named by its English word ("reported").
std::string heading(std::string_view english, Language language);

}  // namespace muster
