#pragma once

#include <string_view>

#include <google/protobuf/message.h>

#include "hub/base/error.h"

namespace muster {

// What one request may weigh; texts have their own, smaller bounds in the decisions.
constexpr size_t kMaxRequestBytes = 1024 * 1024;

// Parses outside bytes. Codes: invalid_argument (request.too_large, field.not_utf8 with the field,
// request.undecodable with what was wrong).
Status decode(std::string_view bytes,
              google::protobuf::Message& message,
              size_t limit = kMaxRequestBytes);

template <class Message>
Result<Message> decode(std::string_view bytes) {
    Message message;
    MUSTER_TRY(decode(bytes, message));
    return message;
}

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace muster
