#include "clients/city/call_seat.h"

namespace muster {

CallSeat::CallSeat(Strand& strand,
                   const Clock& clock,
                   const StreetMap& map,
                   const ClientOptions& options,
                   std::string user,
                   const CityLogin& login,
                   CallDesk::Habits habits,
                   std::function<void(const std::string&, const CityLogin&)> logged_in)
    : strand_(strand),
      person_id_(habits.person_id),
      desk_(*this, clock, map, std::move(habits), [] { return Uuid::make().text(); }),
      account_(strand,
               options,
               std::move(user),
               login,
               {{v1::ENTITY_KIND_INCIDENT, v1::ENTITY_KIND_ORDER, v1::ENTITY_KIND_POSITION},
                v1::CLIENT_CLASS_CONSOLE},
               {[this](const v1::Frame& frame, const PictureMirror& mirror) {
                    on_picture(frame, mirror);
                },
                std::move(logged_in)}) {}

void CallSeat::on_picture(const v1::Frame& frame, const PictureMirror& mirror) {
    if (frame.upserts_size() > 0 || frame.removals_size() > 0 || frame.reset()) {
        DeskView view;
        std::set<std::string> own;
        mirror.for_each(v1::ENTITY_KIND_INCIDENT, [&](const v1::Entity& entity) {
            const auto& incident = entity.incident();
            if (incident.reported_by_id() != person_id_ ||
                incident.status() == v1::INCIDENT_STATUS_CLOSED) {
                return;
            }
            own.insert(incident.id());
            view.incidents.push_back(incident);
        });
        mirror.for_each(v1::ENTITY_KIND_ORDER, [&](const v1::Entity& entity) {
            if (own.contains(entity.order().incident_id())) view.orders.push_back(entity.order());
        });
        strand_.post([this, view] { desk_.see(view); });
    }
    if (frame.live_size() > 0 || frame.reset() || frame.live_reset()) {
        std::map<std::string, v1::Position> positions;
        mirror.for_each_live(v1::ENTITY_KIND_POSITION, [&](const v1::Live& live) {
            positions[live.position().id()] = live.position();
        });
        strand_.post([this, positions] { positions_ = positions; });
    }
}

void CallSeat::send(const DeskAct& act) {
    std::visit(
        [this](const auto& request) {
            using Request = std::decay_t<decltype(request)>;
            account_.start(request,
                           [this](const Status& status, const ResponseOf<Request>& response) {
                               std::vector<v1::Suggestion> suggestions;
                               if constexpr (std::is_same_v<Request, v1::SuggestTeamsRequest>) {
                                   suggestions = {response.suggestions().begin(),
                                                  response.suggestions().end()};
                               }
                               (void)response;
                               desk_.done(status, suggestions);
                           });
        },
        act);
}

}  // namespace muster
