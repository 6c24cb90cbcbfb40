#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace muster {

// Junctions by their times, for a search in which no time is below the last one that was taken out:
// then each lies in the bucket of the highest bit in which it differs from that one, and moves down
// at most 32 times (Ahuja, Mehlhorn, Orlin, Tarjan 1990). Half a binary heap's time. A plain value.
class RadixHeap {
public:
    struct Item {
        uint32_t ms = 0;
        uint32_t junction = 0;
    };

    bool empty() const { return count_ == 0; }
    // `ms` is not below the last one that pop() returned.
    void push(uint32_t ms, uint32_t junction) {
        buckets_[bucket_of(ms)].push_back({ms, junction});
        ++count_;
    }
    // The least; of equals any.
    Item pop() {
        if (buckets_[0].empty()) spread();
        const Item item = buckets_[0].back();
        buckets_[0].pop_back();
        --count_;
        return item;
    }

private:
    size_t bucket_of(uint32_t ms) const { return static_cast<size_t>(std::bit_width(ms ^ last_)); }
    // The first bucket with something in it becomes several smaller ones.
    void spread() {
        const auto full = std::find_if(
            buckets_.begin(), buckets_.end(), [](const auto& bucket) { return !bucket.empty(); });
        last_ = std::min_element(full->begin(), full->end(), [](const Item& a, const Item& b) {
                    return a.ms < b.ms;
                })->ms;
        for (const Item& item : *full) buckets_[bucket_of(item.ms)].push_back(item);
        full->clear();
    }

    std::array<std::vector<Item>, 33> buckets_;
    uint32_t last_ = 0;
    size_t count_ = 0;
};

}  // namespace muster
