#include "tests/bench/picture/light_mirror.h"

#include <cstring>

#include "tests/bench/picture/shared.h"

namespace muster::bench {
namespace {

// Walks the fields of a message.
class Fields {
public:
    explicit Fields(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    bool next() {
        if (at_ >= end_) return false;
        const uint64_t tag = varint();
        number = static_cast<uint32_t>(tag >> 3);
        switch (tag & 7) {
            case 0:
                value = varint();
                return true;
            case 1:
                std::memcpy(&value, at_, 8);
                at_ += 8;
                return true;
            case 2: {
                const uint64_t size = varint();
                bytes = {at_, static_cast<size_t>(size)};
                at_ += size;
                return true;
            }
            default:
                at_ = end_;
                return false;
        }
    }

    uint32_t number = 0;
    uint64_t value = 0;
    std::string_view bytes;

private:
    uint64_t varint() {
        uint64_t result = 0;
        for (int shift = 0; at_ < end_; shift += 7) {
            const auto byte = static_cast<uint8_t>(*at_++);
            result |= uint64_t{byte & 0x7fu} << shift;
            if (byte < 0x80) break;
        }
        return result;
    }

    const char* at_;
    const char* const end_;
};

}  // namespace

uint32_t LightMirror::apply(std::string_view frame) {
    enum { removals = 2, live = 3, reset = 4, heartbeat = 7, live_reset = 8 };
    if (versions_.empty()) versions_.resize(kUnits);
    // The first one's, whose reset comes behind the entities: nothing was there before.
    uint32_t updates = 0;
    for (Fields field(frame); field.next();) {
        if (field.number == live) {
            put(field.bytes);
            ++updates;
        } else if (field.number == removals) {
            remove(field.bytes);
        } else if (field.number == heartbeat) {
            check(field.bytes);
        }
    }
    return updates;
}

void LightMirror::put(std::string_view live) {
    for (Fields union_field(live); union_field.next();) {
        if (union_field.number != v1::ENTITY_KIND_POSITION) continue;
        uint32_t unit = kUnits;
        for (Fields field(union_field.bytes); field.next();) {
            if (field.number == 1) unit = unit_of(field.bytes);
            if (field.number != 2) continue;
            if (unit < kUnits) versions_[unit] = static_cast<uint32_t>(field.value);
            return;
        }
    }
}

void LightMirror::remove(std::string_view removal) {
    uint64_t kind = 0;
    for (Fields field(removal); field.next();) {
        if (field.number == 1) kind = field.value;
        if (field.number != 2 || kind != v1::ENTITY_KIND_POSITION) continue;
        if (const uint32_t unit = unit_of(field.bytes); unit < kUnits) versions_[unit] = 0;
    }
}

void LightMirror::check(std::string_view heartbeat) {
    uint64_t count = 0;
    uint64_t digest = 0;
    for (Fields field(heartbeat); field.next();) {
        if (field.number == 7) count = field.value;
        if (field.number == 8) digest = field.value;
    }
    for (uint32_t unit = 0; unit < kUnits; ++unit) {
        if (versions_[unit] == 0) continue;
        --count;
        digest -= digest_share({v1::ENTITY_KIND_POSITION, unit_id(unit)}, versions_[unit]);
    }
    checked_ = true;
    holds_ = count == 0 && digest == 0;
}

}  // namespace muster::bench
