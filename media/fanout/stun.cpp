#include "media/fanout/stun.h"

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "media/fanout/bytes.h"

namespace muster {
namespace {

constexpr uint32_t kMagicCookie = 0x2112a442;
constexpr uint32_t kFingerprintXor = 0x5354554e;
constexpr size_t kIntegrityBytes = 20;
constexpr size_t kUnknownMax = 8;
constexpr size_t kUsernameMax = 513;

enum Attribute : uint16_t {
    attr_username = 0x0006,
    attr_integrity = 0x0008,
    attr_error_code = 0x0009,
    attr_unknown = 0x000a,
    attr_realm = 0x0014,
    attr_nonce = 0x0015,
    attr_integrity_sha256 = 0x001c,
    attr_xor_mapped = 0x0020,
    attr_priority = 0x0024,
    attr_use_candidate = 0x0025,
    attr_fingerprint = 0x8028,
    attr_ice_controlled = 0x8029,
    attr_ice_controlling = 0x802a,
};

// ITU V.42, as zlib's.
uint32_t crc32(std::span<const uint8_t> bytes) {
    static const auto table = [] {
        std::array<uint32_t, 256> values{};
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320 : value >> 1;
            }
            values[i] = value;
        }
        return values;
    }();
    uint32_t crc = 0xffffffff;
    for (const uint8_t byte : bytes) crc = table[(crc ^ byte) & 0xff] ^ crc >> 8;
    return ~crc;
}

std::array<uint8_t, kIntegrityBytes> hmac_sha1(std::string_view key,
                                               std::span<const uint8_t> bytes) {
    std::array<uint8_t, kIntegrityBytes> out{};
    unsigned int size = out.size();
    HMAC(EVP_sha1(),
         key.data(),
         static_cast<int>(key.size()),
         bytes.data(),
         bytes.size(),
         out.data(),
         &size);
    return out;
}

std::optional<UdpAddress> read_xor_address(std::span<const uint8_t> value,
                                           std::span<const uint8_t> message) {
    if (value.size() < 8) return std::nullopt;
    UdpAddress address;
    address.port = static_cast<uint16_t>(read_u16(value.data() + 2) ^ (kMagicCookie >> 16));
    // Cookie and transaction id, which are one after the other in the header.
    const uint8_t* mask = message.data() + 4;
    if (value[1] == 1 && value.size() == 8) {
        address.ip[10] = address.ip[11] = 0xff;
        for (size_t i = 0; i < 4; ++i) address.ip[12 + i] = value[4 + i] ^ mask[i];
        return address;
    }
    if (value[1] == 2 && value.size() == 20) {
        for (size_t i = 0; i < 16; ++i) address.ip[i] = value[4 + i] ^ mask[i];
        return address;
    }
    return std::nullopt;
}

// Takes one attribute; false when its form is wrong.
bool take(StunMessage& out,
          uint16_t type,
          std::span<const uint8_t> value,
          std::span<const uint8_t> message) {
    switch (type) {
        case attr_username:
            if (value.size() > kUsernameMax) return false;
            out.username = {reinterpret_cast<const char*>(value.data()), value.size()};
            return true;
        case attr_use_candidate:
            out.use_candidate = true;
            return value.empty();
        case attr_ice_controlling:
            out.ice_controlling = true;
            return value.size() == 8;
        case attr_ice_controlled:
            out.ice_controlled = true;
            return value.size() == 8;
        case attr_priority:
            if (value.size() != 4) return false;
            out.priority = read_u32(value.data());
            return true;
        case attr_xor_mapped:
            out.mapped_address = read_xor_address(value, message);
            return out.mapped_address.has_value();
        case attr_error_code:
            if (value.size() < 4) return false;
            out.error_code = static_cast<uint16_t>((value[2] & 7) * 100 + value[3]);
            return true;
        case attr_unknown:
        case attr_realm:
        case attr_nonce:
        case attr_integrity_sha256:
            return true;
        default:
            if (type < 0x8000 && out.unknown.size() < kUnknownMax) out.unknown.push_back(type);
            return true;
    }
}

class Builder {
public:
    Builder(uint16_t type, const std::array<uint8_t, 12>& transaction) {
        append_u16(bytes_, type);
        append_u16(bytes_, 0);
        append_u32(bytes_, kMagicCookie);
        bytes_.insert(bytes_.end(), transaction.begin(), transaction.end());
    }

    void add(uint16_t type, std::span<const uint8_t> value) {
        append_u16(bytes_, type);
        append_u16(bytes_, static_cast<uint16_t>(value.size()));
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        bytes_.resize((bytes_.size() + 3) / 4 * 4, 0);
    }

    void add_integrity(std::string_view password) {
        set_length(4 + kIntegrityBytes);
        add(attr_integrity, hmac_sha1(password, bytes_));
    }

    std::vector<uint8_t> finish() {
        set_length(8);
        std::array<uint8_t, 4> value{};
        write_u32(value.data(), crc32(bytes_) ^ kFingerprintXor);
        add(attr_fingerprint, value);
        return std::move(bytes_);
    }

