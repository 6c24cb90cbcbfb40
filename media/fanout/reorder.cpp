#include "media/fanout/reorder.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

using std::chrono::milliseconds;

// RFC 3550, A.1: a gap up to this is believed at once. Seven seconds of video at 4 Mbit/s.
constexpr int kDropoutMax = 3'000;
constexpr milliseconds kFirstAskAfter{10};
constexpr milliseconds kAskAgainAfter{50};
constexpr int kAsksMax = 5;
constexpr size_t kNacksARound = 64;

}  // namespace

ReorderBuffer::Taken ReorderBuffer::put(uint16_t sequence,
                                        std::span<const uint8_t> bytes,
                                        SteadyTime now,
                                        std::vector<Packet>& out) {
    if (!started_) {
        started_ = true;
        next_ = sequence;
    }
    const auto distance = static_cast<int16_t>(sequence - on_wire(next_));
    if (distance >= kDropoutMax || distance < -static_cast<int>(kHistory)) {
        return suspect(sequence, bytes, now, out);
    }
    suspect_.reset();
    return place(next_ + distance, bytes, now, now, out);
}

ReorderBuffer::Taken ReorderBuffer::place(int64_t sequence,
                                          std::span<const uint8_t> bytes,
                                          SteadyTime received_at,
                                          SteadyTime now,
                                          std::vector<Packet>& out) {
    if (sequence < next_) {
        const bool given = given_.test(static_cast<size_t>(sequence) % kHistory);
        ++(given ? counters_.duplicates : counters_.late);
        return given ? Taken::duplicate : Taken::late;
    }
    const auto window = static_cast<int64_t>(std::max<size_t>(limits_.max_packets, 1));
    while (sequence - next_ >= window) {
        if (slots_.empty()) {
            while (next_ < sequence) give_up_one(false);
        } else {
            give_up_gap(out);
        }
    }
    const auto at = static_cast<size_t>(sequence - next_);
    while (slots_.size() <= at) {
        slots_.emplace_back();
        slots_.back().noticed_at = now;
    }
    Slot& slot = slots_[at];
    if (slot.filled) {
        ++counters_.duplicates;
        return Taken::duplicate;
    }
    slot.filled = true;
    slot.packet = Packet{
        .sequence = sequence, .bytes = {bytes.begin(), bytes.end()}, .received_at = received_at};
    ++counters_.taken;
    ++waiting_packets_;
    waiting_bytes_ += bytes.size();
    give_ready(out);
    while (waiting_bytes_ > limits_.max_bytes) give_up_gap(out);
    return Taken::taken;
}

ReorderBuffer::Taken ReorderBuffer::suspect(uint16_t sequence,
                                            std::span<const uint8_t> bytes,
                                            SteadyTime now,
                                            std::vector<Packet>& out) {
    const auto former = std::exchange(suspect_, std::nullopt);
    if (!former || static_cast<uint16_t>(former->sequence + 1) != sequence) {
        suspect_ = Suspect{sequence, {bytes.begin(), bytes.end()}, now};
        return Taken::suspect;
    }
    restart(former->sequence, out);
    place(next_, former->bytes, former->received_at, now, out);
    return place(next_, bytes, now, now, out);
}

void ReorderBuffer::restart(uint16_t sequence, std::vector<Packet>& out) {
    while (!slots_.empty()) give_up_gap(out);
    offset_ = static_cast<uint16_t>(next_ - sequence);
    given_.reset();
    mark_restart_ = true;
    ++counters_.restarts;
}

void ReorderBuffer::give_ready(std::vector<Packet>& out) {
    while (!slots_.empty() && slots_.front().filled) {
        Packet& packet = slots_.front().packet;
        packet.restarted = std::exchange(mark_restart_, false);
        --waiting_packets_;
        waiting_bytes_ -= packet.bytes.size();
        out.push_back(std::move(packet));
        slots_.pop_front();
        given_.set(static_cast<size_t>(next_) % kHistory);
        ++next_;
    }
}

void ReorderBuffer::give_up_gap(std::vector<Packet>& out) {
    while (!slots_.empty() && !slots_.front().filled) {
        give_up_one(slots_.front().times_asked > 0);
        slots_.pop_front();
    }
    give_ready(out);
}

void ReorderBuffer::give_up_one(bool asked_for) {
    given_.reset(static_cast<size_t>(next_) % kHistory);
    ++next_;
    ++counters_.lost;
    if (!asked_for) ++counters_.missed;
}

void ReorderBuffer::expire(SteadyTime now, std::vector<Packet>& out) {
    while (!slots_.empty() && now - slots_.front().noticed_at >= limits_.max_wait) {
        give_up_gap(out);
    }
}

std::optional<SteadyTime> ReorderBuffer::expires_at() const {
    if (slots_.empty()) return std::nullopt;
    return slots_.front().noticed_at + limits_.max_wait;
}

std::vector<uint16_t> ReorderBuffer::nacks(SteadyTime now, SteadyTime::duration rtt) {
    const auto again = std::max<SteadyTime::duration>(rtt, kAskAgainAfter);
    std::vector<uint16_t> out;
    for (size_t i = 0; i < slots_.size() && out.size() < kNacksARound; ++i) {
        Slot& slot = slots_[i];
        if (slot.filled || slot.times_asked >= kAsksMax) continue;
        const SteadyTime due =
            slot.times_asked == 0 ? slot.noticed_at + kFirstAskAfter : slot.asked_at + again;
        if (now < due) continue;
        slot.asked_at = now;
        if (slot.times_asked++ == 0) ++counters_.missed;
        out.push_back(on_wire(next_ + static_cast<int64_t>(i)));
    }
    return out;
}

}  // namespace muster
