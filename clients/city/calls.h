#pragma once

#include <random>
#include <string>

#include "clients/city/street_map.h"
#include "muster/v1/incident.pb.h"

namespace muster {

// What somebody on the telephone says.
struct Call {
    v1::IncidentType type;
    v1::IncidentGrade grade;
    v1::Point at;
    std::string place;
    std::string text;
};

// A likely call: a kind of trouble at a place where it happens, of those that a street leads to.
Call make_call(const StreetMap& map, std::minstd_rand& random);

}  // namespace muster
