#include "media/fanout/bandwidth.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace muster {
namespace {

constexpr double kLossToGrow = 0.02;
constexpr double kLossToFall = 0.10;
constexpr double kGrowthASecond = 1.08;
// Back to where it began: a still picture uses little, and must not be held there once it moves.
constexpr double kRecoveryASecond = 1.3;
// What comes must be this near to the estimate before it grows: what is not used is not proven.
constexpr double kUseFactor = 1.5;
constexpr std::chrono::milliseconds kFallPeriod{300};
// A longer pause between two updates says nothing about the time in it.
constexpr double kUpdateMaxS = 2;

}  // namespace

BandwidthEstimate::BandwidthEstimate(BandwidthLimits limits, SteadyTime now)
    : limits_(limits),
      bps_(static_cast<double>(std::clamp(limits.start_bps, limits.floor_bps, limits.cap_bps))),
      updated_at_(now),
      decreased_at_(now - kFallPeriod) {}

void BandwidthEstimate::update(double loss, uint64_t received_bps, SteadyTime now) {
    if (now <= updated_at_) return;
    const double seconds =
        std::min(kUpdateMaxS, std::chrono::duration<double>(now - updated_at_).count());
    updated_at_ = now;
    // Also for what is no number.
    loss = loss > 0 ? std::min(loss, 1.0) : 0.0;
    const auto received = static_cast<double>(received_bps);
    if (loss < kLossToGrow) {
        const auto start = static_cast<double>(limits_.start_bps);
        if (bps_ < start) {
            bps_ = std::min(start, bps_ * std::pow(kRecoveryASecond, seconds));
        } else if (received * kUseFactor >= bps_) {
            bps_ *= std::pow(kGrowthASecond, seconds);
        }
    } else if (loss > kLossToFall && now - decreased_at_ >= kFallPeriod) {
        // A sender below its allowance must feel the fall too. All lost tells nothing of what was
        // sent.
        const double sent = loss < 1 ? received / (1 - loss) : bps_;
        bps_ = std::min(bps_, sent) * (1 - 0.5 * loss);
        decreased_at_ = now;
    }
    bps_ = std::clamp(
        bps_, static_cast<double>(limits_.floor_bps), static_cast<double>(limits_.cap_bps));
}

uint64_t BandwidthEstimate::bps() const {
    return static_cast<uint64_t>(bps_);
}

}  // namespace muster
