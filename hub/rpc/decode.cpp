#include "hub/rpc/decode.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace muster {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxDepth = 100;

// The path of the first text that is not UTF-8; empty when it is something else that is wrong.
// protobuf's own parser says only that it failed.
std::string find_bad_text(std::string_view bytes, const Descriptor& type, int depth) {
    CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                        static_cast<int>(bytes.size()));
    while (const uint32_t tag = in.ReadTag()) {
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            if (!WireFormatLite::SkipField(&in, tag)) return {};
            continue;
        }
        std::string content;
        uint32_t size = 0;
        if (!in.ReadVarint32(&size) || size > bytes.size() ||
            !in.ReadString(&content, static_cast<int>(size))) {
            return {};
        }
        const auto* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
        if (field == nullptr) continue;
        if (field->type() == FieldDescriptor::TYPE_STRING && !is_utf8(content)) {
            return field->name();
        }
        if (field->type() == FieldDescriptor::TYPE_MESSAGE && depth < kMaxDepth) {
            const std::string within = find_bad_text(content, *field->message_type(), depth + 1);
            if (!within.empty()) return field->name() + "." + within;
        }
    }
    return {};
}

}  // namespace

bool is_utf8(std::string_view text) {
    const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    for (size_t i = 0; i < text.size();) {
        const unsigned char lead = at(i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || i + length > text.size()) return false;
        for (size_t k = 1; k < length; ++k) {
            if ((at(i + k) & 0xc0) != 0x80) return false;
        }
        const unsigned char next = at(i + 1);
        if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f) ||
            (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next > 0x8f)) {
            return false;
        }
        i += length;
    }
    return true;
}

Status decode(std::string_view bytes, google::protobuf::Message& message, size_t limit) {
    if (bytes.size() > limit) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "request.too_large",
                      {{"size", std::to_string(bytes.size())}, {"limit", std::to_string(limit)}});
    }
    if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
    const Descriptor& type = *message.GetDescriptor();
    const std::string field = find_bad_text(bytes, type, 0);
    if (!field.empty()) {
        return refuse(
            absl::StatusCode::kInvalidArgument, "field.not_utf8", {{"field", field}}, field);
    }
    return refuse(absl::StatusCode::kInvalidArgument,
                  "request.undecodable",
                  {{"what", "not a " + type.full_name()}});
}

}  // namespace muster
