#pragma once

#include <cstdint>
#include <span>

namespace muster::city {

inline constexpr int kVoiceRate = 48'000;

// What the microphone of a simulated participant hears: a soft chime of two notes every six
// seconds, or a tone that does not end. A plain value; all follows from the sample's number.
class Voice {
public:
    // Numbers chime one after the other, each a little higher than the one before.
    static Voice chime(uint8_t number);
    static Voice tone(double hertz);

    bool sounds_at(uint64_t sample) const;
    // 16 bits, one channel, from sample number `first` on.
    void fill(uint64_t first, std::span<int16_t> samples) const;

private:
    Voice() = default;
    double level_at(uint64_t sample) const;

    // 0 chimes.
    double tone_hertz_ = 0;
    double first_note_hertz_ = 0;
    uint64_t offset_ = 0;
};

}  // namespace muster::city
