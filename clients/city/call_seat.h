#pragma once

#include <set>

#include "clients/city/account.h"
#include "clients/city/call_desk.h"

namespace muster {

// The seat's console: a CallDesk that speaks to the hub as its dispatcher, and the city's eye on
// the picture. Used on the strand.
class CallSeat final : private DeskPort {
public:
    CallSeat(Strand& strand,
             const Clock& clock,
             const StreetMap& map,
             const ClientOptions& options,
             std::string user,
             const CityLogin& login,
             CallDesk::Habits habits,
             std::function<void(const std::string&, const CityLogin&)> logged_in);

    Account& account() { return account_; }
    void tick() { desk_.tick(); }
    // Newest positions by team.
    const std::map<std::string, v1::Position>& positions() const { return positions_; }

private:
    void send(const DeskAct& act) override;
    // On the follower's thread.
    void on_picture(const v1::Frame& frame, const PictureMirror& mirror);

    Strand& strand_;
    const std::string person_id_;
    CallDesk desk_;
    std::map<std::string, v1::Position> positions_;
    Account account_;
};

}  // namespace muster
