#pragma once

#include "muster/v1/order.pb.h"

namespace muster {

// Whether the team still has something to do for it.
inline bool is_open(const v1::Order& order) {
    switch (order.status()) {
        case v1::ORDER_STATUS_COMPLETE:
        case v1::ORDER_STATUS_DECLINED:
        case v1::ORDER_STATUS_RECALLED:
        case v1::ORDER_STATUS_EXPIRED:
            return false;
        default:
            return true;
    }
}

}  // namespace muster
