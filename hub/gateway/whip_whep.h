#pragma once

#include <memory>

#include "hub/gateway/http.h"
#include "hub/gateway/upstream.h"

namespace muster {

// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep), the HTTP faces of MediaService's publishers and
// viewers: POST /whip/{stream id} or /whep/{stream or camera id} with an SDP offer opens a session;
// PATCH /whip/session/{id} trickles candidates; DELETE ends it. Pages and programs of other origins
// may use them: who may is said by the bearer token or ticket, never by a cookie.
void answer_whip_whep(Upstream& upstream,
                      const HttpRequest& request,
                      const std::string& path,
                      std::shared_ptr<Exchange> out);

bool is_whip_whep(std::string_view path);

// The longest offer and fragment.
constexpr size_t kOfferBytes = 64 << 10;
constexpr size_t kFragmentBytes = 16 << 10;

}  // namespace muster
