#include "hub/journal/change_reader.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "hub/base/clock.h"
#include "muster/v1/change.pb.h"

namespace muster {
namespace {

using google::protobuf::internal::WireFormatLite;

// Of the year 9999.
constexpr int64_t kLastSecond = 253'402'300'799;

template <class Message>
bool parse(std::string_view bytes, Message& message) {
    return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

bool add_key(std::string_view bytes, std::vector<EntityKey>& keys) {
    v1::Removal removal;
    if (!parse(bytes, removal)) return false;
    keys.push_back(key_of(removal));
    return true;
}

// False for bytes that are not what the field holds.
bool take_field(int number, std::string_view bytes, ChangeParts& parts) {
    switch (number) {
        case v1::Change::kAtFieldNumber: {
            google::protobuf::Timestamp at;
            if (!parse(bytes, at) || std::abs(at.seconds()) > kLastSecond) return false;
            parts.head.at_us = from_proto(at).time_since_epoch().count();
            return true;
        }
        case v1::Change::kActorIdFieldNumber:
            parts.head.actor_id = bytes;
            return true;
        case v1::Change::kMethodFieldNumber:
            parts.head.method = bytes;
            return true;
        case v1::Change::kRequestIdFieldNumber:
            parts.head.request_id = bytes;
            return true;
        case v1::Change::kUpsertsFieldNumber:
            parts.upserts.push_back(bytes);
            return true;
        case v1::Change::kRemovalsFieldNumber:
            return add_key(bytes, parts.removals);
        case v1::Change::kArchivedFieldNumber:
            return add_key(bytes, parts.archived);
        case v1::Change::kErasedFieldNumber:
            return add_key(bytes, parts.erased);
        default:
            return true;
    }
}

// The payload is outside bytes until the chain said otherwise: a foreign or damaged file.
std::optional<ChangeParts> read(std::string_view payload, bool head_alone) {
    if (payload.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return std::nullopt;
    const auto* data = reinterpret_cast<const uint8_t*>(payload.data());
    google::protobuf::io::CodedInputStream in(data, static_cast<int>(payload.size()));
    ChangeParts parts;
    while (const uint32_t tag = in.ReadTag()) {
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            if (!WireFormatLite::SkipField(&in, tag)) return std::nullopt;
            continue;
        }
        const int number = WireFormatLite::GetTagFieldNumber(tag);
        if (head_alone && number >= v1::Change::kUpsertsFieldNumber) return parts;
        uint32_t size = 0;
        if (!in.ReadVarint32(&size)) return std::nullopt;
        const auto at = static_cast<size_t>(in.CurrentPosition());
        if (size > payload.size() - at || !in.Skip(static_cast<int>(size))) return std::nullopt;
        if (!take_field(number, payload.substr(at, size), parts)) return std::nullopt;
    }
    if (!in.ConsumedEntireMessage()) return std::nullopt;
    return parts;
}

}  // namespace

std::optional<ChangeParts> read_change(std::string_view payload) {
    return read(payload, false);
}

std::optional<ChangeHead> read_change_head(std::string_view payload) {
    auto parts = read(payload, true);
    if (!parts) return std::nullopt;
    return std::move(parts->head);
}

EntityKey key_of_bytes(std::string_view entity) {
    v1::Entity message;
    return parse(entity, message) ? key_of(message) : EntityKey{};
}

std::string_view id_bytes(const Uuid& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

Uuid id_of_bytes(std::string_view bytes) {
    Uuid id;
    if (bytes.size() == id.bytes.size()) {
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(id.bytes.data()));
    }
    return id;
}

}  // namespace muster
