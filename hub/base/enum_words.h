// The word of an enum value: "en-route" for ORDER_STATUS_EN_ROUTE; what scripts write and what the
// catalogue's lists are named by.
#pragma once

#include <string>

#include <google/protobuf/generated_enum_reflection.h>

namespace muster {

// The number itself for a value that the type does not have. The zero value is PREFIX_UNSPECIFIED.
std::string word_of(const google::protobuf::EnumDescriptor& type, int number);

template <class Enum>
std::string word(Enum value) {
    return word_of(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

}  // namespace muster
