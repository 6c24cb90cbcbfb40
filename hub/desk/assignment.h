// The assignment problem: which worker takes which job so that the total cost is least.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace muster {

// For each job the worker that takes it, if one does: as many jobs as possible are taken, at the
// least total cost, a worker takes one job at most. `cost(job, worker)` is 0 to 10^12, nothing for
// a worker that cannot take the job. Kuhn's method with potentials: jobs^2 * (jobs + workers).
std::vector<std::optional<size_t>> assign(
    size_t jobs,
    size_t workers,
    const std::function<std::optional<int64_t>(size_t job, size_t worker)>& cost);

}  // namespace muster
