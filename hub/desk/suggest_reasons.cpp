#include "hub/desk/suggest_reasons.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "hub/base/error.h"
#include "hub/desk/validate.h"
#include "hub/desk/zones.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kOldPosition{120};

void add(v1::Suggestion& suggestion, std::string_view code, const Args& args = {}) {
    *suggestion.add_reasons() = make_reason(code, args);
}

std::string time_of(const google::protobuf::Timestamp& time) {
    return rfc3339(from_proto(time));
}

std::string minutes(double seconds) {
    return fmt::format("{:.0f}", std::ceil(seconds / 60));
}

void say_fit(const v1::Team& team, const Fit& fit, v1::Suggestion& suggestion) {
    if (fit.need == nullptr) return;
    const v1::Need& need = *fit.need;
    const auto& can = team.capabilities();
    const bool able = std::find(can.begin(), can.end(), need.capability()) != can.end();
    add(suggestion,
        able ? "suggest.capability" : "suggest.capability_missing",
        {{"capability", word(need.capability())}});
    if (!able || need.equipment().empty()) return;
    add(suggestion,
        fit.lacking ? "suggest.equipment_missing" : "suggest.equipment",
        {{"equipment", need.equipment()}});
}

void say_travel(const Travel& travel, v1::Suggestion& suggestion) {
    switch (travel.by) {
        case Travel::By::road:
            add(suggestion, "suggest.by_road", {{"minutes", minutes(travel.seconds)}});
            break;
        case Travel::By::straight_line:
        case Travel::By::no_way:
            add(suggestion,
                "suggest.distance",
                {{"distance_km", fmt::format("{:.1f}", travel.distance_m / 1000)}});
            break;
    }
}

void say_place(const TeamPlace& place, v1::Suggestion& suggestion) {
    using Source = TeamPlace::Source;
    switch (place.source) {
        case Source::home_for_want_of_a_fix:
            add(suggestion, "suggest.position_unknown");
            break;
        case Source::home_since_the_fix_is_old:
            add(suggestion,
                "suggest.position_lost",
                {{"minutes", std::to_string(place.age.count() / 60)}});
            break;
        case Source::fix:
            if (place.age <= kOldPosition) break;
            add(suggestion, "suggest.position_old", {{"age_s", std::to_string(place.age.count())}});
            break;
    }
}

}  // namespace

void say_why_not(const TeamCase& team, const Travel& travel, v1::Suggestion& suggestion) {
    const v1::Team& about = team.team->message.team();
    const std::string since = time_of(about.status_since());
    if (team.order) {
        add(suggestion,
            "suggest.on_order",
            {{"incident",
              team.order_incident ? team.order_incident->message.incident().number() : ""},
             {"since", time_of(team.order->message.order().issued_at())}});
    }
    switch (about.status()) {
        case v1::TEAM_STATUS_AVAILABLE:
            break;
        case v1::TEAM_STATUS_OUT_OF_SERVICE:
            if (about.status_note().empty()) {
                add(suggestion, "suggest.out_of_service", {{"since", since}});
            } else {
                add(suggestion,
                    "suggest.out_of_service_because",
                    {{"since", since}, {"note", about.status_note()}});
            }
            break;
        case v1::TEAM_STATUS_OFF_DUTY:
            add(suggestion, "suggest.off_duty", {{"since", since}});
            break;
        default:
            // Its order says it already.
            if (team.order) break;
            add(suggestion, "suggest.busy", {{"status", word(about.status())}, {"since", since}});
    }
    if (travel.by == Travel::By::no_way) add(suggestion, "suggest.no_road");
}

void say_why(const SuggestInputs& inputs,
             const TeamCase& team,
             const TeamPlace& place,
             const Travel& travel,
             const Fit& fit,
             v1::Suggestion& suggestion) {
    const v1::Team& about = team.team->message.team();
    say_fit(about, fit, suggestion);
    say_travel(travel, suggestion);
    if (team.zone &&
        contains(team.zone->message.zone(), inputs.incident->message.incident().at())) {
        add(suggestion, "suggest.own_district", {{"zone", team.zone->message.zone().name()}});
    }
    say_place(place, suggestion);
    if (team.is_free()) {
        add(suggestion, "suggest.available_since", {{"since", time_of(about.status_since())}});
    }
}

}  // namespace muster
