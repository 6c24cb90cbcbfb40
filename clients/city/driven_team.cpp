#include "clients/city/driven_team.h"

#include "clients/city/orders.h"

namespace muster {

DrivenTeam::DrivenTeam(Strand& strand,
                       const Clock& clock,
                       const StreetMap& map,
                       const ClientOptions& options,
                       std::string team_id,
                       std::string user,
                       const CityLogin& login,
                       TeamActor::Habits habits,
                       std::function<void(const std::string&, const CityLogin&)> logged_in)
    : strand_(strand),
      team_id_(std::move(team_id)),
      actor_(*this, clock, map, std::move(habits), [] { return Uuid::make().text(); }),
      account_(strand,
               options,
               std::move(user),
               login,
               {{v1::ENTITY_KIND_TEAM, v1::ENTITY_KIND_ORDER, v1::ENTITY_KIND_INCIDENT},
                v1::CLIENT_CLASS_PHONE},
               {[this](const v1::Frame&, const PictureMirror& mirror) { on_picture(mirror); },
                std::move(logged_in)}) {}

void DrivenTeam::on_picture(const PictureMirror& mirror) {
    TeamView view;
    const auto* team = mirror.find(v1::ENTITY_KIND_TEAM, team_id_);
    if (team == nullptr) return;
    view.status = team->team().status();
    mirror.for_each(v1::ENTITY_KIND_ORDER, [&](const v1::Entity& entity) {
        const auto& order = entity.order();
        if (order.team_id() != team_id_ || !is_open(order)) return;
        if (!view.order || order.id() < view.order->id()) view.order = order;
    });
    if (view.order) {
        const auto* incident = mirror.find(v1::ENTITY_KIND_INCIDENT, view.order->incident_id());
        if (incident != nullptr) view.scene = incident->incident().at();
    }
    strand_.post([this, view] { actor_.see(view); });
}

void DrivenTeam::locate(const Fix& fix) {
    // On a bad network the next fix is better than a queue of old ones.
    if (locating_) return;
    locating_ = true;
    v1::LocateTeamRequest request;
    *request.mutable_at() = fix.at;
    *request.mutable_fix_at() = to_proto(SystemClock().now());
    request.set_accuracy_m(6);
    if (fix.heading_deg) request.set_heading_deg(*fix.heading_deg);
    request.set_speed_mps(fix.speed_mps);
    account_.start(std::move(request), [this](const Status& status, const v1::LocateTeamResponse&) {
        locating_ = false;
        if (!status.ok()) actor_.locate_failed();
    });
}

void DrivenTeam::answer(const OrderAnswer& answer) {
    switch (answer.step) {
        case v1::ORDER_STATUS_DELIVERED:
            return send(answer, v1::DeliverOrderRequest());
        case v1::ORDER_STATUS_ACKNOWLEDGED:
            return send(answer, v1::AcknowledgeOrderRequest());
        case v1::ORDER_STATUS_ACCEPTED:
            return send(answer, v1::AcceptOrderRequest());
        case v1::ORDER_STATUS_DECLINED: {
            v1::DeclineOrderRequest request;
            request.set_reason(answer.reason);
            return send(answer, std::move(request));
        }
        case v1::ORDER_STATUS_EN_ROUTE:
            return send(answer, v1::ReportEnRouteRequest());
        case v1::ORDER_STATUS_ON_SCENE:
            return send(answer, v1::ReportOnSceneRequest());
        default:
            return send(answer, v1::CompleteOrderRequest());
    }
}

template <class Request>
void DrivenTeam::send(const OrderAnswer& answer, Request request) {
    if (answer.request_id != sent_request_id_) {
        sent_request_id_ = answer.request_id;
        sent_offset_ms_ = account_.clock_offset_ms();
    }
    request.set_request_id(answer.request_id);
    request.set_id(answer.order_id);
    *request.mutable_device_at() = to_proto(answer.device_at);
    request.set_clock_offset_ms(sent_offset_ms_);
    account_.start(std::move(request),
                   [this](const Status& status, const ResponseOf<Request>& response) {
                       actor_.answered(status, response.order());
                   });
}

}  // namespace muster
