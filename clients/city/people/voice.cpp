#include "clients/city/people/voice.h"

#include <cmath>
#include <numbers>

namespace muster::city {
namespace {

constexpr uint64_t kPeriod = 6 * kVoiceRate;
constexpr uint64_t kNote = kVoiceRate * 35 / 100;
constexpr double kChimeLevel = 0.06;
constexpr double kToneLevel = 0.25;
constexpr double kFade = kVoiceRate * 0.02;
constexpr double kDecay = kVoiceRate * 0.12;

double wave(double hertz, uint64_t sample) {
    return std::sin(2 * std::numbers::pi * hertz * static_cast<double>(sample) / kVoiceRate);
}

}  // namespace

Voice Voice::chime(uint8_t number) {
    Voice voice;
    // Whole tones up from E5.
    voice.first_note_hertz_ = 659.26 * std::pow(2, number % 4 / 6.0);
    voice.offset_ = number * kPeriod / 2;
    return voice;
}

Voice Voice::tone(double hertz) {
    Voice voice;
    voice.tone_hertz_ = hertz;
    return voice;
}

bool Voice::sounds_at(uint64_t sample) const {
    return tone_hertz_ > 0 || (sample + offset_) % kPeriod < 2 * kNote;
}

double Voice::level_at(uint64_t sample) const {
    if (tone_hertz_ > 0) return kToneLevel * wave(tone_hertz_, sample);
    if (!sounds_at(sample)) return 0;
    const uint64_t at = (sample + offset_) % kPeriod;
    const uint64_t in_note = at % kNote;
    // A major third below the first, as a door's bell.
    const double hertz = at < kNote ? first_note_hertz_ : first_note_hertz_ * 0.7937;
    const auto age = static_cast<double>(in_note);
    const double rise = std::min(age / kFade, 1.0);
    const double end = std::min((static_cast<double>(kNote) - age) / kFade, 1.0);
    return kChimeLevel * rise * end * std::exp(-age / kDecay) * wave(hertz, in_note);
}

void Voice::fill(uint64_t first, std::span<int16_t> samples) const {
    for (size_t i = 0; i < samples.size(); ++i) {
        samples[i] = static_cast<int16_t>(std::lround(level_at(first + i) * 32'767));
    }
}

}  // namespace muster::city
