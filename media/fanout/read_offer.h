#pragma once

#include <string_view>

#include "hub/base/result.h"
#include "media/fanout/sdp.h"

namespace muster {

// An offer, or what is wrong with it as people are told. Takes milliseconds for a hostile one, so
// that it is no work for the thread that forwards packets. Refusals (INVALID_ARGUMENT):
// field.too_long, viewer.* and publisher.* (offer_malformed, offer_incomplete, no_media, no_codec),
// viewer.no_video, viewer.no_h264.
Result<Offer> read_offer(std::string_view sdp, OfferPurpose purpose);

}  // namespace muster
