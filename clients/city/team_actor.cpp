#include "clients/city/team_actor.h"

#include "clients/city/geo.h"
#include "clients/cpp/client.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kHurryMps = 14;
constexpr double kPatrolMps = 8;
constexpr double kHomeMps = 10;
constexpr double kPatrolRadiusM = 1'500;
constexpr double kLateShare = 0.08;
constexpr double kDeclineShare = 0.05;
constexpr milliseconds kReportMoving{2'000};
constexpr milliseconds kReportStanding{10'000};

constexpr const char* kExcuses[] = {
    "车辆故障，无法出动",
    "正在处置另一警情，无法抽身",
    "人员不足，请求改派",
    "装备正在检修",
};

}  // namespace

TeamActor::TeamActor(TeamPort& port,
                     const Clock& clock,
                     const StreetMap& map,
                     Habits habits,
                     std::function<std::string()> new_request_id)
    : port_(port),
      clock_(clock),
      map_(map),
      habits_(std::move(habits)),
      new_request_id_(std::move(new_request_id)),
      random_(habits_.seed),
      drive_(habits_.home) {
    const SteadyTime now = clock_.steady();
    next_step_ = now + between_s(5, 60);
    next_report_ = now;
}

void TeamActor::start_at(const v1::Point& at) {
    drive_ = Drive(at);
    going_ = Going::nowhere;
}

Fix TeamActor::fix() const {
    return drive_.at(clock_.steady());
}

void TeamActor::see(const TeamView& view) {
    view_.status = view.status;
    view_.scene = view.scene;
    if (view.order) {
        take_order(*view.order);
    } else if (view_.order) {
        drop_order();
    }
}

void TeamActor::take_order(const v1::Order& order) {
    const bool other = !view_.order || view_.order->id() != order.id();
    // The answer to a call and the picture may come in either order.
    if (!other && order.version() <= view_.order->version()) return;
    const bool moved = other || view_.order->status() != order.status();
    view_.order = order;
    if (!moved) return;
    if (other) stop_here();
    // Whatever was to be said is overtaken, unless it is on its way: then its outcome decides.
    if (!in_flight_) answer_.reset();
    next_step_ = clock_.steady() + pause_after(order.status());
}

void TeamActor::drop_order() {
    view_.order.reset();
    if (!in_flight_) answer_.reset();
    stop_here();
    next_step_ = clock_.steady() + between_s(5, 20);
}

milliseconds TeamActor::pause_after(v1::OrderStatus status) {
    switch (status) {
        case v1::ORDER_STATUS_ISSUED:
            return milliseconds(std::uniform_int_distribution<int>(1'000, 3'000)(random_));
        case v1::ORDER_STATUS_DELIVERED:
            // Who answers after 60 s is overdue.
            if (habits_.reliable) return between_s(2, 6);
            return chance(kLateShare) ? between_s(75, 120) : between_s(4, 15);
        case v1::ORDER_STATUS_ACKNOWLEDGED:
            return habits_.reliable ? between_s(2, 4) : between_s(3, 8);
        case v1::ORDER_STATUS_ACCEPTED:
            return between_s(5, 15);
        case v1::ORDER_STATUS_ON_SCENE:
            return between_s(60, 180);
        default:
            return milliseconds(0);
    }
}

void TeamActor::tick() {
    const SteadyTime now = clock_.steady();
    if (!in_flight_ && now >= next_step_) {
        if (answer_) {
            in_flight_ = true;
            port_.answer(*answer_);
        } else if (view_.order) {
            act_on_order(now);
        } else {
            pass_free_time(now);
        }
    }
    report_position(now);
}

void TeamActor::act_on_order(SteadyTime now) {
    switch (view_.order->status()) {
        case v1::ORDER_STATUS_ISSUED:
            return answer_with(v1::ORDER_STATUS_DELIVERED);
        case v1::ORDER_STATUS_DELIVERED:
            return answer_with(v1::ORDER_STATUS_ACKNOWLEDGED);
        case v1::ORDER_STATUS_ACKNOWLEDGED:
            if (!habits_.reliable && chance(kDeclineShare)) {
                return answer_with(v1::ORDER_STATUS_DECLINED,
                                   kExcuses[random_() % std::size(kExcuses)]);
            }
            return answer_with(v1::ORDER_STATUS_ACCEPTED);
        case v1::ORDER_STATUS_ACCEPTED:
            return answer_with(v1::ORDER_STATUS_EN_ROUTE);
        case v1::ORDER_STATUS_EN_ROUTE:
            if (!view_.scene) return;
            if (going_ != Going::scene) go(Going::scene, *view_.scene, kHurryMps);
            if (drive_.arrived(now)) answer_with(v1::ORDER_STATUS_ON_SCENE);
            return;
        case v1::ORDER_STATUS_ON_SCENE:
            return answer_with(v1::ORDER_STATUS_COMPLETE);
        default:
            return;
    }
}

void TeamActor::answer_with(v1::OrderStatus step, std::string reason) {
    answer_ =
        OrderAnswer{new_request_id_(), view_.order->id(), step, clock_.now(), std::move(reason)};
    in_flight_ = true;
    port_.answer(*answer_);
}

void TeamActor::answered(const Status& status, const v1::Order& order) {
    in_flight_ = false;
    if (!status.ok() && (absl::IsUnavailable(status) || absl::IsUnauthenticated(status))) {
        // The same request again: it acts once.
        ++failures_;
        next_step_ =
            clock_.steady() + jittered_backoff(failures_, milliseconds(500), milliseconds(10'000));
        return;
    }
    failures_ = 0;
    answer_.reset();
    if (!status.ok()) {
        // Somebody else was faster, or took the order back; the picture will say which.
        next_step_ = clock_.steady() + seconds(5);
        return;
    }
    const bool still_ours = view_.order && view_.order->id() == order.id();
    if (!still_ours) return;
    if (order.status() == v1::ORDER_STATUS_COMPLETE ||
        order.status() == v1::ORDER_STATUS_DECLINED) {
        drop_order();
    } else {
        take_order(order);
    }
}

void TeamActor::pass_free_time(SteadyTime now) {
    if (!drive_.arrived(now)) return;
    if (going_ == Going::patrol) {
        stop_here();
        next_step_ = now + between_s(15, 60);
        return;
    }
    going_ = Going::nowhere;
    const bool at_home = distance_m(drive_.end(), habits_.home) < 1;
    const bool free = view_.status == v1::TEAM_STATUS_AVAILABLE;
    if (habits_.patrols && free && legs_left_ > 0) {
        --legs_left_;
        go(Going::patrol, map_.node_near(habits_.home, kPatrolRadiusM, random_()), kPatrolMps);
    } else if (!at_home) {
        go(Going::home, habits_.home, kHomeMps);
    } else if (habits_.patrols && free) {
        legs_left_ = 2 + static_cast<int>(random_() % 4);
        next_step_ = now + between_s(20, 90);
    }
}

void TeamActor::go(Going where, const v1::Point& to, double speed_mps) {
    const SteadyTime now = clock_.steady();
    // No two crews drive alike.
    const double share = std::uniform_real_distribution<double>(0.85, 1.15)(random_);
    drive_ = Drive(map_.route(drive_.at(now).at, to), speed_mps * share, now);
    going_ = where;
    next_report_ = now;
}

void TeamActor::stop_here() {
    drive_ = Drive(drive_.at(clock_.steady()).at);
    going_ = Going::nowhere;
}

void TeamActor::report_position(SteadyTime now) {
    if (now < next_report_) return;
    const Fix here = drive_.at(now);
    port_.locate(here);
    next_report_ = now + (here.speed_mps > 0 ? kReportMoving : kReportStanding);
}

void TeamActor::locate_failed() {
    next_report_ = clock_.steady() + kReportMoving;
}

milliseconds TeamActor::between_s(int low_s, int high_s) {
    return milliseconds(std::uniform_int_distribution<int>(low_s * 1'000, high_s * 1'000)(random_));
}

bool TeamActor::chance(double share) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

}  // namespace muster
