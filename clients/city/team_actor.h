#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>

#include "clients/city/drive.h"
#include "clients/city/street_map.h"
#include "hub/base/clock.h"
#include "muster/v1/order.pb.h"
#include "muster/v1/team.pb.h"

namespace muster {

// One answer of a team to its order, with all that a repeated request needs.
struct OrderAnswer {
    std::string request_id;
    std::string order_id;
    // The step that is said to be reached: ORDER_STATUS_DELIVERED ... COMPLETE or DECLINED.
    v1::OrderStatus step = v1::ORDER_STATUS_UNSPECIFIED;
    UtcTime device_at;
    std::string reason;
};

// What a team's device does with the network. Each call is one try; the outcome of an answer comes
// back by TeamActor::answered().
class TeamPort {
public:
    virtual ~TeamPort() = default;
    virtual void locate(const Fix& fix) = 0;
    virtual void answer(const OrderAnswer& answer) = 0;
};

// What the picture tells a team.
struct TeamView {
    v1::TeamStatus status = v1::TEAM_STATUS_UNSPECIFIED;
    // The oldest open order of the team.
    std::optional<v1::Order> order;
    // Where that order's incident is.
    std::optional<v1::Point> scene;
};

// A team of people in a vehicle: waits or patrols, gets an order, answers it as people do (late now
// and then, no now and then), drives there, works, drives home. What comes next follows from the
// order's status alone, so that it goes on after any interruption. Used on one strand; tick() makes
// time pass.
class TeamActor {
public:
    struct Habits {
        v1::Point home;
        bool patrols = false;
        uint32_t seed = 0;
        // Answers soon, never late, and declines nothing: for who scripts the city.
        bool reliable = false;
    };

    // Port, clock and map outlive it.
    TeamActor(TeamPort& port,
              const Clock& clock,
              const StreetMap& map,
              Habits habits,
              std::function<std::string()> new_request_id);

    void see(const TeamView& view);
    void answered(const Status& status, const v1::Order& order);
    // The last position did not arrive: the next one is due soon.
    void locate_failed();
    // Call it some times a second.
    void tick();
    // Puts the team somewhere, before the first tick.
    void start_at(const v1::Point& at);
    Fix fix() const;

private:
    enum class Going { nowhere, patrol, scene, home };

    void take_order(const v1::Order& order);
    void drop_order();
    // How people take their time before the step that follows `status`.
    std::chrono::milliseconds pause_after(v1::OrderStatus status);
    void act_on_order(SteadyTime now);
    void answer_with(v1::OrderStatus step, std::string reason = {});
    void pass_free_time(SteadyTime now);
    void go(Going where, const v1::Point& to, double speed_mps);
    void stop_here();
    void report_position(SteadyTime now);
    std::chrono::milliseconds between_s(int low_s, int high_s);
    bool chance(double share);

    TeamPort& port_;
    const Clock& clock_;
    const StreetMap& map_;
    const Habits habits_;
    const std::function<std::string()> new_request_id_;
    std::minstd_rand random_;

    TeamView view_;
    Drive drive_;
    Going going_ = Going::nowhere;
    // When the next step towards the order, or the next patrol, is due.
    SteadyTime next_step_;
    int legs_left_ = 0;
    SteadyTime next_report_;
    // The answer that is under way or must be tried again.
    std::optional<OrderAnswer> answer_;
    bool in_flight_ = false;
    int failures_ = 0;
};

}  // namespace muster
