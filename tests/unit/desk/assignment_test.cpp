#include "hub/desk/assignment.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gmock/gmock.h>

namespace muster {
namespace {

using Costs = std::vector<std::vector<std::optional<int64_t>>>;

std::vector<std::optional<size_t>> solve(const Costs& costs, size_t workers) {
    return assign(
        costs.size(), workers, [&costs](size_t job, size_t worker) { return costs[job][worker]; });
}

struct Score {
    size_t filled = 0;
    int64_t cost = 0;

    // More jobs taken, then cheaper.
    bool operator<(const Score& other) const {
        return filled != other.filled ? filled > other.filled : cost < other.cost;
    }
    bool operator==(const Score& other) const = default;
};

// Every way to give the jobs from `job` on.
Score best_of_all(const Costs& costs, size_t workers, size_t job, std::vector<bool>& taken) {
    if (job == costs.size()) return {};
    Score best = best_of_all(costs, workers, job + 1, taken);
    for (size_t worker = 0; worker < workers; ++worker) {
        if (taken[worker] || !costs[job][worker]) continue;
        taken[worker] = true;
        Score score = best_of_all(costs, workers, job + 1, taken);
        taken[worker] = false;
        ++score.filled;
        score.cost += *costs[job][worker];
        best = std::min(best, score);
    }
    return best;
}

TEST(Assignment, IsAsGoodAsTheBestOfAllWays) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const size_t jobs = random() % 5;
        const size_t workers = random() % 6;
        Costs costs(jobs, std::vector<std::optional<int64_t>>(workers));
        for (auto& row : costs) {
            for (auto& cost : row) {
                if (random() % 3 != 0) cost = random() % 20;
            }
        }
        const auto given = solve(costs, workers);
        Score score;
        std::vector<bool> taken(workers);
        for (size_t job = 0; job < jobs; ++job) {
            if (!given[job]) continue;
            ASSERT_FALSE(taken[*given[job]]) << "one worker for two jobs";
            taken[*given[job]] = true;
            ASSERT_TRUE(costs[job][*given[job]]) << "a worker that cannot";
            ++score.filled;
            score.cost += *costs[job][*given[job]];
        }
        std::vector<bool> none(workers);
        ASSERT_EQ(score, best_of_all(costs, workers, 0, none)) << "round " << round;
    }
}

TEST(Assignment, CostsMayBeAsLargeAsItSays) {
    const int64_t most = 1'000'000'000'000;
    const Costs costs(40, std::vector<std::optional<int64_t>>(60, most));
    const auto given = solve(costs, 60);
    EXPECT_EQ(std::count(given.begin(), given.end(), std::nullopt), 0);
}

}  // namespace
}  // namespace muster
