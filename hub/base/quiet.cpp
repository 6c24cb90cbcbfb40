#include "hub/base/quiet.h"

namespace muster {
namespace {

using std::chrono::microseconds;

microseconds offset_of(const Clock& clock) {
    return std::chrono::duration_cast<microseconds>(clock.now().time_since_epoch() -
                                                    clock.steady().time_since_epoch());
}

}  // namespace

Quiet::Quiet(const Clock& clock)
    : clock_(clock), until_(clock.steady() + kSpan), offset_(offset_of(clock)) {}

bool Quiet::now() {
    const auto offset = offset_of(clock_);
    const auto steady = clock_.steady();
    if (std::chrono::abs(offset - offset_) > kStep) until_ = steady + kSpan;
    offset_ = offset;
    return steady < until_;
}

}  // namespace muster
