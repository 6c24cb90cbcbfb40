#include "hub/base/entity_key.h"

#include <google/protobuf/descriptor.h>

namespace muster {
namespace {

// The message that is set in a union's oneof; the union's default when none is.
const google::protobuf::Message* inner(const google::protobuf::Message& sum, int& number) {
    const auto* oneof = sum.GetDescriptor()->oneof_decl(0);
    const auto* field = sum.GetReflection()->GetOneofFieldDescriptor(sum, oneof);
    if (field == nullptr) return nullptr;
    number = field->number();
    return &sum.GetReflection()->GetMessage(sum, field);
}

// Every entity has `id = 1` and `version = 2`.
EntityKey key_of_sum(const google::protobuf::Message& sum) {
    int number = 0;
    const auto* message = inner(sum, number);
    if (message == nullptr) return {};
    const auto id = Uuid::parse(message->GetReflection()->GetString(
        *message, message->GetDescriptor()->FindFieldByNumber(1)));
    return {static_cast<v1::EntityKind>(number), id.value_or(Uuid{})};
}

uint32_t version_of_sum(const google::protobuf::Message& sum) {
    int number = 0;
    const auto* message = inner(sum, number);
    if (message == nullptr) return 0;
    return message->GetReflection()->GetUInt32(*message,
                                               message->GetDescriptor()->FindFieldByNumber(2));
}

constexpr std::string_view kPrefix = "ENTITY_KIND_";

}  // namespace

EntityKey key_of(const v1::Entity& entity) {
    return key_of_sum(entity);
}
EntityKey key_of(const v1::Live& live) {
    return key_of_sum(live);
}
EntityKey key_of(const v1::Removal& removal) {
    return {removal.kind(), Uuid::parse(removal.id()).value_or(Uuid{})};
}
uint32_t version_of(const v1::Entity& entity) {
    return version_of_sum(entity);
}
uint32_t version_of(const v1::Live& live) {
    return version_of_sum(live);
}

std::string kind_name(v1::EntityKind kind) {
    std::string name = v1::EntityKind_Name(kind).substr(kPrefix.size());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

v1::EntityKind kind_of_name(std::string_view name) {
    std::string full(kPrefix);
    for (const char c : name) {
        full += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    v1::EntityKind kind = v1::ENTITY_KIND_UNSPECIFIED;
    v1::EntityKind_Parse(full, &kind);
    return kind;
}

uint64_t digest_share(const EntityKey& key, uint32_t version) {
    uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
    add(static_cast<uint8_t>(key.kind));
    for (const uint8_t byte : key.id.bytes) add(byte);
    for (int shift = 0; shift < 32; shift += 8) add(static_cast<uint8_t>(version >> shift));
    return hash;
}

}  // namespace muster
