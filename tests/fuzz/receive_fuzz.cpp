// The numbers and times of a publisher's packets, whatever they are: what comes out is in order,
// what is kept and asked for is bounded, what is reported holds together.
#include <cstdlib>

#include "media/fanout/bytes.h"
#include "media/fanout/reception.h"
#include "media/fanout/reorder.h"

namespace {

using namespace muster;

constexpr ReorderLimits kLimits{
    .max_wait = std::chrono::milliseconds(40), .max_packets = 64, .max_bytes = 2'000};

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

// Four bytes a packet: how the sequence goes on, how long it took, how big it is.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    ReorderBuffer buffer(kLimits);
    ReceptionStats stats(1, 90'000);
    SteadyTime now{std::chrono::hours(1)};
    std::vector<ReorderBuffer::Packet> out;
    uint16_t sequence = 65'500;
    int64_t last = -1;
    uint64_t given = 0;
    uint64_t put = 0;
    uint64_t held_back = 0;
    for (; size >= 4; data += 4, size -= 4, ++put) {
        sequence = static_cast<uint16_t>(sequence + read_u16(data));
        now += std::chrono::milliseconds(data[2]);
        if ((data[2] & 1) != 0) buffer.expire(now, out);
        const std::vector<uint8_t> bytes(data[3]);
        held_back += buffer.put(sequence, bytes, now, out) == ReorderBuffer::Taken::suspect ? 1 : 0;
        stats.received(sequence, sequence * 3'000u, now);
        check(buffer.waiting_packets() <= kLimits.max_packets);
        check(buffer.waiting_bytes() <= kLimits.max_bytes);
        check(buffer.nacks(now, {}).size() <= 64);
        for (const auto& packet : out) {
            check(packet.sequence > last);
            last = packet.sequence;
        }
        given += out.size();
        out.clear();
        if (data[3] == 0) {
            const ReceptionReport report = stats.report(now);
            check(report.cumulative_lost >= -0x800000 && report.cumulative_lost <= 0x7fffff);
        }
    }
    buffer.expire(now + std::chrono::hours(1), out);
    given += out.size();
    const auto& counters = buffer.counters();
    check(buffer.waiting_packets() == 0 && buffer.waiting_bytes() == 0 && !buffer.expires_at());
    check(given == counters.taken && counters.missed >= counters.lost);
    check(counters.taken + counters.duplicates + counters.late + held_back >= put);
    check(stats.packets() <= put);
    return 0;
}
