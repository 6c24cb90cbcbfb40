#pragma once

#include <functional>
#include <memory>
#include <string>

#include "clients/city/people/room_media.h"
#include "clients/cpp/client.h"
#include "hub/base/clock.h"
#include "hub/base/strand.h"

namespace muster::city {

struct GuestOptions {
    ClientOptions client;
    std::string user;
    std::string password;
    // It joins the open standing room of this title, as soon as there is one.
    std::string room_title;
    RoomMedia media;
    RtcOptions rtc;
};

// Somebody who sits in a room and is seen and heard: logs in, joins, publishes, keeps the seat,
// and does what is missing again, ever later, whatever went away. Who was removed stays out until
// readmitted. Lives on the strand, which must have stopped before it is destroyed; it waits there
// for GStreamer, some 100 ms a connection.
class RoomGuest {
public:
    // `on_settled` is called on the strand whenever a connection stands, or it learned that it must
    // stay out.
    RoomGuest(Strand& strand,
              const Clock& clock,
              GuestOptions options,
              std::function<void()> on_settled);
    RoomGuest(const RoomGuest&) = delete;
    RoomGuest& operator=(const RoomGuest&) = delete;

    void open();
    // Leaves the room and comes no more; `done` is called on the strand, soon also without a hub.
    void leave(std::function<void()> done);

private:
    template <class Request>
    void start(Client& client,
               Request request,
               std::function<void(const Status&, const ResponseOf<Request>&)> done);
    void tick();
    // What is missing next, if anything.
    void go_on();
    void log_in();
    void find_room();
    void join();
    void publish(const v1::JoinRoomResponse& joined);
    void watch_connection();
    void hold_seat();
    void on_refused_to_join(const Status& status);
    // Tries again later; a reason is logged once, not once a try.
    void fail(const char* what, const Status& status);
    void say_once(const std::string& text);

    Strand& strand_;
    const Clock& clock_;
    const GuestOptions options_;
    const std::function<void()> on_settled_;

    bool ended_ = false;
    // A call that what comes next depends on.
    bool busy_ = false;
    bool logged_in_ = false;
    std::string room_id_;
    // Empty while it is in no room.
    std::string participant_id_;
    std::unique_ptr<RtcPublisher> publisher_;
    bool connected_ = false;
    SteadyTime published_at_;
    SteadyTime next_hold_;
    SteadyTime retry_at_;
    int failures_ = 0;
    std::string said_;
    Client client_;
    // The same person, by a ticket.
    Client ticket_client_;
};

}  // namespace muster::city
