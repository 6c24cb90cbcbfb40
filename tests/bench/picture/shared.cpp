#include "tests/bench/picture/shared.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <new>
#include <random>
#include <thread>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/base/clock.h"

namespace muster::bench {
namespace {

constexpr double kSouth = 31.0;
constexpr double kWest = 121.0;
// A city of ten by ten tiles.
constexpr double kSideDeg = 0.5;

Uuid numbered(uint8_t kind, uint32_t number) {
    Uuid id;
    id.bytes[0] = kind;
    for (size_t i = 0; i < 4; ++i) id.bytes[12 + i] = static_cast<uint8_t>(number >> (24 - 8 * i));
    return id;
}

}  // namespace

Shared& shared() {
    static Shared* memory = new (::mmap(
        nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Shared;
    return *memory;
}

void reset_shared() {
    new (&shared()) Shared;
}

pid_t spawn(const std::function<void()>& body) {
    std::fflush(stdout);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    body();
    std::fflush(stdout);
    ::_exit(0);
}

void wait_for(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
}

bool wait_until(const std::function<bool()>& condition, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

Uuid unit_id(uint32_t unit) {
    return numbered(0x71, unit);
}

uint32_t unit_of(std::string_view id) {
    if (id.size() != 36 || id.substr(0, 2) != "71") return kUnits;
    uint32_t unit = 0;
    for (const char c : id.substr(28)) {
        unit = unit << 4 | static_cast<uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return unit < kUnits ? unit : kUnits;
}

Uuid agency_id(uint32_t agency) {
    return numbered(0x72, agency);
}

v1::Live position_of(uint32_t unit, uint32_t move) {
    // Each drives back and forth on a line of its own at 15 m/s.
    std::minstd_rand random(unit + 1);
    std::uniform_real_distribution<double> anywhere(0, kSideDeg);
    const double angle = unit;
    const double way = 0.000135 * std::abs(static_cast<double>(move % 2'000) - 1'000);
    const auto inside = [](double deg) { return std::fmod(deg + 2 * kSideDeg, kSideDeg); };
    v1::Live live;
    auto& position = *live.mutable_position();
    position.set_id(unit_id(unit).text());
    position.set_version(move + 1);
    position.mutable_at()->set_lat_deg(kSouth + inside(anywhere(random) + way * std::sin(angle)));
    position.mutable_at()->set_lon_deg(kWest + inside(anywhere(random) + way * std::cos(angle)));
    const UtcTime now{std::chrono::seconds(1'800'000'000 + move) + std::chrono::microseconds(unit)};
    *position.mutable_fix_at() = to_proto(now);
    *position.mutable_heard_at() = to_proto(now + std::chrono::milliseconds(7));
    position.set_accuracy_m(8);
    position.set_heading_deg(std::fmod(angle * 57.3, 360));
    position.set_speed_mps(15);
    position.set_source(v1::POSITION_SOURCE_DEVICE);
    return live;
}

std::string ready_frame(uint32_t flush, uint32_t move) {
    v1::Frame frame;
    for (uint32_t unit = flush; unit < kUnits; unit += kFlushes) {
        *frame.add_live() = position_of(unit, move);
    }
    frame.set_resume_token(std::string(81, 't'));
    return frame.SerializeAsString();
}

Seat seat_of(uint32_t subscriber, bool with_windows) {
    Seat seat;
    if (!with_windows) return seat;
    // Twenty classes and two hundred windows, which do not go together.
    seat.person = subscriber % kClasses;
    std::minstd_rand random((subscriber * 7 + subscriber / kWindows) % kWindows + 1);
    std::uniform_real_distribution<double> side(kSideDeg / 2, kSideDeg);
    const double height = side(random);
    const double width = side(random);
    std::uniform_real_distribution<double> south(0, kSideDeg - height);
    std::uniform_real_distribution<double> west(0, kSideDeg - width);
    auto* window = seat.view.add_windows();
    const double lat = kSouth + south(random);
    const double lon = kWest + west(random);
    window->mutable_south_west()->set_lat_deg(lat);
    window->mutable_south_west()->set_lon_deg(lon);
    window->mutable_north_east()->set_lat_deg(lat + height);
    window->mutable_north_east()->set_lon_deg(lon + width);
    return seat;
}

std::string token_of(uint32_t person) {
    return "bench-token-of-person-" + std::to_string(person);
}

}  // namespace muster::bench
