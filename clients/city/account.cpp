#include "clients/city/account.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

using std::chrono::milliseconds;

constexpr uint32_t kDayS = 86'400;
// A token that ends sooner is not worth starting with.
constexpr int64_t kWorthwhileS = 3'600;

ClientOptions with_token(ClientOptions options, const CityLogin& login) {
    options.token = login.token;
    // What is not answered by then is sent again.
    options.deadline = milliseconds(5'000);
    return options;
}

int64_t now_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(SystemClock().now().time_since_epoch())
        .count();
}

}  // namespace

Account::Account(Strand& strand,
                 const ClientOptions& options,
                 std::string user,
                 CityLogin login,
                 FollowOptions view,
                 Events events)
    : strand_(strand),
      user_(std::move(user)),
      login_(std::move(login)),
      view_(std::move(view)),
      events_(std::move(events)),
      client_(with_token(options, login_)) {}

void Account::open() {
    if (!login_.token.empty() && login_.token_ends_s > now_s() + kWorthwhileS) {
        follow();
    } else {
        log_in();
    }
}

void Account::log_in_again() {
    if (!logging_in_) log_in();
}

void Account::log_in() {
    logging_in_ = true;
    v1::LoginRequest request;
    request.set_name(user_);
    request.set_password(login_.password);
    request.set_ttl_s(kDayS);
    client_.start(request, [this](Result<v1::LoginResponse> result) {
        auto shared = std::make_shared<Result<v1::LoginResponse>>(std::move(result));
        strand_.post([this, shared] {
            if (shared->ok()) {
                failures_ = 0;
                logging_in_ = false;
                login_.token = (*shared)->token();
                login_.token_ends_s = (*shared)->expires_at().seconds();
                client_.set_token(login_.token);
                events_.logged_in(user_, login_);
                follow();
                return;
            }
            if (failures_++ == 0) {
                spdlog::warn("{} cannot log in: {}",
                             user_,
                             std::string_view(shared->status().message().data(),
                                              shared->status().message().size()));
            }
            strand_.post_after(
                jittered_backoff(failures_, milliseconds(1'000), milliseconds(30'000)),
                [this] { log_in(); });
        });
    });
}

void Account::follow() {
    if (follower_) return;
    follower_ = std::make_unique<PictureFollower>(
        client_,
        view_,
        FollowEvents{[this](const v1::Frame& frame, const PictureMirror& mirror, const auto&) {
                         if (frame.has_heartbeat()) {
                             const auto offset =
                                 SystemClock().now() - from_proto(frame.heartbeat().server_time());
                             const auto ms =
                                 std::chrono::duration_cast<milliseconds>(offset).count();
                             clock_offset_ms_ = static_cast<int32_t>(
                                 std::clamp<int64_t>(ms, -86'400'000, 86'400'000));
                         }
                         events_.seen(frame, mirror);
                     },
                     [this](const Status& status) {
                         if (!absl::IsUnauthenticated(status)) return;
                         strand_.post([this] { log_in_again(); });
                     }});
}

void Account::stop_following() {
    follower_.reset();
}

}  // namespace muster
