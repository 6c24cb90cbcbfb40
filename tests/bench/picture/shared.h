// What the processes of this bench share: memory that was mapped before they were forked, and the
// city that all of them know: 2,000 units that move, each of an agency.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "hub/picture/view.h"
#include "muster/v1/entity.pb.h"

namespace muster::bench {

constexpr uint32_t kUnits = 2'000;
constexpr uint32_t kSubscribers = 1'000;
constexpr uint32_t kClientProcesses = 2;
// Flushes a second; each unit moves in one of them.
constexpr uint32_t kFlushes = 4;
constexpr uint32_t kLeafAgencies = 16;
constexpr uint32_t kClasses = 20;
constexpr uint32_t kWindows = 200;

struct Shared {
    std::atomic<int> port = 0;
    // The server makes news as long as this is set.
    std::atomic<bool> moving = false;
    std::atomic<bool> stop = false;
    std::atomic<uint32_t> connected = 0;
    // Entity updates and frames (messages) that arrived.
    std::atomic<uint64_t> updates = 0;
    std::atomic<uint64_t> frames = 0;
    std::atomic<uint64_t> bytes = 0;
    // Subscribers whose last heartbeat had their own digest, and those for whom one did not.
    std::atomic<uint32_t> converged = 0;
    std::atomic<uint32_t> disproved = 0;
    std::atomic<uint32_t> failed = 0;
};
Shared& shared();
void reset_shared();

// Runs `body` in a process of its own and returns its id; it ends when body returns.
pid_t spawn(const std::function<void()>& body);
void wait_for(pid_t pid);
// Waits until the condition holds; false after `seconds`.
bool wait_until(const std::function<bool()>& condition, double seconds);

Uuid unit_id(uint32_t unit);
// The number in an id of unit_id; kUnits for another.
uint32_t unit_of(std::string_view id);
Uuid agency_id(uint32_t agency);
// A unit's position at its n-th move, about 120 bytes.
v1::Live position_of(uint32_t unit, uint32_t move);
// A frame of the units of one flush, as the hub would write it.
std::string ready_frame(uint32_t flush, uint32_t move);

// One subscriber's person (see Directory) and window; everywhere when the run has none.
struct Seat {
    uint32_t person = 0;
    v1::ViewFilter view;
};
Seat seat_of(uint32_t subscriber, bool with_windows);
std::string token_of(uint32_t person);

}  // namespace muster::bench
