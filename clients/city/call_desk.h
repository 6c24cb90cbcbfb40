#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "clients/city/calls.h"
#include "hub/base/clock.h"
#include "hub/base/result.h"
#include "muster/v1/incident_service.pb.h"
#include "muster/v1/order_service.pb.h"
#include "muster/v1/team_service.pb.h"

namespace muster {

// One act of the seat that takes calls; its request_id is set.
using DeskAct = std::variant<v1::ReportIncidentRequest,
                             v1::VerifyIncidentRequest,
                             v1::SuggestTeamsRequest,
                             v1::IssueOrderRequest,
                             v1::RecallOrderRequest,
                             v1::ContainIncidentRequest,
                             v1::CloseIncidentRequest>;

// Sends one act, one try; the outcome comes back by CallDesk::done().
class DeskPort {
public:
    virtual ~DeskPort() = default;
    virtual void send(const DeskAct& act) = 0;
};

// What the picture tells the seat.
struct DeskView {
    // Open incidents that this seat reported itself.
    std::vector<v1::Incident> incidents;
    // All orders of those incidents.
    std::vector<v1::Order> orders;
};

// The seat that takes the city's calls: reports one now and then, verifies it, orders teams to it,
// contains and closes it, with a human's pauses and one thing at a time. It looks only after
// incidents that it reported itself, takes back only orders that it issued itself, and orders only
// teams that the simulator drives. Used on one strand; tick() makes time pass.
class CallDesk {
public:
    struct Habits {
        // UUID of the person at the seat.
        std::string person_id;
        // UUIDs of the teams that it may order.
        std::set<std::string> teams;
        // No new calls.
        bool quiet = false;
        uint32_t seed = 0;
    };

    // Port, clock and map outlive it.
    CallDesk(DeskPort& port,
             const Clock& clock,
             const StreetMap& map,
             Habits habits,
             std::function<std::string()> new_id);

    void see(DeskView view) { view_ = std::move(view); }
    void done(const Status& status, const std::vector<v1::Suggestion>& suggestions);
    void tick();

private:
    // Where an incident stands, as far as this seat has to do something.
    enum class Stage { verify, send_teams, wait, recall, contain, close };
    struct Pace {
        Stage stage = Stage::wait;
        SteadyTime due;
    };

    Stage stage_of(const v1::Incident& incident) const;
    // An order of ours that nobody answered for minutes; null when there is none.
    const v1::Order* stuck_order(const std::string& incident_id) const;
    std::chrono::milliseconds pause_before(Stage stage);
    void look_after(const v1::Incident& incident, Stage stage);
    void take_call();
    void issue_next();
    template <class Request>
    void act(Request request);
    std::chrono::milliseconds between_s(int low_s, int high_s);

    DeskPort& port_;
    const Clock& clock_;
    const StreetMap& map_;
    const Habits habits_;
    const std::function<std::string()> new_id_;
    std::minstd_rand random_;

    DeskView view_;
    std::map<std::string, Pace> paces_;
    SteadyTime next_call_;
    // The act that is under way or must be tried again.
    std::optional<DeskAct> act_;
    bool in_flight_ = false;
    SteadyTime next_act_;
    int failures_ = 0;
    // Teams that were chosen and not yet ordered.
    std::string order_incident_id_;
    std::vector<std::string> order_team_ids_;
};

}  // namespace muster
