#include "media/fanout/read_offer.h"

#include "hub/base/error.h"

namespace muster {
namespace {

Status refuse_offer(const OfferResult& result, OfferPurpose purpose) {
    const bool publish = purpose == OfferPurpose::publish;
    const auto refuse_with = [](std::string_view code, const Args& args) {
        return refuse(absl::StatusCode::kInvalidArgument, code, args, "offer_sdp");
    };
    switch (result.fault) {
        case OfferFault::malformed:
            return refuse_with(publish ? "publisher.offer_malformed" : "viewer.offer_malformed",
                               {{"what", result.detail}});
        case OfferFault::incomplete:
            return refuse_with(publish ? "publisher.offer_incomplete" : "viewer.offer_incomplete",
                               {{"what", result.detail}});
        case OfferFault::no_video:
            return refuse_with("viewer.no_video", {});
        case OfferFault::no_h264:
            return refuse_with("viewer.no_h264", {{"codecs", result.detail}});
        case OfferFault::no_media:
            return refuse_with(publish ? "publisher.no_media" : "viewer.no_media", {});
        case OfferFault::no_codec:
            return refuse_with(publish ? "publisher.no_codec" : "viewer.no_codec",
                               {{"codecs", result.detail}});
    }
    return absl::InternalError("unreachable");
}

}  // namespace

Result<Offer> read_offer(std::string_view sdp, OfferPurpose purpose) {
    if (sdp.size() > kOfferMaxBytes) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_long",
                      {{"field", "offer_sdp"},
                       {"size", std::to_string(sdp.size())},
                       {"limit", std::to_string(kOfferMaxBytes)}},
                      "offer_sdp");
    }
    OfferResult result = parse_offer(sdp, purpose);
    if (!result.offer) return refuse_offer(result, purpose);
    return *std::move(result.offer);
}

}  // namespace muster
