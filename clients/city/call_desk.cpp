#include "clients/city/call_desk.h"

#include <algorithm>

#include "clients/city/orders.h"
#include "clients/cpp/client.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr size_t kMostOpen = 6;
constexpr minutes kStuckAfter{4};

}  // namespace

CallDesk::CallDesk(DeskPort& port,
                   const Clock& clock,
                   const StreetMap& map,
                   Habits habits,
                   std::function<std::string()> new_id)
    : port_(port),
      clock_(clock),
      map_(map),
      habits_(std::move(habits)),
      new_id_(std::move(new_id)),
      random_(habits_.seed) {
    next_act_ = clock_.steady();
    next_call_ = next_act_ + between_s(5, 15);
}

CallDesk::Stage CallDesk::stage_of(const v1::Incident& incident) const {
    bool open = false;
    bool complete = false;
    for (const auto& order : view_.orders) {
        if (order.incident_id() != incident.id()) continue;
        open = open || is_open(order);
        complete = complete || order.status() == v1::ORDER_STATUS_COMPLETE;
    }
    if (incident.status() == v1::INCIDENT_STATUS_REPORTED) return Stage::verify;
    if (open) return stuck_order(incident.id()) != nullptr ? Stage::recall : Stage::wait;
    if (incident.status() == v1::INCIDENT_STATUS_CONTAINED) return Stage::close;
    return complete ? Stage::contain : Stage::send_teams;
}

const v1::Order* CallDesk::stuck_order(const std::string& incident_id) const {
    for (const auto& order : view_.orders) {
        const bool unanswered = order.status() == v1::ORDER_STATUS_ISSUED ||
                                order.status() == v1::ORDER_STATUS_DELIVERED;
        if (order.incident_id() == incident_id && unanswered &&
            order.issued_by_id() == habits_.person_id &&
            from_proto(order.issued_at()) + kStuckAfter < clock_.now()) {
            return &order;
        }
    }
    return nullptr;
}

milliseconds CallDesk::pause_before(Stage stage) {
    switch (stage) {
        case Stage::verify:
            return between_s(6, 20);
        case Stage::send_teams:
            return between_s(6, 18);
        case Stage::contain:
            return between_s(10, 30);
        case Stage::close:
            return between_s(20, 60);
        case Stage::wait:
        case Stage::recall:
            return milliseconds(0);
    }
    return milliseconds(0);
}

void CallDesk::tick() {
    const SteadyTime now = clock_.steady();
    if (in_flight_ || now < next_act_) return;
    if (act_) {
        in_flight_ = true;
        port_.send(*act_);
        return;
    }
    if (!order_team_ids_.empty()) return issue_next();

    std::map<std::string, Pace> paces;
    const v1::Incident* urgent = nullptr;
    for (const auto& incident : view_.incidents) {
        const Stage stage = stage_of(incident);
        const auto known = paces_.find(incident.id());
        Pace pace = known != paces_.end() && known->second.stage == stage
                        ? known->second
                        : Pace{stage, now + pause_before(stage)};
        paces[incident.id()] = pace;
        if (urgent == nullptr && stage != Stage::wait && now >= pace.due) urgent = &incident;
    }
    paces_ = std::move(paces);
    if (urgent != nullptr) {
        look_after(*urgent, paces_[urgent->id()].stage);
    } else if (!habits_.quiet && now >= next_call_) {
        next_call_ = now + between_s(60, 120);
        if (view_.incidents.size() < kMostOpen) take_call();
    }
}

void CallDesk::look_after(const v1::Incident& incident, Stage stage) {
    // Should the picture show no progress, it is tried again after a while.
    paces_[incident.id()].due = clock_.steady() + between_s(15, 30);
    switch (stage) {
        case Stage::verify: {
            v1::VerifyIncidentRequest request;
            request.set_id(incident.id());
            return act(std::move(request));
        }
        case Stage::send_teams: {
            v1::SuggestTeamsRequest request;
            request.set_incident_id(incident.id());
            request.set_limit(20);
            order_incident_id_ = incident.id();
            return act(std::move(request));
        }
        case Stage::recall: {
            v1::RecallOrderRequest request;
            request.set_id(stuck_order(incident.id())->id());
            request.set_reason("长时间未应答，改派其他队伍");
            return act(std::move(request));
        }
        case Stage::contain: {
            v1::ContainIncidentRequest request;
            request.set_id(incident.id());
            return act(std::move(request));
        }
        case Stage::close: {
            v1::CloseIncidentRequest request;
            request.set_id(incident.id());
            request.set_text("现场处置完毕，已移交");
            return act(std::move(request));
        }
        case Stage::wait:
            return;
    }
}

void CallDesk::take_call() {
    // Two calls from one place at once would be one incident.
    const auto busy = [this](const Call& heard) {
        return std::any_of(view_.incidents.begin(), view_.incidents.end(), [&](const auto& open) {
            return open.place() == heard.place;
        });
    };
    Call call = make_call(map_, random_);
    for (int i = 0; i < 8 && busy(call); ++i) call = make_call(map_, random_);
    v1::ReportIncidentRequest request;
    request.set_id(new_id_());
    request.set_type(call.type);
    request.set_grade(call.grade);
    *request.mutable_at() = call.at;
    request.set_place(call.place);
    request.set_text(call.text);
    *request.mutable_device_at() = to_proto(clock_.now());
    act(std::move(request));
}

void CallDesk::issue_next() {
    v1::IssueOrderRequest request;
    request.set_id(new_id_());
    request.set_incident_id(order_incident_id_);
    request.set_team_id(order_team_ids_.front());
    order_team_ids_.erase(order_team_ids_.begin());
    act(std::move(request));
}

template <class Request>
void CallDesk::act(Request request) {
    if constexpr (requires { request.set_request_id(std::string()); }) {
        request.set_request_id(new_id_());
    }
    act_ = std::move(request);
    in_flight_ = true;
    port_.send(*act_);
}

void CallDesk::done(const Status& status, const std::vector<v1::Suggestion>& suggestions) {
    in_flight_ = false;
    const SteadyTime now = clock_.steady();
    if (absl::IsUnavailable(status) || absl::IsUnauthenticated(status)) {
        // The same request again: it acts once.
        ++failures_;
        next_act_ = now + jittered_backoff(failures_, milliseconds(500), milliseconds(10'000));
        return;
    }
    failures_ = 0;
    const bool suggested = std::holds_alternative<v1::SuggestTeamsRequest>(*act_);
    act_.reset();
    next_act_ = now + between_s(1, 3);
    if (!status.ok() || !suggested) return;
    const size_t wanted = 1 + (random_() % 10 < 3 ? 1 : 0);
    order_team_ids_.clear();
    for (const auto& suggestion : suggestions) {
        if (order_team_ids_.size() == wanted && !suggestion.recommended()) break;
        if (habits_.teams.contains(suggestion.team_id())) {
            order_team_ids_.push_back(suggestion.team_id());
        }
    }
    next_act_ = now + between_s(2, 6);
}

std::chrono::milliseconds CallDesk::between_s(int low_s, int high_s) {
    return milliseconds(std::uniform_int_distribution<int>(low_s * 1'000, high_s * 1'000)(random_));
}

}  // namespace muster
