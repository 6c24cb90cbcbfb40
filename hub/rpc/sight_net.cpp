#include "hub/rpc/sight_net.h"

#include <map>
#include <memory>

#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include "hub/desk/sight.h"

namespace muster {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

constexpr int kMaxDepth = 20;

// The union's field for a type of entity; null for what is none.
const FieldDescriptor* place_in(const Descriptor& all, const Descriptor& type) {
    for (int i = 0; i < all.field_count(); ++i) {
        if (all.field(i)->message_type() == &type) return all.field(i);
    }
    return nullptr;
}

std::string id_of(const Message& message) {
    const auto* id = message.GetDescriptor()->FindFieldByName("id");
    return id == nullptr ? "" : message.GetReflection()->GetString(message, id);
}

class Net {
public:
    Net(const Memory& memory, const Actor& actor)
        : memory_(memory), actor_(actor), who_(access_class_of(actor)) {}

    bool lets_through(const Message& message, int depth = 0) const {
        if (depth > kMaxDepth) return false;
        if (!is_seen(message)) return false;
        std::vector<const FieldDescriptor*> fields;
        const auto* reflection = message.GetReflection();
        reflection->ListFields(message, &fields);
        for (const auto* field : fields) {
            if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
            if (!field->is_repeated()) {
                if (!lets_through(reflection->GetMessage(message, field), depth + 1)) return false;
                continue;
            }
            for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
                if (!lets_through(reflection->GetRepeatedMessage(message, field, i), depth + 1)) {
                    return false;
                }
            }
        }
        return true;
    }

private:
    bool is_seen(const Message& message) const {
        const Descriptor& type = *message.GetDescriptor();
        if (place_in(*v1::Live::descriptor(), type) != nullptr) {
            return type.full_name() == v1::Position::descriptor()->full_name() &&
                   sees_position(memory_, who_, id_of(message));
        }
        const auto* place = place_in(*v1::Entity::descriptor(), type);
        if (place == nullptr) return true;
        const auto kind = static_cast<v1::EntityKind>(place->number());
        const std::string id = id_of(message);
        if (kind == v1::ENTITY_KIND_PERSON && id == actor_.person_id) return true;
        if (!who_.has(kind)) return false;
        const auto stored = memory_.find(kind, id);
        return stored == nullptr || sees(memory_, who_, stored->message);
    }

    const Memory& memory_;
    const Actor& actor_;
    const AccessClass who_;
};

}  // namespace

bool is_netted(const Actor& actor) {
    return access_class_of(actor).limited;
}

Status check_shown(const Desk& desk,
                   const Actor& actor,
                   const Descriptor& type,
                   std::string_view bytes) {
    const std::unique_ptr<Message> answer(
        MessageFactory::generated_factory()->GetPrototype(&type)->New());
    const bool fine =
        answer->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
        desk.read([&](const Memory& memory) { return Net(memory, actor).lets_through(*answer); });
    if (fine) return {};
    spdlog::error("{} would have shown {} what does not concern the own agency",
                  type.full_name(),
                  actor.person_id);
    return refuse(absl::StatusCode::kInternal, "hub.internal", {{"what", "sight"}});
}

}  // namespace muster
