#include "hub/desk/tally.h"

#include <algorithm>

#include "hub/desk/order_steps.h"

namespace muster {
namespace {

constexpr int kNamed = 200;

bool has_reached(const v1::Order& part, v1::OrderStatus status) {
    const bool reading =
        status == v1::ORDER_STATUS_ACKNOWLEDGED || status == v1::ORDER_STATUS_SIGNED;
    if (reading && awaits_new_text(part)) return false;
    return rank_of(part.status()) >= rank_of(status);
}

}  // namespace

v1::TallyOrderResponse tally(const v1::Order& order,
                             const std::vector<EntityPtr>& parts,
                             const std::function<std::string(const v1::Order&)>& name_of) {
    std::vector<const v1::Order*> counted;
    v1::TallyOrderResponse response;
    const auto count = [&](const v1::Order& part) {
        if (rank_of(part.status()) < 0) {
            response.set_ended(response.ended() + 1);
        } else {
            counted.push_back(&part);
        }
    };
    for (const auto& part : parts) count(part->message.order());
    if (parts.empty() && !gathers(order)) count(order);
    // All parts go the agencies' way; an order to a team stands alone.
    const auto way = way_of(order);
    for (const v1::OrderStatus status : way.subspan(1)) {
        auto& line = *response.add_lines();
        line.set_status(status);
        line.set_total(static_cast<uint32_t>(counted.size()));
        std::vector<std::string> behind;
        for (const v1::Order* part : counted) {
            if (has_reached(*part, status)) {
                line.set_reached(line.reached() + 1);
            } else {
                behind.push_back(name_of(*part));
            }
        }
        std::sort(behind.begin(), behind.end());
        for (auto& name : behind) {
            if (line.behind_size() < kNamed) line.add_behind(std::move(name));
        }
    }
    return response;
}

}  // namespace muster
