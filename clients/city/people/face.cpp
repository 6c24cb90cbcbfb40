#include "clients/city/people/face.h"

#include <array>
#include <cmath>
#include <numbers>

namespace muster::city {
namespace {

constexpr uint64_t kTurnMs = 4'000;
constexpr std::array<Color, 4> kWalls{
    Color{70, 140, 118}, Color{84, 118, 130}, Color{76, 122, 120}, Color{90, 134, 132}};
constexpr std::array<Color, 4> kJackets{
    Color{52, 150, 112}, Color{60, 112, 150}, Color{110, 120, 122}, Color{44, 128, 128}};
constexpr Color kSkin{168, 112, 146};
constexpr Color kDark{36, 128, 128};
constexpr Color kDesk{58, 124, 134};
constexpr Color kDial{190, 128, 128};
constexpr int kMiddlePx = 132;
constexpr int kDialXPx = 262;
constexpr int kDialYPx = 92;

// Row by row, as every shape here.
void fill_ellipse(
    const Canvas& canvas, int x, int y, int half_width, int half_height, Color color) {
    for (int row = -half_height; row < half_height; row += 2) {
        const double along = (row + 1.0) / half_height;
        const int half = static_cast<int>(half_width * std::sqrt(1 - along * along));
        canvas.fill(x - half, y + row, 2 * half, 2, color);
    }
}

}  // namespace

Face::Face(uint8_t number) : number_(number), background_(kFaceBytes) {
    const Canvas canvas{kFaceWidthPx, kFaceHeightPx, background_};
    canvas.fill(0, 0, kFaceWidthPx, kFaceHeightPx, kWalls[number % kWalls.size()]);
    fill_ellipse(canvas, kMiddlePx, 164, 64, 56, kJackets[number % kJackets.size()]);
    fill_ellipse(canvas, kMiddlePx, 80, 28, 36, kSkin);
    fill_ellipse(canvas, kMiddlePx, 52, 28, 12, kDark);
    canvas.fill(kMiddlePx - 14, 74, 6, 4, kDark);
    canvas.fill(kMiddlePx + 8, 74, 6, 4, kDark);
    canvas.fill(0, 156, kFaceWidthPx, 24, kDesk);
    fill_ellipse(canvas, kDialXPx, kDialYPx, 36, 36, kDark);
    fill_ellipse(canvas, kDialXPx, kDialYPx, 32, 32, kDial);
}

void Face::draw(uint64_t utc_ms, bool speaking, std::span<uint8_t> frame) const {
    if (frame.size() < kFaceBytes) return;
    std::memcpy(frame.data(), background_.data(), kFaceBytes);
    const Canvas canvas{kFaceWidthPx, kFaceHeightPx, frame};
    const int mouth = speaking && utc_ms / 200 % 2 == 0 ? 10 : 2;
    canvas.fill(kMiddlePx - 8, 96, 16, mouth, kDark);
    const double angle =
        2 * std::numbers::pi * static_cast<double>(utc_ms % kTurnMs) / double{kTurnMs};
    for (int reach = 0; reach <= 24; reach += 4) {
        canvas.fill(kDialXPx - 2 + static_cast<int>(std::lround(reach * std::sin(angle))),
                    kDialYPx - 2 - static_cast<int>(std::lround(reach * std::cos(angle))),
                    4,
                    4,
                    kDark);
    }
    canvas.draw_strip(number_, utc_ms);
}

}  // namespace muster::city
