#pragma once

#include <string>
#include <vector>

#include "muster/v1/person.pb.h"
#include "muster/v1/team.pb.h"

namespace muster {

// A team of the demo city, its field user and how it spends its time.
struct RosterTeam {
    std::string name;
    // What its field user logs in with.
    std::string user;
    std::vector<v1::Capability> capabilities;
    // A place of the map.
    std::string home;
    // Drives about when it is free, rather than waiting at home.
    bool patrols = false;
    // False: nobody but a visitor answers for it.
    bool driven = true;
};

// A post at the command centre.
struct RosterSeat {
    std::string user;
    std::string post;
    v1::Role role;
    // Printed for visitors; the others belong to the simulator.
    bool for_visitors = true;
    // Of a partner.
    std::string agency = {};
};

struct RosterCamera {
    std::string name;
    // A place of the map.
    std::string place;
};

const std::vector<RosterTeam>& roster_teams();
const std::vector<RosterSeat>& roster_seats();
// Number N of muster-cameras is entry N - 1.
const std::vector<RosterCamera>& roster_cameras();
// The camera of another make.
const RosterCamera& roster_foreign_camera();

// The seat that sets up, and the one that takes the simulated calls.
inline constexpr char kAdminSeat[] = "seat-00";
inline constexpr char kCallSeat[] = "seat-09";
// Who opened the room in which a newcomer meets somebody, what it is called, and who sits in it.
inline constexpr char kChairSeat[] = "seat-01";
inline constexpr char kDutyRoom[] = "值班会商室 Duty room";
inline constexpr const char* kParticipantSeats[] = {"sim-01", "sim-02"};

}  // namespace muster
