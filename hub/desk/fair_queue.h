#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace muster {

// What waits, by whoever sent it. Where more waits than is taken at once, callers get their turns,
// one at a time, so that who sends a thousand a second waits behind the own ones and nobody else
// does. What is taken is in the order of coming. A plain value; its owner guards it.
template <class Item>
class FairQueue {
public:
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // How many of this caller's wait.
    size_t waiting_of(const std::string& caller) const {
        const auto lane = lanes_.find(caller);
        return lane == lanes_.end() ? 0 : lane->second.size();
    }

    void push(const std::string& caller, Item item) {
        auto& lane = lanes_[caller];
        if (lane.empty()) turns_.push_back(caller);
        lane.push_back({next_++, std::move(item)});
        ++size_;
    }

    // The next `count`, or all where fewer wait.
    std::vector<Item> take(size_t count) {
        std::vector<Placed> taken;
        while (taken.size() < count && !turns_.empty()) {
            std::string caller = std::move(turns_.front());
            turns_.pop_front();
            const auto lane = lanes_.find(caller);
            taken.push_back(std::move(lane->second.front()));
            lane->second.pop_front();
            --size_;
            if (lane->second.empty()) {
                lanes_.erase(lane);
            } else {
                turns_.push_back(std::move(caller));
            }
        }
        std::sort(taken.begin(), taken.end(), [](const Placed& a, const Placed& b) {
            return a.place < b.place;
        });
        std::vector<Item> items;
        items.reserve(taken.size());
        for (auto& placed : taken) items.push_back(std::move(placed.item));
        return items;
    }

    // Each caller's oldest one.
    template <class Visit>
    void each_oldest(Visit&& visit) const {
        for (const auto& [caller, lane] : lanes_) visit(lane.front().item);
    }

private:
    struct Placed {
        uint64_t place = 0;
        Item item;
    };

    std::map<std::string, std::deque<Placed>> lanes_;
    // Callers of whom something waits, the next first.
    std::deque<std::string> turns_;
    size_t size_ = 0;
    uint64_t next_ = 0;
};

}  // namespace muster
