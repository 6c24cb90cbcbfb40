#include "clients/city/city.h"

#include <csignal>
#include <random>

#include <spdlog/spdlog.h>

#include "clients/city/call_seat.h"
#include "clients/city/driven_team.h"
#include "clients/city/geo.h"
#include "clients/city/roster.h"
#include "hub/base/error.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{250};
constexpr seconds kStandingReport{10};
constexpr seconds kPlacesKept{15};
constexpr seconds kForgottenAfter{30};
constexpr seconds kRetry{2};
constexpr int kTriesToOpen = 30;

// A team that nobody drives: its vehicle stands at home and says so, until somebody else reports
// where it is. When a restarted hub has heard nothing for a while, it stands where it was seen
// last.
class StandingTeam {
public:
    StandingTeam(Strand& strand,
                 const ClientOptions& options,
                 std::string team_id,
                 std::string user,
                 const CityLogin& login,
                 v1::Point home,
                 std::function<void(const std::string&, const CityLogin&)> logged_in)
        : team_id_(std::move(team_id)),
          at_(std::move(home)),
          account_(strand,
                   options,
                   std::move(user),
                   login,
                   {{v1::ENTITY_KIND_TEAM}, v1::CLIENT_CLASS_PHONE},
                   {[](const v1::Frame&, const PictureMirror&) {}, std::move(logged_in)}) {}

    void tick(SteadyTime now, const std::map<std::string, v1::Position>& positions) {
        const auto known = positions.find(team_id_);
        if (known != positions.end()) {
            seen_ = now;
            if (reported_ && distance_m(known->second.at(), at_) > 1) {
                taken_over_ = true;
                at_ = known->second.at();
            }
        } else if (now - seen_ > kForgottenAfter) {
            taken_over_ = false;
        }
        if (taken_over_ || reporting_ || now < next_report_) return;
        next_report_ = now + kStandingReport;
        reporting_ = true;
        v1::LocateTeamRequest request;
        *request.mutable_at() = at_;
        *request.mutable_fix_at() = to_proto(SystemClock().now());
        request.set_accuracy_m(6);
        account_.start(std::move(request),
                       [this](const Status& status, const v1::LocateTeamResponse&) {
                           reporting_ = false;
                           reported_ = reported_ || status.ok();
                           if (!status.ok()) next_report_ = SystemClock().steady() + kRetry;
                       });
    }
    Account& account() { return account_; }

private:
    const std::string team_id_;
    v1::Point at_;
    bool reporting_ = false;
    bool reported_ = false;
    bool taken_over_ = false;
    SteadyTime next_report_;
    // When the hub knew its position last.
    SteadyTime seen_;
    Account account_;
};

// All of the city. Made and ended by the main thread; everything else runs on its strand.
class City {
public:
    City(const CityOptions& options, StreetMap map, std::ostream& out)
        : options_(options),
          map_(std::move(map)),
          folder_(options.data),
          out_(out),
          random_(options.seed == 0 ? std::random_device{}() : options.seed),
          strand_("city") {}

    ~City() {
        // Nothing may run on the strand while what it works on goes away.
        strand_.stop();
        for (auto* account : accounts_) account->stop_following();
        save_places();
    }

