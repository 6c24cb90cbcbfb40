#include "media/fanout/connection.h"

#include <algorithm>
#include <utility>

#include "media/fanout/bytes.h"

namespace muster {
namespace {

using std::chrono::milliseconds;

constexpr size_t kPathsMax = 8;
// A peer has one or two; each costs a state in the library.
constexpr size_t kReportersMax = 16;
// What was under way when the BYE was sent is no sign of life after it.
constexpr milliseconds kAfterFarewell{1'000};
constexpr milliseconds kFarewellTimeout{5'000};

}  // namespace

Connection::Connection(ConnectionSetup setup,
                       const DtlsIdentity& identity,
                       UdpSocket& socket,
                       const Clock& clock)
    : setup_(std::move(setup)),
      socket_(socket),
      clock_(clock),
      dtls_(identity, setup_.peer_fingerprint),
      opened_at_(clock.steady()),
      heard_at_(opened_at_) {}

std::optional<UdpPath> Connection::checked(const UdpPath& path, bool nominated) {
    hear();
    const auto known = std::find(paths_.begin(), paths_.end(), path);
    // The one that was heard last stands last.
    if (known != paths_.end()) {
        std::rotate(known, known + 1, paths_.end());
    } else {
        paths_.push_back(path);
    }
    if (nominated || !nominated_) selected_ = path;
    nominated_ = nominated_ || nominated;
    if (paths_.size() <= kPathsMax) return std::nullopt;
    const auto oldest = std::find_if(
        paths_.begin(), paths_.end(), [this](const UdpPath& one) { return one != selected_; });
    const UdpPath dropped = *oldest;
    paths_.erase(oldest);
    return dropped;
}

void Connection::lose(const UdpPath& path) {
    std::erase(paths_, path);
    if (selected_ != path) return;
    selected_ = paths_.empty() ? std::nullopt : std::optional(paths_.back());
    nominated_ = false;
}

bool Connection::take_dtls(std::span<const uint8_t> datagram) {
    dtls_.take(datagram);
    flush_dtls();
    switch (dtls_.state()) {
        case DtlsSession::State::handshaking:
            break;
        case DtlsSession::State::open:
            if (srtp_ || !ended_.empty()) break;
            srtp_ = SrtpSession::make(*dtls_.keys());
            if (!srtp_) end("SRTP refused its keys");
            return srtp_ != nullptr;
        case DtlsSession::State::closed:
            end("closed by the peer");
            break;
        case DtlsSession::State::failed:
            end("DTLS: " + dtls_.failure());
            break;
    }
    return false;
}

void Connection::flush_dtls() {
    for (const auto& datagram : dtls_.take_output()) {
        if (selected_) socket_.send(*selected_, datagram, drops_);
    }
}

void Connection::hear() {
    heard_at_ = clock_.steady();
    heard_ = true;
    if (farewell_at_ && heard_at_ - *farewell_at_ > kAfterFarewell) farewell_at_.reset();
}

std::span<const uint8_t> Connection::unprotect_rtp(std::span<uint8_t> datagram) {
    if (!open()) return {};
    const auto size = srtp_->unprotect_rtp(datagram);
    if (!size) return {};
    hear();
    return datagram.first(*size);
}

bool Connection::reports_from(uint32_t ssrc) {
    if (std::find(reporters_.begin(), reporters_.end(), ssrc) != reporters_.end()) return true;
    return reporters_.size() < kReportersMax;
}

std::span<const uint8_t> Connection::unprotect_rtcp(std::span<uint8_t> datagram) {
    if (!open() || datagram.size() < 8) return {};
    const uint32_t ssrc = read_u32(datagram.data() + 4);
    if (!reports_from(ssrc)) return {};
    const auto size = srtp_->unprotect_rtcp(datagram);
    if (!size) return {};
    if (std::find(reporters_.begin(), reporters_.end(), ssrc) == reporters_.end()) {
        reporters_.push_back(ssrc);
    }
    // Authenticated like a check, and all that some viewers send once they are connected.
    hear();
    return datagram.first(*size);
}

void Connection::send_rtp(const RtpHeader& header, std::span<const uint8_t> payload) {
    if (!selected_ || !open()) return;
    const auto slot = socket_.reserve();
    if (kRtpHeaderBytes + payload.size() + kSrtpOverheadBytes > slot.size()) return;
    write_rtp_header(slot.data(), header);
    std::copy(payload.begin(), payload.end(), slot.begin() + kRtpHeaderBytes);
    if (const auto size = srtp_->protect_rtp(slot, kRtpHeaderBytes + payload.size())) {
        socket_.commit(*selected_, *size, drops_);
    }
}

void Connection::send_rtcp(std::span<const uint8_t> compound) {
    if (!selected_ || !srtp_) return;
    const auto slot = socket_.reserve();
    if (compound.size() + kSrtpOverheadBytes > slot.size()) return;
    std::copy(compound.begin(), compound.end(), slot.begin());
    if (const auto size = srtp_->protect_rtcp(slot, compound.size())) {
        socket_.commit(*selected_, *size, drops_);
    }
}

void Connection::close() {
    dtls_.close();
    flush_dtls();
}

void Connection::tick(milliseconds connect_timeout, milliseconds consent_timeout) {
    const SteadyTime now = clock_.steady();
    if (!ended_.empty()) return;
    if (dtls_.state() == DtlsSession::State::handshaking) {
        dtls_.tick();
        flush_dtls();
        if (now - opened_at_ > connect_timeout) end("did not connect in time");
    } else if (now - heard_at_ > consent_timeout) {
        end("not heard of any more");
    } else if (farewell_at_ && now - *farewell_at_ > kFarewellTimeout) {
        end("said goodbye");
    }
    if (dtls_.state() == DtlsSession::State::failed) end("DTLS: " + dtls_.failure());
}

void Connection::end(std::string why) {
    if (ended_.empty()) ended_ = std::move(why);
}

}  // namespace muster
