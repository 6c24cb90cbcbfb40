#include "clients/city/people/room_guest.h"

#include <spdlog/spdlog.h>

#include "hub/base/error.h"

namespace muster::city {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{500};
constexpr uint32_t kDayS = 86'400;
// A call that is not answered by then is made again.
constexpr milliseconds kDeadline{4'000};
// The hub calls somebody gone after 8 s.
constexpr seconds kHold{3};
// The node reports what it received every second or so; one that is silent for so long is dead, or
// knows nothing of this connection any more.
constexpr milliseconds kSilenceMax{5'000};
constexpr seconds kConnectMax{10};
constexpr seconds kRemovedRetry{15};
constexpr milliseconds kRetryMin{500};
constexpr milliseconds kRetryMax{10'000};

ClientOptions with_deadline(ClientOptions options) {
    options.deadline = kDeadline;
    return options;
}

std::string_view text_of(const Status& status) {
    return {status.message().data(), status.message().size()};
}

}  // namespace

RoomGuest::RoomGuest(Strand& strand,
                     const Clock& clock,
                     GuestOptions options,
                     std::function<void()> on_settled)
    : strand_(strand),
      clock_(clock),
      options_(std::move(options)),
      on_settled_(std::move(on_settled)),
      client_(with_deadline(options_.client)),
      ticket_client_(with_deadline(options_.client)) {}

void RoomGuest::open() {
    strand_.post([this] { tick(); });
}

void RoomGuest::leave(std::function<void()> done) {
    strand_.post([this, done = std::move(done)] {
        ended_ = true;
        publisher_.reset();
        if (participant_id_.empty()) {
            done();
            return;
        }
        v1::LeaveRoomRequest request;
        request.set_room_id(room_id_);
        client_.start(request,
                      [this, done](const Result<v1::LeaveRoomResponse>&) { strand_.post(done); });
    });
}

template <class Request>
void RoomGuest::start(Client& client,
                      Request request,
                      std::function<void(const Status&, const ResponseOf<Request>&)> done) {
    client.start(std::move(request), [this, done](Result<ResponseOf<Request>> result) {
        const auto shared = std::make_shared<Result<ResponseOf<Request>>>(std::move(result));
        strand_.post([this, done, shared] {
            if (ended_) return;
            done(shared->status(), shared->ok() ? **shared : ResponseOf<Request>());
        });
    });
}

void RoomGuest::tick() {
    if (ended_) return;
    const SteadyTime now = clock_.steady();
    if (publisher_) watch_connection();
    if (!participant_id_.empty() && logged_in_ && now >= next_hold_) hold_seat();
    if (!busy_ && now >= retry_at_) go_on();
    strand_.post_after(kTick, [this] { tick(); });
}

void RoomGuest::go_on() {
    if (!logged_in_) {
        log_in();
    } else if (room_id_.empty()) {
        find_room();
    } else if (!publisher_) {
        // Also when it is in the room already: a new connection wants a new ticket.
        join();
    }
}

void RoomGuest::log_in() {
    busy_ = true;
    v1::LoginRequest request;
    request.set_name(options_.user);
    request.set_password(options_.password);
    request.set_ttl_s(kDayS);
    start(client_,
          std::move(request),
          [this](const Status& status, const v1::LoginResponse& response) {
              busy_ = false;
              if (!status.ok()) {
                  fail("cannot log in", status);
                  return;
              }
              client_.set_token(response.token());
              logged_in_ = true;
              go_on();
          });
}

void RoomGuest::find_room() {
    busy_ = true;
    v1::ListRoomsRequest request;
    request.set_page_size(1000);
    start(client_,
          std::move(request),
          [this](const Status& status, const v1::ListRoomsResponse& response) {
              busy_ = false;
              if (!status.ok()) {
                  fail("cannot see the rooms", status);
                  return;
              }
              for (const auto& room : response.rooms()) {
                  if (room.standing() && room.title() == options_.room_title) room_id_ = room.id();
              }
              if (!room_id_.empty()) {
                  go_on();
                  return;
              }
              say_once("waits for a standing room \"" + options_.room_title + "\"");
              retry_at_ = clock_.steady() + kHold;
          });
}

void RoomGuest::join() {
    busy_ = true;
    v1::JoinRoomRequest request;
    request.set_room_id(room_id_);
    start(client_,
          std::move(request),
          [this](const Status& status, const v1::JoinRoomResponse& response) {
              busy_ = false;
              if (!status.ok()) {
                  on_refused_to_join(status);
                  return;
              }
              if (participant_id_ != response.participant().id()) {
                  participant_id_ = response.participant().id();
                  said_.clear();
                  spdlog::info("{} is in the room \"{}\"", options_.user, response.room().title());
              }
              next_hold_ = clock_.steady() + kHold;
              publish(response);
          });
}

void RoomGuest::on_refused_to_join(const Status& status) {
    const auto detail = detail_of(status);
    participant_id_.clear();
    if (detail && detail->reason().code() == "room.removed") {
        say_once("stays out: " + std::string(text_of(status)));
        retry_at_ = clock_.steady() + kRemovedRetry;
        on_settled_();
        return;
    }
    if (absl::IsFailedPrecondition(status) || absl::IsNotFound(status)) room_id_.clear();
    fail("cannot join", status);
}

void RoomGuest::publish(const v1::JoinRoomResponse& joined) {
    auto made = make_room_publisher(options_.media, options_.rtc);
    auto offer = made.ok() ? (*made)->offer() : Result<std::string>(made.status());
    if (!offer.ok()) {
        fail("cannot make picture and sound", offer.status());
        return;
    }
    publisher_ = *std::move(made);
    published_at_ = clock_.steady();
    connected_ = false;
    busy_ = true;
    ticket_client_.set_token(joined.publish_ticket());
    v1::OpenPublisherRequest request;
    request.set_stream_id(joined.participant().stream_id());
    request.set_offer_sdp(*std::move(offer));
    start(ticket_client_,
          std::move(request),
          [this](const Status& status, const v1::OpenPublisherResponse& response) {
              busy_ = false;
              // The seat may have been lost meanwhile.
              if (!publisher_) return;
              const Status taken =
                  status.ok() ? publisher_->take_answer(response.answer_sdp()) : status;
              if (taken.ok()) return;
              publisher_.reset();
              fail("cannot publish", taken);
          });
}

void RoomGuest::watch_connection() {
    if (busy_) return;
    const auto state = publisher_->state();
    const bool late = !connected_ && clock_.steady() - published_at_ > kConnectMax;
    if (state == RtcPublisher::State::lost || late ||
        (connected_ && publisher_->silence() > kSilenceMax)) {
        publisher_.reset();
        fail("lost its connection", absl::UnavailableError("the media node is silent"));
    } else if (state == RtcPublisher::State::connected && !connected_) {
        connected_ = true;
        failures_ = 0;
        said_.clear();
        spdlog::info("{} is on air", options_.user);
        on_settled_();
    }
}

void RoomGuest::hold_seat() {
    next_hold_ = clock_.steady() + kHold;
    v1::HoldSeatRequest request;
    request.set_participant_id(participant_id_);
    start(client_,
          std::move(request),
          [this, held = participant_id_](const Status& status, const v1::HoldSeatResponse&) {
              if (absl::IsUnauthenticated(status)) logged_in_ = false;
              const bool out = absl::IsFailedPrecondition(status) || absl::IsNotFound(status);
              if (!out || held != participant_id_) return;
              spdlog::info("{} is not in the room any more: {}", options_.user, text_of(status));
              participant_id_.clear();
              publisher_.reset();
          });
}

void RoomGuest::fail(const char* what, const Status& status) {
    if (absl::IsUnauthenticated(status)) logged_in_ = false;
    retry_at_ = clock_.steady() + jittered_backoff(++failures_, kRetryMin, kRetryMax);
    say_once(std::string(what) + ": " + std::string(text_of(status)));
}

void RoomGuest::say_once(const std::string& text) {
    if (text == said_) return;
    said_ = text;
    spdlog::warn("{} {}", options_.user, text);
}

}  // namespace muster::city
