#pragma once

#include "clients/city/account.h"
#include "clients/city/team_actor.h"

namespace muster {

// A team's device: a TeamActor that speaks to the hub as its field user. Used on the strand.
class DrivenTeam final : private TeamPort {
public:
    DrivenTeam(Strand& strand,
               const Clock& clock,
               const StreetMap& map,
               const ClientOptions& options,
               std::string team_id,
               std::string user,
               const CityLogin& login,
               TeamActor::Habits habits,
               std::function<void(const std::string&, const CityLogin&)> logged_in);

    Account& account() { return account_; }
    TeamActor& actor() { return actor_; }

private:
    void locate(const Fix& fix) override;
    void answer(const OrderAnswer& answer) override;
    template <class Request>
    void send(const OrderAnswer& answer, Request request);
    // On the follower's thread.
    void on_picture(const PictureMirror& mirror);

    Strand& strand_;
    const std::string team_id_;
    TeamActor actor_;
    bool locating_ = false;
    // A repeated request must have the same bytes.
    std::string sent_request_id_;
    int32_t sent_offset_ms_ = 0;
    Account account_;
};

}  // namespace muster
