#include "hub/journal/change_reader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "muster/v1/change.pb.h"

namespace muster {

std::optional<ChangeParts> read_change(std::string_view payload) {
    using google::protobuf::internal::WireFormatLite;
    const auto* data = reinterpret_cast<const uint8_t*>(payload.data());
    google::protobuf::io::CodedInputStream in(data, static_cast<int>(payload.size()));
    ChangeParts parts;
    while (const uint32_t tag = in.ReadTag()) {
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            if (!WireFormatLite::SkipField(&in, tag)) return std::nullopt;
            continue;
        }
        uint32_t size = 0;
        if (!in.ReadVarint32(&size)) return std::nullopt;
        const auto at = static_cast<size_t>(in.CurrentPosition());
        if (size > payload.size() - at || !in.Skip(static_cast<int>(size))) return std::nullopt;
        const std::string_view bytes = payload.substr(at, size);
        switch (WireFormatLite::GetTagFieldNumber(tag)) {
            case v1::Change::kUpsertsFieldNumber:
                parts.upserts.push_back(bytes);
                break;
            case v1::Change::kRemovalsFieldNumber: {
                v1::Removal removal;
                if (!removal.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
                    return std::nullopt;
                }
                parts.removals.push_back(key_of(removal));
                break;
            }
            default:
                break;
        }
    }
    if (!in.ConsumedEntireMessage()) return std::nullopt;
    return parts;
}

EntityKey key_of_bytes(std::string_view entity) {
    v1::Entity message;
    if (!message.ParseFromArray(entity.data(), static_cast<int>(entity.size()))) return {};
    return key_of(message);
}

}  // namespace muster
