#include "hub/desk/assignment.h"

#include <limits>

namespace muster {
namespace {

// A job that nobody takes costs more than all others together, and so much more a worker that
// cannot take it: that never pays, since every job has a blank worker of its own.
constexpr int64_t kNobody = 100'000'000'000'000;
constexpr int64_t kNever = 10 * kNobody;
constexpr int64_t kInfinite = std::numeric_limits<int64_t>::max();

}  // namespace

// Row 0 and column 0 stand for "none"; jobs and workers count from 1, as in the usual presentation.
std::vector<std::optional<size_t>> assign(
    size_t jobs,
    size_t workers,
    const std::function<std::optional<int64_t>(size_t job, size_t worker)>& cost) {
    const size_t columns = workers + jobs;
    std::vector<int64_t> costs(jobs * columns);
    for (size_t job = 0; job < jobs; ++job) {
        for (size_t column = 0; column < columns; ++column) {
            costs[job * columns + column] =
                column < workers ? cost(job, column).value_or(kNever) : kNobody;
        }
    }
    std::vector<int64_t> job_potential(jobs + 1);
    std::vector<int64_t> potential(columns + 1);
    std::vector<size_t> job_of(columns + 1);
    std::vector<size_t> way(columns + 1);
    for (size_t job = 1; job <= jobs; ++job) {
        std::vector<int64_t> least(columns + 1, kInfinite);
        std::vector<bool> used(columns + 1);
        job_of[0] = job;
        size_t column = 0;
        do {
            used[column] = true;
            const size_t row = job_of[column];
            int64_t delta = kInfinite;
            size_t next = 0;
            for (size_t j = 1; j <= columns; ++j) {
                if (used[j]) continue;
                const int64_t reduced =
                    costs[(row - 1) * columns + j - 1] - job_potential[row] - potential[j];
                if (reduced < least[j]) {
                    least[j] = reduced;
                    way[j] = column;
                }
                if (least[j] < delta) {
                    delta = least[j];
                    next = j;
                }
            }
            for (size_t j = 0; j <= columns; ++j) {
                if (used[j]) {
                    job_potential[job_of[j]] += delta;
                    potential[j] -= delta;
                } else if (least[j] != kInfinite) {
                    least[j] -= delta;
                }
            }
            column = next;
        } while (job_of[column] != 0);
        while (column != 0) {
            job_of[column] = job_of[way[column]];
            column = way[column];
        }
    }
    std::vector<std::optional<size_t>> taken(jobs);
    for (size_t column = 1; column <= workers; ++column) {
        if (job_of[column] != 0) taken[job_of[column] - 1] = column - 1;
    }
    return taken;
}

}  // namespace muster
