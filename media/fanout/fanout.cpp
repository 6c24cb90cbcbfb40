#include "media/fanout/fanout.h"

#include <algorithm>

#include "hub/base/error.h"
#include "media/fanout/read_offer.h"
#include "media/fanout/shard.h"

namespace muster {

Fanout::Fanout(std::unique_ptr<Shard> shard) : shard_(std::move(shard)) {}
Fanout::~Fanout() = default;

Result<std::unique_ptr<Fanout>> Fanout::start(FanoutConfig config,
                                              FanoutEvents events,
                                              const Clock& clock) {
    std::string why;
    auto identity = DtlsIdentity::make();
    auto socket = UdpSocket::open(config.bind_address, config.udp_port, why);
    if (!socket) {
        return refuse(absl::StatusCode::kUnavailable,
                      "fanout.no_socket",
                      {{"address", config.bind_address.empty() ? "*" : config.bind_address},
                       {"port", std::to_string(config.udp_port)},
                       {"why", why}});
    }
    for (const std::string& address : config.advertise) {
        if (!parse_ip(address)) {
            return refuse(
                absl::StatusCode::kInvalidArgument, "fanout.bad_address", {{"address", address}});
        }
    }
    if (!identity || !srtp_ready()) {
        return refuse(absl::StatusCode::kInternal, "fanout.no_crypto");
    }
    if (config.advertise.empty()) config.advertise = local_ip_addresses();
    auto shard = std::make_unique<Shard>(
        std::move(config), std::move(events), clock, std::move(identity), std::move(socket));
    return std::unique_ptr<Fanout>(new Fanout(std::move(shard)));
}

std::shared_ptr<Track> Fanout::track(const std::string& stream_id) {
    return shard_->fed_track(stream_id);
}

void Fanout::forget(const std::string& stream_id) {
    shard_->forget(stream_id);
}

void Fanout::open_viewer(ViewerRequest request, std::function<void(Result<SessionAnswer>)> reply) {
    auto offer = read_offer(request.offer_sdp,
                            request.needs_h264 ? OfferPurpose::watch_camera : OfferPurpose::watch);
    shard_->post([shard = shard_.get(),
                  request = std::move(request),
                  offer = std::move(offer),
                  reply = std::move(reply)] {
        reply(offer.ok() ? shard->open_viewer(request, *offer) : offer.status());
    });
}

void Fanout::open_publisher(PublisherRequest request,
                            std::function<void(Result<SessionAnswer>)> reply) {
    auto offer = read_offer(request.offer_sdp, OfferPurpose::publish);
    shard_->post([shard = shard_.get(),
                  request = std::move(request),
                  offer = std::move(offer),
                  reply = std::move(reply)] {
        reply(offer.ok() ? shard->open_publisher(request, *offer) : offer.status());
    });
}

void Fanout::trickle(const std::string& session_id,
                     std::string fragment_sdp,
                     std::function<void(Status)> reply) {
    shard_->post([shard = shard_.get(),
                  session_id,
                  fragment = std::move(fragment_sdp),
                  reply = std::move(reply)] { reply(shard->trickle(session_id, fragment)); });
}

void Fanout::close(const std::string& session_id, std::function<void(Status)> reply) {
    shard_->post([shard = shard_.get(), session_id, reply = std::move(reply)] {
        reply(shard->close(session_id));
    });
}

void Fanout::end_participant(const std::string& participant_id) {
    shard_->post(
        [shard = shard_.get(), participant_id] { shard->end_participant(participant_id); });
}

void Fanout::set_muted(const std::string& stream_id, bool muted) {
    shard_->set_muted(stream_id, muted);
}

std::vector<std::string> Fanout::take_heard() {
    return shard_->take_heard();
}

std::optional<PublisherStats> Fanout::publisher_stats(const std::string& stream_id) const {
    return shard_->publisher_stats(stream_id);
}

std::vector<std::string> Fanout::session_ids() const {
    return shard_->session_ids();
}
uint32_t Fanout::viewers(const std::string& stream_id) const {
    return shard_->viewers(stream_id);
}
FanoutCounters Fanout::counters() const {
    return shard_->counters();
}
uint16_t Fanout::udp_port() const {
    return shard_->udp_port();
}

}  // namespace muster
