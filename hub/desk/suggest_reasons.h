// What is said of a team for an incident: codes "suggest.*". Used by suggest.cpp alone.
#pragma once

#include "hub/desk/suggest.h"

namespace muster {

// How a team meets what is asked for.
struct Fit {
    // The need that it fills, or the first one that it could; the first of all when it lacks them.
    // Null when anybody fits.
    const v1::Need* need = nullptr;
    bool lacking = false;
};

void say_why_not(const TeamCase& team, const Travel& travel, v1::Suggestion& suggestion);
void say_why(const SuggestInputs& inputs,
             const TeamCase& team,
             const TeamPlace& place,
             const Travel& travel,
             const Fit& fit,
             v1::Suggestion& suggestion);

}  // namespace muster