    std::span<const uint8_t> mask() const { return std::span(bytes_).subspan(4, 16); }

private:
    // The length counts the attribute that is about to be added.
    void set_length(size_t next) {
        write_u16(bytes_.data() + 2,
                  static_cast<uint16_t>(bytes_.size() - kStunHeaderBytes + next));
    }

    std::vector<uint8_t> bytes_;
};

}  // namespace

bool UdpAddress::is_v4() const {
    static constexpr std::array<uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(kPrefix.begin(), kPrefix.end(), ip.begin());
}

std::optional<StunMessage> parse_stun(std::span<const uint8_t> message) {
    if (message.size() < kStunHeaderBytes || (message[0] & 0xc0) != 0) return std::nullopt;
    const size_t length = read_u16(message.data() + 2);
    if (length % 4 != 0 || kStunHeaderBytes + length != message.size()) return std::nullopt;
    if (read_u32(message.data() + 4) != kMagicCookie) return std::nullopt;

    StunMessage out;
    const uint16_t type = read_u16(message.data());
    out.kind = static_cast<StunClass>((type >> 7 & 2) | (type >> 4 & 1));
    out.method = static_cast<uint16_t>((type & 0x0f) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
    std::copy_n(message.begin() + 8, 12, out.transaction.begin());

    size_t at = kStunHeaderBytes;
    while (at < message.size()) {
        if (out.has_fingerprint || message.size() - at < 4) return std::nullopt;
        const uint16_t attribute = read_u16(message.data() + at);
        const size_t size = read_u16(message.data() + at + 2);
        const size_t padded = (size + 3) / 4 * 4;
        if (padded > message.size() - at - 4) return std::nullopt;
        const auto value = message.subspan(at + 4, size);
        if (attribute == attr_fingerprint) {
            if (size != 4) return std::nullopt;
            if ((crc32(message.first(at)) ^ kFingerprintXor) != read_u32(value.data())) {
                return std::nullopt;
            }
            out.has_fingerprint = true;
        } else if (!out.integrity_offset) {
            if (attribute == attr_integrity) {
                if (size != kIntegrityBytes) return std::nullopt;
                out.integrity_offset = at;
            } else if (!take(out, attribute, value, message)) {
                return std::nullopt;
            }
        }
        at += 4 + padded;
    }
    return out;
}

bool stun_integrity_holds(std::span<const uint8_t> bytes,
                          const StunMessage& message,
                          std::string_view password) {
    if (!message.integrity_offset) return false;
    const size_t offset = *message.integrity_offset;
    if (bytes.size() < offset + 4 + kIntegrityBytes) return false;
    // The sum is over what stands before, with a length that ends with MESSAGE-INTEGRITY.
    std::vector<uint8_t> covered(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(offset));
    write_u16(covered.data() + 2,
              static_cast<uint16_t>(offset + 4 + kIntegrityBytes - kStunHeaderBytes));
    const auto expected = hmac_sha1(password, covered);
    return CRYPTO_memcmp(expected.data(), bytes.data() + offset + 4, kIntegrityBytes) == 0;
}

std::vector<uint8_t> make_binding_success(const std::array<uint8_t, 12>& transaction,
                                          const UdpAddress& mapped,
                                          std::string_view password) {
    Builder builder(0x0101, transaction);
    std::array<uint8_t, 20> value{};
    const bool v4 = mapped.is_v4();
    value[1] = v4 ? 1 : 2;
    write_u16(value.data() + 2, static_cast<uint16_t>(mapped.port ^ (kMagicCookie >> 16)));
    const auto mask = builder.mask();
    const size_t first = v4 ? 12 : 0;
    for (size_t i = first; i < 16; ++i) value[4 + i - first] = mapped.ip[i] ^ mask[i - first];
    builder.add(attr_xor_mapped, std::span(value).first(v4 ? 8 : 20));
    builder.add_integrity(password);
    return builder.finish();
}

std::vector<uint8_t> make_binding_error(const std::array<uint8_t, 12>& transaction,
                                        uint16_t code,
                                        std::span<const uint16_t> unknown,
                                        std::string_view password) {
    Builder builder(0x0111, transaction);
    const std::array<uint8_t, 4> value{
        0, 0, static_cast<uint8_t>(code / 100), static_cast<uint8_t>(code % 100)};
    builder.add(attr_error_code, value);
    if (!unknown.empty()) {
        std::vector<uint8_t> types;
        for (const uint16_t type : unknown) append_u16(types, type);
        builder.add(attr_unknown, types);
    }
    if (!password.empty()) builder.add_integrity(password);
    return builder.finish();
}

std::vector<uint8_t> make_binding_request(const std::array<uint8_t, 12>& transaction,
                                          std::string_view username,
                                          std::string_view password,
                                          bool use_candidate) {
    Builder builder(0x0001, transaction);
    builder.add(attr_username,
                {reinterpret_cast<const uint8_t*>(username.data()), username.size()});
    builder.add(attr_priority, std::array<uint8_t, 4>{0x6e, 0, 1, 0xff});
    builder.add(attr_ice_controlling, std::array<uint8_t, 8>{1, 2, 3, 4, 5, 6, 7, 8});
    if (use_candidate) builder.add(attr_use_candidate, {});
    builder.add_integrity(password);
    return builder.finish();
}

}  // namespace muster
