#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/fanout/srtp.h"

struct ssl_ctx_st;
struct ssl_st;

namespace muster {

// "sha-256" and the digest's bytes, as in a=fingerprint (RFC 8122).
struct Fingerprint {
    std::string algorithm;
    std::vector<uint8_t> digest;
};

// The certificate by which this node is known to its viewers: ECDSA P-256, made at start, never
// stored; its fingerprint goes into every answer. Lives longer than its sessions; after make() it
// is not changed, so any thread may read it.
class DtlsIdentity {
public:
    // Nothing when OpenSSL fails.
    static std::unique_ptr<DtlsIdentity> make();
    ~DtlsIdentity();
    DtlsIdentity(const DtlsIdentity&) = delete;
    DtlsIdentity& operator=(const DtlsIdentity&) = delete;

    // "AB:CD:..." of SHA-256.
    const std::string& fingerprint() const { return fingerprint_; }
    ssl_ctx_st* context() const { return context_; }

private:
    DtlsIdentity() = default;
    ssl_ctx_st* context_ = nullptr;
    std::string fingerprint_;
};

// The server's side of one DTLS 1.2 association, for SRTP keys only (RFC 5764). Datagrams go in and
// come out by value: it knows no socket. Belongs to one thread.
class DtlsSession {
public:
    enum class State { handshaking, open, closed, failed };

    // `peer` is what the offer promised.
    DtlsSession(const DtlsIdentity& identity, Fingerprint peer);
    ~DtlsSession();
    DtlsSession(const DtlsSession&) = delete;
    DtlsSession& operator=(const DtlsSession&) = delete;

    // A datagram of the peer.
    void take(std::span<const uint8_t> datagram);
    // Sends the last flight again when it is time.
    void tick();
    // Sends close_notify.
    void close();
    // Datagrams to send, each at most 1200 bytes.
    std::deque<std::vector<uint8_t>> take_output();

    State state() const { return state_; }
    // Why it failed, for the log.
    const std::string& failure() const { return failure_; }
    // Once open.
    const std::optional<SrtpKeys>& keys() const { return keys_; }

    // The datagram BIO's two ends.
    struct Wire {
        std::span<const uint8_t> incoming;
        std::deque<std::vector<uint8_t>> outgoing;
    };

private:
    void advance();
    void finish();
    void fail(std::string why);

    ssl_st* ssl_ = nullptr;
    Wire wire_;
    const Fingerprint peer_;
    State state_ = State::handshaking;
    std::string failure_;
    std::optional<SrtpKeys> keys_;
};

}  // namespace muster
