#pragma once

#include <memory>

#include "hub/gateway/http.h"
#include "hub/gateway/upstream.h"

namespace muster {

// WHEP (draft-ietf-wish-whep), the HTTP face of MediaService: POST /whep/{stream or camera id} with
// an SDP offer opens a viewer; PATCH /whep/session/{id} trickles candidates; DELETE ends it.
// Players of other origins may use it: who may watch is said by the bearer token, never by a
// cookie.
void answer_whep(Upstream& upstream,
                 const HttpRequest& request,
                 const std::string& path,
                 std::shared_ptr<Exchange> out);

bool is_whep(std::string_view path);

// The longest offer.
constexpr size_t kWhepOfferBytes = 64 << 10;
constexpr size_t kWhepFragmentBytes = 16 << 10;

}  // namespace muster
