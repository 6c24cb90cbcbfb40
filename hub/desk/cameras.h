// Decisions on cameras. Pure. A password never reaches a decision: whoever calls takes it from
// login_of(), seals it (hub/access/vault) and hands the sealed bytes in.
// Codes of all: invalid_argument, not_found, already_exists (id, name), aborted (stale).
#pragma once

#include <optional>

#include "hub/desk/draft.h"
#include "muster/v1/camera_service.pb.h"

namespace muster {

// What a request says about how to log in to the camera.
struct CameraLogin {
    // Unset: leave what is there. An empty password takes the credential away.
    std::optional<std::string> user;
    std::optional<std::string> password;
    // The URL carried it; the answer warns.
    bool in_url = false;
};

// The fields win over what is in the URL. Codes: invalid_argument.
Result<CameraLogin> login_of(const v1::AddCameraRequest& request);
Result<CameraLogin> login_of(const v1::UpdateCameraRequest& request);

// `sealed_password`: login_of(request).password, sealed; unset or empty makes no credential.
Result<v1::AddCameraResponse> decide(Draft& draft,
                                     const v1::AddCameraRequest& request,
                                     const Context& context,
                                     const std::optional<std::string>& sealed_password);
// `sealed_password`: unset leaves the credential, empty removes it.
Result<v1::UpdateCameraResponse> decide(Draft& draft,
                                        const v1::UpdateCameraRequest& request,
                                        const Context& context,
                                        const std::optional<std::string>& sealed_password);
// It leaves every room that it is in.
Result<v1::RemoveCameraResponse> decide(Draft& draft,
                                        const v1::RemoveCameraRequest& request,
                                        const Context& context);

}  // namespace muster
