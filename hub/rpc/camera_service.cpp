#include "hub/rpc/camera_service.h"

#include "hub/desk/cameras.h"
#include "hub/desk/lookup.h"
#include "hub/rpc/page.h"
#include "hub/rpc/sealing.h"

namespace muster {
namespace {

Result<v1::GetCameraResponse> get(const Desk& desk, const v1::GetCameraRequest& request) {
    EntityPtr camera;
    std::vector<EntityPtr> streams;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(camera, find_entity(memory, v1::ENTITY_KIND_CAMERA, request.id(), "id"));
        streams = memory.owned_by(v1::ENTITY_KIND_STREAM, camera->message.camera().id());
        return {};
    }));
    v1::GetCameraResponse response;
    *response.mutable_camera() = camera->message.camera();
    for (const auto& stream : streams) *response.add_streams() = stream->message.stream();
    return response;
}

Result<v1::ListCamerasResponse> list(const Desk& desk, const v1::ListCamerasRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_CAMERA)) {
            rows.emplace_back(entity->message.camera().name(), entity);
        }
    });
    v1::ListCamerasResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_cameras() = entity->message.camera();
    return response;
}

// Unset leaves the credential, empty takes it away.
std::optional<std::string> sealed_password(const Vault& vault,
                                           const std::string& camera_id,
                                           const Result<CameraLogin>& login) {
    if (!login.ok() || !login->password) return std::nullopt;
    if (login->password->empty()) return std::string();
    return vault.seal(camera_id, *login->password);
}

// Adding and updating differ only in whose id the password is sealed for.
template <class Request>
UnaryHandler change_with_password(Desk& desk,
                                  const Vault& vault,
                                  Result<std::string> (*owner)(const Desk&, const Request&)) {
    return [&desk, &vault, owner](const std::shared_ptr<UnaryCall>& call) {
        auto request = decode<Request>(call->body());
        if (!request.ok()) {
            call->finish(request.status());
            return;
        }
        const std::string request_id = request->request_id();
        const auto id = owner(desk, *request);
        std::optional<std::string> sealed;
        if (id.ok()) {
            sealed = sealed_password(vault, *id, login_of(*request));
            request->set_id(*id);
        }
        submit_sealed(desk,
                      vault,
                      call,
                      request_id,
                      [request = *std::move(request), owner = id.status(), sealed](
                          Draft& draft, const Context& context) -> Result<std::string> {
                          MUSTER_TRY(owner);
                          MUSTER_ASSIGN(const auto response,
                                        decide(draft, request, context, sealed));
                          return response.SerializeAsString();
                      });
    };
}

Result<std::string> id_of_new(const Desk&, const v1::AddCameraRequest& request) {
    return new_owner_id(request.id());
}

Result<std::string> id_of_known(const Desk& desk, const v1::UpdateCameraRequest& request) {
    MUSTER_ASSIGN(const EntityPtr camera, desk.read([&](const Memory& memory) {
        return find_entity(memory, v1::ENTITY_KIND_CAMERA, request.id(), "id");
    }));
    return camera->message.camera().id();
}

}  // namespace

MethodTable camera_methods(const HandlerPorts& ports, const Vault& vault) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["AddCamera"] = change_with_password<v1::AddCameraRequest>(desk, vault, &id_of_new);
    table.unary["UpdateCamera"] =
        change_with_password<v1::UpdateCameraRequest>(desk, vault, &id_of_known);
    table.unary["RemoveCamera"] = change<v1::RemoveCameraRequest>(desk);
    table.unary["GetCamera"] = look<v1::GetCameraRequest, v1::GetCameraResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return get(desk, request); });
    table.unary["ListCameras"] = look<v1::ListCamerasRequest, v1::ListCamerasResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    return table;
}

}  // namespace muster
