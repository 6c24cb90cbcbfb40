#include "hub/desk/erasure.h"

namespace muster {
namespace {

constexpr size_t kReasonBytes = 500;

Status in_use(const EntityKey& key) {
    return refuse(absl::StatusCode::kFailedPrecondition,
                  "audit.in_use",
                  {{"kind", kind_name(key.kind)}, {"id", key.id.text()}});
}

bool may_go(const StoredEntity& entity) {
    switch (entity.key.kind) {
        case v1::ENTITY_KIND_LOG_LINE:
            return true;
        case v1::ENTITY_KIND_PERSON:
            return entity.message.person().disabled();
        default:
            return false;
    }
}

}  // namespace

Result<EntityKey> key_of_erasure(const v1::EraseEntityRequest& request) {
    MUSTER_TRY(check_enum(request.kind(), false, "kind"));
    MUSTER_TRY(check_length(request.reason(), 1, kReasonBytes, "reason"));
    if (is_live(request.kind())) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "audit.live_kind",
                      {{"kind", kind_name(request.kind())}},
                      "kind");
    }
    const auto id = Uuid::parse(request.id());
    if (!id) {
        return refuse(
            absl::StatusCode::kInvalidArgument, "field.not_uuid", {{"field", "id"}}, "id");
    }
    return EntityKey{request.kind(), *id};
}

Result<v1::EraseEntityResponse> decide(Draft& draft,
                                       const v1::EraseEntityRequest& request,
                                       const Context&,
                                       uint64_t changes) {
    MUSTER_ASSIGN(const EntityKey key, key_of_erasure(request));
    const auto present = draft.find(key);
    if (present && !may_go(*present)) return in_use(key);
    if (!present && changes == 0) {
        return refuse(absl::StatusCode::kNotFound,
                      "audit.nothing_to_erase",
                      {{"kind", kind_name(key.kind)}, {"id", key.id.text()}},
                      "id");
    }
    if (present && key.kind == v1::ENTITY_KIND_PERSON) {
        const std::string person = key.id.text();
        // A credential has its owner's id.
        draft.erase({v1::ENTITY_KIND_CREDENTIAL, key.id}, request.reason());
        for (const auto& session : draft.owned_by(v1::ENTITY_KIND_SESSION, person)) {
            draft.erase(session->key, request.reason());
        }
    }
    draft.erase(key, request.reason());
    v1::EraseEntityResponse response;
    response.set_changes(changes);
    return response;
}

}  // namespace muster
