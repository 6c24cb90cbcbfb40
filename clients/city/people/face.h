#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "clients/city/cameras/canvas.h"

namespace muster::city {

inline constexpr int kFaceWidthPx = 320;
inline constexpr int kFaceHeightPx = 180;
inline constexpr size_t kFaceBytes = Canvas::size_of(kFaceWidthPx, kFaceHeightPx);

// What the camera of a simulated participant sees: somebody at a desk whose mouth moves while the
// sound is on, and a hand that goes round once in four seconds, so that a frozen picture shows.
// Plain shapes: nobody may take it for a person. Not thread-safe.
class Face {
public:
    explicit Face(uint8_t number);

    // Fills kFaceBytes. The strip says the number and `utc_ms`.
    void draw(uint64_t utc_ms, bool speaking, std::span<uint8_t> frame) const;

private:
    uint8_t number_;
    std::vector<uint8_t> background_;
};

}  // namespace muster::city
