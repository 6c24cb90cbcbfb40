#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/desk/cameras.h"
#include "hub/desk/desk.h"
#include "hub/desk/incidents.h"
#include "hub/desk/orders.h"
#include "hub/desk/participants.h"
#include "hub/desk/persons.h"
#include "hub/desk/rooms.h"
#include "hub/desk/teams.h"
#include "tests/support/fake_journal.h"
#include "tests/support/manual_strand.h"

namespace muster {

// The n-th of a row of UUIDs that tests can foretell.
Uuid nth_id(uint64_t n);

// The real desk in virtual time on the fake journal, and short ways to act on it. Not thread-safe.
class DeskWorld {
public:
    DeskWorld() { start(); }

    // What a crash and a new process do: the journal alone stays. Time passes meanwhile.
    void restart(std::chrono::milliseconds down = {});
    void advance(std::chrono::milliseconds span) { strand_->advance(span); }
    void run() { strand_->run(); }

    // Submits, runs the strand and hands out the reply. A request without request_id gets one;
    // `more` is what the decision takes besides.
    template <class Request, class... More>
    auto act(Request request, const Actor& actor, const More&... more) {
        using Answer = decltype(decide(
            std::declval<Draft&>(), request, std::declval<const Context&>(), more...));
        using Response = typename Answer::value_type;
        if (request.request_id().empty()) request.set_request_id(fresh_id());
        Result<std::string> bytes = absl::UnknownError("no reply");
        desk_->submit(act_of(request, actor, more...),
                      [&bytes](Result<std::string> reply) { bytes = std::move(reply); });
        strand_->run();
        if (!bytes.ok()) return Answer(bytes.status());
        Response response;
        if (!response.ParseFromString(*bytes)) return Answer(absl::InternalError("unreadable"));
        return Answer(std::move(response));
    }

    // The act alone, for tests that submit several before the strand runs.
    template <class Request, class... More>
    static Act act_of(const Request& request, const Actor& actor, const More&... more) {
        Act act;
        act.method = Request::descriptor()->full_name();
        act.request_id = request.request_id();
        act.body = request.SerializeAsString();
        act.actor = actor;
        act.decide = [request, more...](Draft& draft,
                                        const Context& context) -> Result<std::string> {
            MUSTER_ASSIGN(const auto response, decide(draft, request, context, more...));
            return response.SerializeAsString();
        };
        return act;
    }

    std::string fresh_id() { return nth_id(next_id_++).text(); }
    Desk& desk() { return *desk_; }
    FakeJournal& journal() { return journal_; }
    ManualClock& clock() { return clock_; }
    const std::vector<DecidedChange>& heard() const { return heard_; }

    // Acting people; they need no entity of their own.
    const Actor& dispatcher() const { return dispatcher_; }
    const Actor& admin() const { return admin_; }
    // A member of the team.
    Actor field(const v1::Team& team) const;

    v1::Incident report(v1::IncidentType type = v1::INCIDENT_TYPE_FIRE);
    v1::Team add_team(const std::string& name, v1::Capability capability = v1::CAPABILITY_FIRE);
    v1::Order issue(const v1::Incident& incident, const v1::Team& team);
    v1::Camera add_camera(const std::string& name);

    // The state now.
    v1::Incident incident(const std::string& id) const;
    v1::Team team(const std::string& id) const;
    v1::Order order(const std::string& id) const;
    v1::Room room(const std::string& id) const;
    v1::Participant participant(const std::string& id) const;
    // Codes of an incident's timeline, in order; "" for a line that somebody wrote.
    std::vector<std::string> timeline(const std::string& incident_id) const;
    std::vector<v1::LogLine> log_lines(const std::string& incident_id) const;

private:
    void start();
    EntityPtr find(v1::EntityKind kind, const std::string& id) const;

    uint64_t next_id_ = 1;
    ManualClock clock_;
    FakeJournal journal_;
    std::unique_ptr<ManualStrand> strand_;
    std::unique_ptr<Desk> desk_;
    std::vector<DecidedChange> heard_;
    Actor dispatcher_;
    Actor admin_;
};

template <class Request>
Request with_id(const std::string& id) {
    Request request;
    request.set_id(id);
    return request;
}

v1::Point point(double lat_deg, double lon_deg);

// The refusal's code; "" for success.
std::string code_of(const Status& status);
template <class T>
std::string code_of(const Result<T>& result) {
    return code_of(result.status());
}
// The refusal's field.
std::string field_of(const Status& status);
template <class T>
std::string field_of(const Result<T>& result) {
    return field_of(result.status());
}

}  // namespace muster
