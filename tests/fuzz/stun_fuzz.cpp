// STUN as it comes from the network: whatever is accepted lies inside the datagram.
#include <cstdlib>

#include "media/fanout/stun.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span<const uint8_t> bytes(data, size);
    const auto message = muster::parse_stun(bytes);
    if (!message) return 0;
    if (message->unknown.size() > 8) std::abort();
    if (!message->username.empty()) {
        const auto* const name = reinterpret_cast<const uint8_t*>(message->username.data());
        if (name < data || name + message->username.size() > data + size) std::abort();
    }
    if (message->integrity_offset && *message->integrity_offset + 24 > size) std::abort();
    muster::stun_integrity_holds(bytes, *message, "VOkJxbRl1RmTxUk/WvJxBt");
    // What is answered can be read.
    const auto error =
        muster::make_binding_error(message->transaction, 420, message->unknown, "password");
    if (!muster::parse_stun(error)) std::abort();
    const auto success = muster::make_binding_success(
        message->transaction, message->mapped_address.value_or(muster::UdpAddress{}), "password");
    const auto read = muster::parse_stun(success);
    if (!read || !muster::stun_integrity_holds(success, *read, "password")) std::abort();
    return 0;
}
