// What a demo camera sees: sky, houses, a road and what drives on it, different for every camera.
// Drawn straight into I420 planes, because eight cameras share a machine with everything else.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "clients/city/cameras/canvas.h"

namespace muster::city {

inline constexpr int kWidthPx = 1280;
inline constexpr int kHeightPx = 720;
inline constexpr int kFramesPerSecond = 15;
inline constexpr size_t kFrameBytes = Canvas::size_of(kWidthPx, kHeightPx);

// One camera's scene. Not thread-safe; draw() depends on nothing but the time it is given.
class Scene {
public:
    explicit Scene(uint8_t camera);

    // Fills kFrameBytes: Y, then U, then V, rows without padding. The strip says `utc_ms`.
    void draw(uint64_t utc_ms, std::span<uint8_t> frame) const;

private:
    struct Vehicle {
        int lane_y_px;
        int length_px;
        int height_px;
        // Negative drives to the left.
        int speed_px_per_s;
        int start_px;
        Color color;
        bool emergency;
    };

    void draw_background(uint32_t seed);
    void draw_vehicle(const Vehicle& vehicle, uint64_t utc_ms, const Canvas& canvas) const;

    uint8_t camera_;
    std::vector<uint8_t> background_;
    std::vector<Vehicle> vehicles_;
};

}  // namespace muster::city
