#include "hub/desk/cameras.h"

#include "hub/desk/camera_url.h"
#include "hub/desk/credentials.h"
#include "hub/desk/lookup.h"
#include "hub/desk/stays.h"

namespace muster {
namespace {

template <class Request>
Result<CameraLogin> login(const Request& request, bool has_url, bool has_user, bool has_password) {
    MUSTER_TRY(check_length(request.user(), 0, 100, "user"));
    MUSTER_TRY(check_length(request.password(), 0, 200, "password"));
    CameraLogin result;
    if (has_url) {
        MUSTER_ASSIGN(auto url, parse_camera_url(request.url(), "url"));
        result.in_url = !url.user.empty() || !url.password.empty();
        if (result.in_url) {
            result.user = std::move(url.user);
            result.password = std::move(url.password);
        }
    }
    if (has_user) result.user = request.user();
    if (has_password) result.password = request.password();
    return result;
}

template <class Response>
void warn(Response& response, const CameraLogin& login) {
    if (login.in_url) *response.add_warnings() = make_reason("camera.password_in_url");
}

void put_stream(Draft& draft, const std::string& stream_id, const v1::Camera& camera, bool pinned) {
    v1::Entity entity;
    auto& stream = *entity.mutable_stream();
    stream.set_id(stream_id);
    stream.set_camera_id(camera.id());
    stream.set_rendition("main");
    stream.set_url(camera.url());
    stream.set_pinned(pinned);
    draft.put(std::move(entity));
}

}  // namespace

Result<CameraLogin> login_of(const v1::AddCameraRequest& request) {
    return login(request, true, !request.user().empty(), !request.password().empty());
}

Result<CameraLogin> login_of(const v1::UpdateCameraRequest& request) {
    return login(request, request.has_url(), request.has_user(), request.has_password());
}

Result<v1::AddCameraResponse> decide(Draft& draft,
                                     const v1::AddCameraRequest& request,
                                     const Context& context,
                                     const std::optional<std::string>& sealed_password) {
    MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_ASSIGN(auto url, parse_camera_url(request.url(), "url"));
    MUSTER_TRY(check_point(request.has_at(), request.at(), "at"));
    MUSTER_ASSIGN(const auto login, login_of(request));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_CAMERA, request.id(), context));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_CAMERA, request.name()));
    v1::Entity entity;
    auto& camera = *entity.mutable_camera();
    camera.set_id(std::move(id));
    camera.set_name(request.name());
    *camera.mutable_at() = request.at();
    camera.set_main_stream_id(context.new_id().text());
    camera.set_url(std::move(url.url));
    camera.set_user(login.user.value_or(""));
    *camera.mutable_added_at() = to_proto(context.now);
    put_stream(draft, camera.main_stream_id(), camera, request.pinned());
    put_credential(draft, camera.id(), v1::ENTITY_KIND_CAMERA, sealed_password);
    v1::AddCameraResponse response;
    warn(response, login);
    *response.mutable_camera() = draft.put(std::move(entity)).camera();
    return response;
}

Result<v1::UpdateCameraResponse> decide(Draft& draft,
                                        const v1::UpdateCameraRequest& request,
                                        const Context&,
                                        const std::optional<std::string>& sealed_password) {
    if (request.has_name()) MUSTER_TRY(check_name(request.name(), 100, "name"));
    if (request.has_at()) MUSTER_TRY(check_point(true, request.at(), "at"));
    MUSTER_ASSIGN(const auto login, login_of(request));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_CAMERA, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& camera = *entity.mutable_camera();
    if (request.has_name()) camera.set_name(request.name());
    if (request.has_at()) *camera.mutable_at() = request.at();
    if (request.has_url()) {
        MUSTER_ASSIGN(auto url, parse_camera_url(request.url(), "url"));
        camera.set_url(std::move(url.url));
    }
    if (login.user) camera.set_user(*login.user);
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_CAMERA, camera.name(), camera.id()));
    put_credential(draft, camera.id(), v1::ENTITY_KIND_CAMERA, sealed_password);
    const auto stream = draft.find(v1::ENTITY_KIND_STREAM, camera.main_stream_id());
    if (stream && stream->message.stream().url() != camera.url()) {
        put_stream(draft, camera.main_stream_id(), camera, stream->message.stream().pinned());
    }
    v1::UpdateCameraResponse response;
    warn(response, login);
    *response.mutable_camera() = changed_fields(stored->message, entity).empty()
                                     ? camera
                                     : draft.put(std::move(entity)).camera();
    return response;
}

Result<v1::RemoveCameraResponse> decide(Draft& draft,
                                        const v1::RemoveCameraRequest& request,
                                        const Context& context) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_CAMERA, request.id(), "id"));
    const std::string id = stored->message.camera().id();
    for (const auto& stream : draft.owned_by(v1::ENTITY_KIND_STREAM, id)) {
        draft.remove(v1::ENTITY_KIND_STREAM, stream->message.stream().id());
    }
    take_out_camera(draft, id, context);
    draft.remove(v1::ENTITY_KIND_CREDENTIAL, id);
    draft.remove(v1::ENTITY_KIND_CAMERA, id);
    v1::RemoveCameraResponse response;
    response.set_id(id);
    return response;
}

}  // namespace muster