    // May be called again when it was unavailable.
    Status open() {
        MUSTER_ASSIGN(logins_, folder_.load_logins());
        MUSTER_TRY(look_up());
        const auto places = folder_.load_places();
        const auto keep = [this](const std::string& user, const CityLogin& login) {
            logins_[user] = login;
            logins_changed_ = true;
        };
        CallDesk::Habits seat{seat_id_, {}, options_.quiet, seed()};
        for (const auto& team : roster_teams()) {
            const auto& id = team_ids_[team.name];
            const auto* home = map_.place_named(team.home);
            if (home == nullptr || id.empty()) return not_set_up();
            if (!team.driven) {
                standing_.push_back(std::make_unique<StandingTeam>(
                    strand_, options_.client, id, team.user, logins_[team.user], home->at, keep));
                accounts_.push_back(&standing_.back()->account());
                continue;
            }
            seat.teams.insert(id);
            driven_.push_back(std::make_unique<DrivenTeam>(
                strand_,
                clock_,
                map_,
                options_.client,
                id,
                team.user,
                logins_[team.user],
                TeamActor::Habits{home->at, team.patrols, seed(), options_.quiet},
                keep));
            const auto last = places.find(team.user);
            if (last != places.end()) driven_.back()->actor().start_at(last->second);
            accounts_.push_back(&driven_.back()->account());
        }
        seat_ = std::make_unique<CallSeat>(strand_,
                                           clock_,
                                           map_,
                                           options_.client,
                                           kCallSeat,
                                           logins_[kCallSeat],
                                           std::move(seat),
                                           keep);
        accounts_.push_back(&seat_->account());
        // One after the other: every log-in costs the hub a deliberately slow hash.
        milliseconds delay{0};
        for (auto* account : accounts_) {
            strand_.post_after(delay, [account] { account->open(); });
            delay += milliseconds(60);
        }
        strand_.post([this] { tick(); });
        return absl::OkStatus();
    }

private:
    Status not_set_up() const {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "city.not_set_up",
                      {{"folder", options_.data.string()}});
    }

    // Ids of the teams and of the seat.
    Status look_up() {
        if (logins_[kCallSeat].password.empty()) return not_set_up();
        Client client(options_.client);
        v1::LoginRequest login;
        login.set_name(kCallSeat);
        login.set_password(logins_[kCallSeat].password);
        login.set_ttl_s(86'400);
        const auto response = client.call(login);
        MUSTER_TRY(response.status());
        client.set_token(response->token());
        logins_[kCallSeat].token = response->token();
        logins_[kCallSeat].token_ends_s = response->expires_at().seconds();
        seat_id_ = response->person().id();
        v1::ListTeamsRequest request;
        do {
            MUSTER_ASSIGN(const auto page, client.call(request));
            for (const auto& team : page.teams()) team_ids_[team.name()] = team.id();
            request.set_page_token(page.next_page_token());
        } while (!request.page_token().empty());
        return absl::OkStatus();
    }

    uint32_t seed() { return static_cast<uint32_t>(random_()); }

    void tick() {
        const SteadyTime now = clock_.steady();
        for (const auto& team : driven_) team->actor().tick();
        for (const auto& team : standing_) team->tick(now, seat_->positions());
        seat_->tick();
        if (!ready_) say_ready();
        if (logins_changed_) {
            logins_changed_ = false;
            warn(folder_.save_logins(logins_));
        }
        if (now >= next_places_) {
            next_places_ = now + kPlacesKept;
            save_places();
        }
        strand_.post_after(kTick, [this] { tick(); });
    }

    void say_ready() {
        for (const auto& team : roster_teams()) {
            if (!seat_->positions().contains(team_ids_[team.name])) return;
        }
        ready_ = true;
        out_ << "{\"ready\":true,\"teams\":" << roster_teams().size() << "}" << std::endl;
    }

    void save_places() {
        std::map<std::string, v1::Point> places;
        for (const auto& team : driven_) places[team->account().user()] = team->actor().fix().at;
        if (!places.empty()) warn(folder_.save_places(places));
    }

    static void warn(const Status& status) {
        if (status.ok()) return;
        spdlog::warn("{}", std::string_view(status.message().data(), status.message().size()));
    }

    const CityOptions& options_;
    const StreetMap map_;
    const DataFolder folder_;
    std::ostream& out_;
    std::minstd_rand random_;
    const SystemClock clock_;
    std::map<std::string, CityLogin> logins_;
    bool logins_changed_ = false;
    std::map<std::string, std::string> team_ids_;
    std::string seat_id_;
    bool ready_ = false;
    SteadyTime next_places_;
    // Clients' late answers post to it, so that it goes last.
    ThreadStrand strand_;
    std::vector<std::unique_ptr<DrivenTeam>> driven_;
    std::vector<std::unique_ptr<StandingTeam>> standing_;
    std::unique_ptr<CallSeat> seat_;
    std::vector<Account*> accounts_;
};

}  // namespace

Status run_city(const CityOptions& options, std::ostream& out) {
    // Before any thread starts, so that this one alone takes the signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    if (!DataFolder(options.data).has_logins()) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "city.not_set_up",
                      {{"folder", options.data.string()}});
    }
    MUSTER_ASSIGN(StreetMap map, StreetMap::parse(city_map_json()));
    City city(options, std::move(map), out);
    Status opened = city.open();
    // The hub may be just starting.
    for (int tries = 1; tries < kTriesToOpen && is_unreachable(opened); ++tries) {
        const timespec pause{1, 0};
        if (sigtimedwait(&signals, nullptr, &pause) > 0) return absl::OkStatus();
        opened = city.open();
    }
    MUSTER_TRY(opened);
    int signal = 0;
    sigwait(&signals, &signal);
    return absl::OkStatus();
}

}  // namespace muster
