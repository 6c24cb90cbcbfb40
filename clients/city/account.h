#pragma once

#include <functional>
#include <string>

#include "clients/city/data_folder.h"
#include "clients/cpp/client.h"
#include "clients/cpp/picture_follower.h"
#include "hub/base/strand.h"

namespace muster {

// A person of the city with a connection, a log-in that is kept good and a view of the picture.
// Public methods run on the strand; `strand` stops before the account is destroyed.
class Account {
public:
    struct Events {
        // On the follower's thread.
        std::function<void(const v1::Frame&, const PictureMirror&)> seen;
        // On the strand: there is a new token to keep.
        std::function<void(const std::string& user, const CityLogin&)> logged_in;
    };

    Account(Strand& strand,
            const ClientOptions& options,
            std::string user,
            CityLogin login,
            FollowOptions view,
            Events events);
    ~Account() { stop_following(); }

    // Logs in where there is no good token, then follows the picture.
    void open();
    // The hub does not know the token: logs in again, at most every few seconds.
    void log_in_again();
    void stop_following();
    Client& client() { return client_; }
    const std::string& user() const { return user_; }
    // Client's clock minus the hub's, from the last heartbeat.
    int32_t clock_offset_ms() const { return clock_offset_ms_; }

    // Makes one try of a call; `done` runs on the strand.
    template <class Request>
    void start(Request request,
               std::function<void(const Status&, const ResponseOf<Request>&)> done) {
        client_.start(std::move(request), [this, done](Result<ResponseOf<Request>> result) {
            auto shared = std::make_shared<Result<ResponseOf<Request>>>(std::move(result));
            strand_.post([this, done, shared] {
                if (absl::IsUnauthenticated(shared->status())) log_in_again();
                done(shared->status(), shared->ok() ? **shared : ResponseOf<Request>());
            });
        });
    }

private:
    void log_in();
    void follow();

    Strand& strand_;
    const std::string user_;
    CityLogin login_;
    const FollowOptions view_;
    const Events events_;
    bool logging_in_ = false;
    int failures_ = 0;
    std::atomic<int32_t> clock_offset_ms_ = 0;
    Client client_;
    std::unique_ptr<PictureFollower> follower_;
};

}  // namespace muster
