#include "clients/city/cameras/scene.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace muster::city {
namespace {

constexpr int kHorizonPx = 300;
constexpr int kRoadTopPx = 500;
constexpr int kRoadBottomPx = 660;
constexpr std::array<Color, 6> kPaints{Color{80, 100, 200},
                                       Color{180, 128, 128},
                                       Color{60, 180, 110},
                                       Color{140, 60, 160},
                                       Color{210, 60, 150},
                                       Color{40, 128, 128}};

// A small generator of our own, so that a camera's scene is the same on every machine.
class Dice {
public:
    explicit Dice(uint32_t seed) : state_(seed * 2654435761U + 1) {}
    int between(int low, int high) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return low + static_cast<int>(state_ % static_cast<uint32_t>(high - low + 1));
    }

private:
    uint32_t state_;
};

void draw_house(const Canvas& canvas, int left, int width, int height, Color wall, Dice& dice) {
    const int top = kHorizonPx + 140 - height;
    canvas.fill(left, top, width, height, wall);
    for (int y = top + 12; y < kHorizonPx + 116; y += 28) {
        for (int x = left + 10; x + 14 < left + width; x += 24) {
            const bool lit = dice.between(0, 3) == 0;
            canvas.fill(x, y, 12, 14, lit ? Color{200, 90, 150} : Color{50, 134, 124});
        }
    }
}

}  // namespace

Scene::Scene(uint8_t camera) : camera_(camera), background_(kFrameBytes) {
    draw_background(camera);
    Dice dice(camera * 31U + 7);
    const int lanes = 4;
    for (int i = 0; i < 7; ++i) {
        const int lane = i % lanes;
        const bool truck = dice.between(0, 3) == 0;
        const int speed = dice.between(60, 220) * (lane < lanes / 2 ? -1 : 1);
        const bool emergency = i == 0 && camera % 2 == 0;
        vehicles_.push_back(
            {kRoadTopPx + 6 + lane * 38,
             truck ? 150 : dice.between(70, 96),
             truck ? 32 : 24,
             speed,
             dice.between(0, kWidthPx),
             emergency ? Color{90, 90, 220} : kPaints[static_cast<size_t>(dice.between(0, 5))],
             emergency});
    }
}

void Scene::draw_background(uint32_t seed) {
    Dice dice(seed);
    const Canvas canvas{kWidthPx, kHeightPx, background_};
    const int brightness = dice.between(120, 190);
    const auto tint = static_cast<uint8_t>(dice.between(134, 160));
    for (int y = 0; y < kHorizonPx + 60; y += 4) {
        canvas.fill(0, y, kWidthPx, 4, {static_cast<uint8_t>(brightness + y / 8), tint, 118});
    }
    canvas.fill(0, kHorizonPx + 60, kWidthPx, kHeightPx, {100, 118, 120});
    for (int x = -dice.between(0, 60); x < kWidthPx;) {
        const int width = dice.between(70, 170);
        const auto shade = static_cast<uint8_t>(dice.between(70, 150));
        const auto warmth = static_cast<uint8_t>(dice.between(120, 146));
        draw_house(canvas, x, width, dice.between(120, 380), {shade, 124, warmth}, dice);
        x += width + dice.between(-10, 40);
    }
    for (int x = dice.between(0, 40); x < kWidthPx; x += dice.between(90, 180)) {
        canvas.fill(x + 10, kHorizonPx + 150, 6, 40, {60, 120, 140});
        canvas.fill(x - 8, kHorizonPx + 110, 42, 50, {70, 108, 112});
    }
    canvas.fill(0, kRoadTopPx - 14, kWidthPx, 14, {150, 126, 130});
    canvas.fill(0, kRoadTopPx, kWidthPx, kRoadBottomPx - kRoadTopPx, {64, 128, 128});
    for (int x = 0; x < kWidthPx; x += 80) {
        canvas.fill(x, (kRoadTopPx + kRoadBottomPx) / 2 - 2, 40, 4, {220, 128, 128});
    }
}

void Scene::draw(uint64_t utc_ms, std::span<uint8_t> frame) const {
    if (frame.size() < kFrameBytes) return;
    std::memcpy(frame.data(), background_.data(), kFrameBytes);
    const Canvas canvas{kWidthPx, kHeightPx, frame};
    for (const auto& vehicle : vehicles_) draw_vehicle(vehicle, utc_ms, canvas);
    canvas.draw_strip(camera_, utc_ms);
}

void Scene::draw_vehicle(const Vehicle& vehicle, uint64_t utc_ms, const Canvas& canvas) const {
    const int64_t lap_px = kWidthPx + 2 * vehicle.length_px;
    const int64_t driven_px =
        static_cast<int64_t>(utc_ms % 86'400'000) * vehicle.speed_px_per_s / 1000;
    const int64_t along_px = ((vehicle.start_px + driven_px) % lap_px + lap_px) % lap_px;
    const int left = static_cast<int>(along_px) - vehicle.length_px;
    const int top = vehicle.lane_y_px;
    const int length = vehicle.length_px;
    canvas.fill(left, top, length, vehicle.height_px, vehicle.color);
    canvas.fill(left + length / 4, top + 4, length / 2, 8, {40, 140, 120});
    canvas.fill(left + 8, top + vehicle.height_px - 4, 12, 8, {24, 128, 128});
    canvas.fill(left + length - 20, top + vehicle.height_px - 4, 12, 8, {24, 128, 128});
    if (vehicle.emergency) {
        const bool blue = utc_ms / 250 % 2 == 0;
        canvas.fill(left + length / 2 - 8,
                    top - 6,
                    16,
                    6,
                    blue ? Color{90, 230, 100} : Color{90, 100, 230});
    }
}

}  // namespace muster::city
