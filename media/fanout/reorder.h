#pragma once

#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "hub/base/clock.h"

namespace muster {

struct ReorderLimits {
    // How long a gap is waited for: video 150 ms, audio 40 ms.
    std::chrono::milliseconds max_wait{150};
    // What is kept behind a gap. With more the oldest gap is given up.
    size_t max_packets = 512;
    size_t max_bytes = 1 << 20;
};

// Puts the packets of one SSRC back into order, and knows which of them to ask for again. Needs
// authenticated packets: it believes the first one. A value of one thread; time is a parameter.
class ReorderBuffer {
public:
    struct Packet {
        // Extended: never wraps. After a restart it goes on from where it was.
        int64_t sequence = 0;
        // As put.
        std::vector<uint8_t> bytes;
        SteadyTime received_at;
        // The source jumped: its sequence numbers have nothing to do with those before.
        bool restarted = false;
    };
    enum class Taken {
        // It is in `out`, or waits.
        taken,
        // It is there already, or was given.
        duplicate,
        // Its gap was given up.
        late,
        // Far from all others: it is kept until the next one tells whether the source jumped there
        // (RFC 3550, A.1).
        suspect,
    };
    struct Counters {
        uint64_t taken = 0;
        uint64_t duplicates = 0;
        uint64_t late = 0;
        // Gaps that were given up, in packets. When it grows, a picture is damaged.
        uint64_t lost = 0;
        uint64_t restarts = 0;
        // Packets that did not come by themselves: asked for, or given up without. Of taken + lost
        // that is the loss of the network, however well resends mend it.
        uint64_t missed = 0;
    };

    explicit ReorderBuffer(ReorderLimits limits) : limits_(limits) {}

    // One packet, copied; appends to `out` all that is in order now.
    Taken put(uint16_t sequence,
              std::span<const uint8_t> bytes,
              SteadyTime now,
              std::vector<Packet>& out);
    // Gives up the gaps that were waited for long enough; appends to `out` what waited for them.
    void expire(SteadyTime now, std::vector<Packet>& out);
    // When expire() will have something to do, if nothing comes before.
    std::optional<SteadyTime> expires_at() const;

    // What to ask for now, ascending (modulo 2^16), at most 64: a missing packet first 10 ms after
    // its gap was noticed, again every max(rtt, 50 ms), at most 5 times.
    std::vector<uint16_t> nacks(SteadyTime now, SteadyTime::duration rtt);

    const Counters& counters() const { return counters_; }
    size_t waiting_packets() const { return waiting_packets_; }
    size_t waiting_bytes() const { return waiting_bytes_; }

private:
    // Sequence next_ + i is slots_[i]: a packet that waits, or one that is missing. The first one
    // is missing.
    struct Slot {
        bool filled = false;
        Packet packet;
        SteadyTime noticed_at;
        SteadyTime asked_at;
        int times_asked = 0;
    };
    struct Suspect {
        uint16_t sequence = 0;
        std::vector<uint8_t> bytes;
        SteadyTime received_at;
    };
    static constexpr size_t kHistory = 512;

    Taken place(int64_t sequence,
                std::span<const uint8_t> bytes,
                SteadyTime received_at,
                SteadyTime now,
                std::vector<Packet>& out);
    Taken suspect(uint16_t sequence,
                  std::span<const uint8_t> bytes,
                  SteadyTime now,
                  std::vector<Packet>& out);
    void restart(uint16_t sequence, std::vector<Packet>& out);
    // Up to the first that is missing.
    void give_ready(std::vector<Packet>& out);
    // The gap in front, and what is ready then.
    void give_up_gap(std::vector<Packet>& out);
    void give_up_one(bool asked_for);
    uint16_t on_wire(int64_t sequence) const { return static_cast<uint16_t>(sequence - offset_); }

    const ReorderLimits limits_;
    bool started_ = false;
    // The next one to give, extended.
    int64_t next_ = 0;
    // From the wire's numbers to the extended ones, modulo 2^16; changes when the source jumps.
    uint16_t offset_ = 0;
    bool mark_restart_ = false;
    std::deque<Slot> slots_;
    size_t waiting_packets_ = 0;
    size_t waiting_bytes_ = 0;
    // Which of the last before next_ were given, by sequence modulo kHistory: tells a duplicate
    // from one that came too late.
    std::bitset<kHistory> given_;
    std::optional<Suspect> suspect_;
    Counters counters_;
};

}  // namespace muster
