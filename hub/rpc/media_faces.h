// Viewers and publishers signal in the same way; what differs between the two is here, and the
// bounds of both.
#pragma once

#include "hub/rpc/decode.h"
#include "hub/rpc/media_rights.h"
#include "hub/rpc/raw_service.h"
#include "muster/media/v1/node.pb.h"
#include "muster/v1/media_service.pb.h"

namespace muster {

constexpr size_t kMaxOfferBytes = 64 * 1024;
constexpr size_t kMaxFragmentBytes = 16 * 1024;
constexpr size_t kMaxSessionIdBytes = 100;
constexpr size_t kMaxStreamNameBytes = 100;

struct ViewerFace {
    using OpenRequest = v1::OpenViewerRequest;
    using OpenResponse = v1::OpenViewerResponse;
    using TrickleRequest = v1::TrickleViewerRequest;
    using TrickleResponse = v1::TrickleViewerResponse;
    using CloseRequest = v1::CloseViewerRequest;
    using CloseResponse = v1::CloseViewerResponse;

    static constexpr char kName[] = "Viewer";
    static constexpr bool kPublishes = false;
    static constexpr auto kRight = &right_to_watch;
};

struct PublisherFace {
    using OpenRequest = v1::OpenPublisherRequest;
    using OpenResponse = v1::OpenPublisherResponse;
    using TrickleRequest = v1::TricklePublisherRequest;
    using TrickleResponse = v1::TricklePublisherResponse;
    using CloseRequest = v1::ClosePublisherRequest;
    using CloseResponse = v1::ClosePublisherResponse;

    static constexpr char kName[] = "Publisher";
    static constexpr bool kPublishes = true;
    static constexpr auto kRight = &right_to_publish;
};

// Codes: invalid_argument (request.id_missing).
Status check_request_id(const std::string& request_id);
// Codes: invalid_argument (field.missing, field.too_long).
Status check_text(std::string_view field, const std::string& text, size_t limit);

// Requests within their bounds. Codes: invalid_argument.
template <class Request>
Result<Request> open_request(const UnaryCall& call) {
    MUSTER_ASSIGN(Request request, decode<Request>(call.body()));
    MUSTER_TRY(check_request_id(request.request_id()));
    MUSTER_TRY(check_text("stream_id", request.stream_id(), kMaxStreamNameBytes));
    MUSTER_TRY(check_text("offer_sdp", request.offer_sdp(), kMaxOfferBytes));
    return request;
}

template <class Request>
Result<Request> session_request(const UnaryCall& call) {
    MUSTER_ASSIGN(Request request, decode<Request>(call.body()));
    MUSTER_TRY(check_request_id(request.request_id()));
    MUSTER_TRY(check_text("session_id", request.session_id(), kMaxSessionIdBytes));
    return request;
}

template <class Request>
Result<Request> trickle_request(const UnaryCall& call) {
    MUSTER_ASSIGN(Request request, session_request<Request>(call));
    MUSTER_TRY(check_text("fragment_sdp", request.fragment_sdp(), kMaxFragmentBytes));
    return request;
}

}  // namespace muster
