#include "hub/app.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/ranges.h>

#include "hub/access/key_file.h"
#include "hub/access/policy.h"
#include "hub/access/token.h"
#include "hub/base/addresses.h"
#include "hub/base/catalogue.h"
#include "hub/base/log.h"
#include "hub/rpc/agency_service.h"
#include "hub/rpc/archived.h"
#include "hub/rpc/audit_service.h"
#include "hub/rpc/camera_service.h"
#include "hub/rpc/erasure.h"
#include "hub/rpc/escalator.h"
#include "hub/rpc/health_service.h"
#include "hub/rpc/incident_service.h"
#include "hub/rpc/order_service.h"
#include "hub/rpc/order_set_service.h"
#include "hub/rpc/response_service.h"
#include "hub/rpc/room_media.h"
#include "hub/rpc/rule_service.h"
#include "hub/rpc/team_service.h"
#include "hub/rpc/zone_service.h"
#include "hub/supervisor.h"

namespace muster {
namespace {

// How long calls under way may take when the hub stops.
constexpr std::chrono::milliseconds kGrace{3'000};
constexpr size_t kNodeTokenChars = 43;
// How often the certificate's end and the machine's names are looked at.
constexpr std::chrono::milliseconds kCertificateLook{60'000};

std::string journal_file(const HubConfig& config) {
    return (config.data / "journal.db").string();
}

Status make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::create_directories(folder, error)) {
        ::chmod(folder.c_str(), 0700);
    }
    if (!error) return {};
    return refuse(absl::StatusCode::kUnavailable,
                  "config.no_folder",
                  {{"folder", folder.string()}, {"what", error.message()}});
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

Certificates::Options certificate_options(const HubConfig& config) {
    return {.data = config.data,
            .certificate = config.cert,
            .key = config.key,
            .names = config.names,
            .machine_names = names_of_machine};
}

bool is_any(const std::string& address) {
    return address.starts_with("0.0.0.0:") || address.starts_with("[::]:");
}

// By which others reach this machine: what the settings say, else an address of its own, since a
// network without internet often has no names; else its name.
std::string public_host(const std::vector<std::string>& names) {
    if (!names.empty()) return names.front();
    for (const auto& name : names_of_machine()) {
        if (!is_loopback_host(name) && name.find_first_not_of("0123456789.") == std::string::npos) {
            return name;
        }
    }
    return host_name();
}

// "AB12 CD34 ...", as it is read aloud.
std::string in_groups(const std::string& fingerprint) {
    std::string text;
    for (size_t at = 0; at < fingerprint.size(); at += 4) {
        text += (at == 0 ? "" : " ") + fingerprint.substr(at, 4);
    }
    return text;
}

std::string sentence(const v1::Reason& reason) {
    return say(reason, Language::english);
}

std::string sentence(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? sentence(detail->reason()) : std::string(status.message());
}

// The key is made before the journal: a journal without one has lost it. With a new key nobody
// could log in, and every camera's password would be gone without a word.
Result<std::unique_ptr<Vault>> open_vault(const HubConfig& config) {
    const std::filesystem::path key = config.data / "secret.key";
    MUSTER_ASSIGN(const FileState journal, inspect_journal_file(journal_file(config)));
    std::error_code error;
    if (journal == FileState::journal && !std::filesystem::exists(key, error)) {
        return refuse(absl::StatusCode::kFailedPrecondition, "key.lost", {{"file", key.string()}});
    }
    return Vault::open(key);
}

std::string with_port(const std::string& address, int port) {
    return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

}  // namespace

Result<std::unique_ptr<App>> App::start(const HubConfig& config) {
    auto clock = std::make_unique<SystemClock>();
    MUSTER_ASSIGN(Opened opened, open(config, *clock));
    std::unique_ptr<App> app(new App(config, std::move(clock), std::move(opened)));
    MUSTER_TRY(app->run());
    return app;
}

Result<App::Opened> App::open(const HubConfig& config, const Clock& clock) {
    MUSTER_TRY(make_folder(config.data));
    Opened opened;
    MUSTER_ASSIGN(opened.vault, open_vault(config));
    // Before the rest: it is what locks the folder.
    MUSTER_ASSIGN(opened.journal, SqliteJournal::open(journal_file(config), clock, config.lever));
    MUSTER_ASSIGN(opened.certificates, Certificates::open(certificate_options(config), clock));
    MUSTER_ASSIGN(opened.node_token,
                  open_secret_file(config.data / "node.token", kNodeTokenChars, make_token()));
    MUSTER_ASSIGN(opened.tickets, TicketOffice::open(config.data / "tickets.key"));
    return opened;
}

App::App(const HubConfig& config, std::unique_ptr<SystemClock> clock, Opened opened)
    : config_(config),
      clock_(std::move(clock)),
      journal_(std::move(opened.journal)),
      vault_(std::move(opened.vault)),
      certificates_(std::move(opened.certificates)),
      tickets_(opened.tickets),
      audit_(journal_file(config)),
      history_(journal_file(config)),
      desk_(desk_strand_, *journal_, *clock_),
      picture_(*clock_, journal_->journal_id(), Uuid::make(), build_name()),
      live_(live_strand_, *clock_, live_sink()),
      search_(desk_, live_, roads_, *clock_),
      roads_upload_(config.data, roads_, *clock_),
      tracks_(tracks_strand_,
              *clock_,
              (config.data / kTracksName).string(),
              [this] { return live_.positions(); }),
      attendance_(live_strand_,
                  *clock_,
                  {.sink = live_sink(),
                   .lost =
                       [this](const EntityKey& participant) {
                           const auto since = [this](const EntityKey& key) {
                               return attendance_.lost_since(key);
                           };
                           desk_.submit(lost_act(participant, since), [](const auto&) {});
                       }}),
      health_(
          live_strand_,
          *clock_,
          journal_->journal_id(),
          [this] {
              // Once readers are gone, though nobody writes.
              if (journal_->erasure_pending()) {
                  desk_strand_.post([this] { journal_->finish_erasure(); });
              }
              return look_at_health();
          },
          live_sink()),
      guard_(desk_, *clock_, std::move(opened.node_token), tickets_, config.calls_per_s),
      access_({desk_, pool_}, hashing_, *vault_, *clock_),
      pictures_(picture_, live_, desk_, guard_, picture_strand_),
      past_({.records = Records(desk_, &history_),
             .history = history_,
             .tracks = tracks_,
             .clock = *clock_,
             .strand = picture_strand_,
             .still_valid = [this](const Caller& caller) { return guard_.still_valid(caller); }}),
      backup_(config.data,
              *clock_,
              picture_strand_,
              [this](const Caller& caller) { return guard_.still_valid(caller); }),
      node_({.desk = desk_,
             .vault = *vault_,
             .strand = live_strand_,
             .live = live_,
             .sessions_found = [this](const auto& hello) { media_.adopt(hello); },
             .sessions_ended = [this](const auto& sessions) { media_.ended(sessions); },
             .participants_heard =
                 [this](const auto& heard) {
                     for (const auto& id : heard.participant_ids()) attendance_.heard(id);
                 }}),
      media_({desk_, guard_, node_, live_strand_, *clock_, tickets_}) {}

App::~App() {
    stop();
}

LiveSink App::live_sink() {
    return {.apply = [this](std::span<const v1::Live> live) { picture_.apply_live(live); },
            .remove = [this](std::span<const EntityKey> keys) { picture_.remove_live(keys); }};
}

Status App::run() {
    MUSTER_TRY(load());
    add_gauges();
    const HandlerPorts ports{desk_, pool_, &history_};
    add_service("muster.v1.IncidentService", incident_methods(ports));
    add_service("muster.v1.ResponseService", response_methods(ports));
    add_service("muster.v1.TeamService",
                team_methods(ports, {live_, search_, road_pool_, roads_upload_}));
    add_service("muster.v1.AgencyService", agency_methods(ports));
    add_service("muster.v1.ZoneService", zone_methods(ports));
    add_service("muster.v1.RuleService", rule_methods(ports));
    MethodTable orders = order_methods(ports);
    orders.unary.merge(order_set_methods(ports, search_).unary);
    add_service("muster.v1.OrderService", std::move(orders));
    add_service("muster.v1.CameraService", camera_methods(ports, *vault_));
    add_service("muster.v1.AccessService", access_.methods());
    add_service("muster.v1.AuditService", audit());
    add_service("muster.v1.PictureService", pictures_.methods(past_.handler()));
    add_service("muster.v1.RoomService",
                room_methods(ports, room_media(desk_, tickets_, attendance_, *clock_), *clock_));
    add_service("muster.v1.MediaService", media_.methods());
    MethodTable hub = health_methods(pool_, [this] { return health_for_engineers(); });
    hub.streams["Backup"] = backup_.handler();
    add_service("muster.v1.HubService", std::move(hub));
    add_service("muster.media.v1.NodeService", node_.methods());
    return listen();
}

MethodTable App::audit() {
    const auto list = [this](const ChangeFilter& filter) {
        return audit_.list_changes({.before = filter.before,
                                    .limit = filter.limit,
                                    .actor_id = filter.actor_id,
                                    .entity_id = filter.entity_id,
                                    .from = filter.span.from,
                                    .to = filter.span.to});
    };
    const HandlerPorts ports{desk_, auditing_, &history_};
    MethodTable table =
        audit_methods(ports, {.verify = [this] { return audit_.verify(); }, .list = list});
    table.unary["EraseEntity"] =
        erase_entity(ports, [this](const EntityKey& key) { return audit_.count_changes(key); });
    return table;
}

Status App::load() {
    std::vector<LoadedEntity> loaded;
    std::vector<EntityPtr> entities;
    desk_.keep_hot_for(std::chrono::hours(config_.hot_h));
    desk_.find_teams_with(find_next_teams(desk_, pool_, search_));
    MUSTER_TRY(desk_.start([this](const auto& changes) { changed(changes); },
                           [&](const LoadedEntity& entity) {
                               loaded.push_back(entity);
                               entities.push_back(entity.entity);
                           }));
    MUSTER_ASSIGN(const std::vector<Tombstone> removed, journal_->tombstones());
    picture_.load(
        std::move(loaded), removed, journal_->last_sequence(), journal_->tombstones_from());
    live_.load(entities);
    attendance_.load(entities);
    tracks_.start();
    // Until it is done, travel times are straight lines.
    if (!road_pool_.run([this] { roads_upload_.load(); })) spdlog::error("roads are not loaded");
    return {};
}

void App::changed(const std::vector<DecidedChange>& changes) {
    pull(config_.lever, "desk.applied");
    for (const auto& change : changes) {
        if (!change.erased.empty()) audit_.archive_shrank();
    }
    live_.apply(changes);
    attendance_.apply(changes);
    // Before anybody is shown it: who sees somebody join asks for the stream at once, and the node
    // must know of it by then.
    if (touches_media(changes)) node_.state_changed();
    picture_.apply(changes);
    media_.changed(changes);
    metrics_.count_batch(changes.size());
    pull(config_.lever, "desk.told");
}

RawService* App::add_service(const char* name, MethodTable methods) {
    const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    methods = with_archived_named({desk_, pool_, &history_}, std::move(methods));
    services_.push_back(std::make_unique<RawService>(*type, std::move(methods), guard_, metrics_));
    return services_.back().get();
}

Status App::listen() {
    ServerOptions options{.address = config_.grpc, .certificate = {}, .key = {}};
    if (!is_loopback(config_.grpc)) {
        const auto identity = certificates_->identity();
        options.certificate = identity->pair.certificate_pem;
        options.key = identity->pair.key_pem;
    }
    std::vector<RawService*> services;
    for (const auto& service : services_) services.push_back(service.get());
    MUSTER_TRY(server_.start(options, services));
    return open_gateway();
}

Status App::open_gateway() {
    const auto identity = certificates_->identity();
    gateway_ =
        std::make_unique<Gateway>(GatewayConfig{.https_listen = config_.https,
                                                .http_listen = config_.http,
                                                .trust_listen = config_.trust,
                                                .certificate_pem = identity->pair.certificate_pem,
                                                .key_pem = identity->pair.key_pem,
                                                .web_dir = config_.web},
                                  server_.in_process(),
                                  GatewayPorts{.metrics_text = [this] { return metrics_.text(); },
                                               .obstacles = [this] { return obstacles(); },
                                               .trust = [this] { return trust_facts(); }});
    MUSTER_TRY(gateway_->start());
    const HubAddresses found = addresses();
    MUSTER_TRY(make_first_admin(desk_, *vault_, config_, found));
    health_.start();
    live_strand_.post_after(kCertificateLook, [this] { look_at_certificates(); });
    if (const auto period = watchdog_period()) feed_watchdog(*period / 3);
    ready_ = true;
    if (!found.trust.empty()) {
        log_event(spdlog::level::info,
                  "trust",
                  {{"page", found.trust}, {"fingerprint", found.fingerprint}});
    }
    // Scripts read the addresses from this line when they asked for port 0.
    const auto shown = [](const std::string& address, int port) {
        return port == 0 ? std::string("none") : with_port(address, port);
    };
    log_event(spdlog::level::info,
              "ready",
              {{"grpc", with_port(config_.grpc, server_.port())},
               {"http", shown(config_.http, gateway_->http_port())},
               {"https", shown(config_.https, gateway_->https_port())},
               {"build", build_name()}});
    return {};
}

HubAddresses App::addresses() const {
    HubAddresses found;
    const std::string host = this->host();
    // An address for all of the machine's is none that a client can use.
    const auto usable = [&host](const std::string& address, int port) {
        return with_port(is_any(address) ? host + ":" : address, port);
    };
    found.grpc = usable(config_.grpc, server_.port());
    const bool tls = gateway_->https_port() != 0;
    found.console = tls ? "https://" + usable(config_.https, gateway_->https_port()) + "/"
                        : "http://" + with_port(config_.http, gateway_->http_port()) + "/";
    const auto identity = certificates_->identity();
    if (!tls || identity->is_own()) return found;
    found.trust = gateway_->trust_port() != 0
                      ? "http://" + usable(config_.trust, gateway_->trust_port()) + "/trust"
                      : "http://" + usable(config_.https, gateway_->https_port()) + "/trust";
    found.fingerprint = in_groups(identity->authority_fingerprint);
    return found;
}

std::vector<v1::Reason> App::obstacles() const {
    if (stopping_) return {make_reason("hub.stopping")};
    if (!ready_) return {make_reason("hub.starting")};
    std::vector<v1::Reason> reasons;
    for (const auto& obstacle : health_.obstacles()) reasons.push_back(obstacle.reason());
    return reasons;
}

std::string App::host() const {
    std::vector<std::string> names;
    {
        const std::lock_guard lock(trouble_mutex_);
        names = names_;
    }
    return public_host(names);
}

TrustFacts App::trust_facts() const {
    const auto identity = certificates_->identity();
    return {.authority_pem = identity->authority_pem,
            .fingerprint = identity->authority_fingerprint,
            .host = host()};
}

void App::look_at_certificates() {
    // Files are written to disk: no strand waits for that.
    const bool taken = hashing_.run([this] { take_certificate(certificates_->look_again()); });
    if (!taken) spdlog::warn("the certificate is looked at later: too much waits");
    live_strand_.post_after(kCertificateLook, [this] { look_at_certificates(); });
}

void App::take_certificate(const Result<bool>& changed) {
    Status status = changed.status();
    if (status.ok() && *changed) {
        const auto identity = certificates_->identity();
        status = server_.set_certificate(identity->pair.certificate_pem, identity->pair.key_pem);
        if (status.ok()) {
            status =
                gateway_->set_certificate(identity->pair.certificate_pem, identity->pair.key_pem);
        }
        log_event(spdlog::level::info,
                  "certificate-changed",
                  {{"days", std::to_string(identity->days_left(clock_->now()))},
                   {"own", identity->is_own() ? "yes" : "no"}});
    }
    const std::lock_guard lock(trouble_mutex_);
    if (status.ok()) {
        certificate_trouble_.reset();
        return;
    }
    // Once, not every minute.
    if (!certificate_trouble_) spdlog::error("certificate: {}", sentence(status));
    certificate_trouble_ = make_reason("health.certificate_failed", {{"what", sentence(status)}});
}

void App::feed_watchdog(std::chrono::milliseconds period) {
    notify_supervisor("WATCHDOG=1");
    live_strand_.post_after(period, [this, period] { feed_watchdog(period); });
}

void App::reload(const HubConfig& config) {
    const ConfigDifference changed = difference(settings_, config);
    set_log_level(config.log_level);
    desk_.keep_hot_for(std::chrono::hours(config.hot_h));
    guard_.limit_acts(config.calls_per_s);
    take_certificate(certificates_->change(certificate_options(config)));
    {
        const std::lock_guard lock(trouble_mutex_);
        config_trouble_.reset();
        names_ = config.names;
    }
    log_event(spdlog::level::info,
              "config-reloaded",
              {{"changed", fmt::format("{}", fmt::join(changed.reloadable, ","))}});
    if (!changed.need_restart.empty()) {
        log_event(spdlog::level::warn,
                  "config-needs-restart",
                  {{"settings", fmt::format("{}", fmt::join(changed.need_restart, ","))}});
    }
    // What needs a restart is said at every reading until there is one.
    HubConfig held = config;
    keep_restart_settings(settings_, held);
    settings_ = std::move(held);
}

void App::reload_failed(const std::vector<v1::Reason>& problems) {
    for (const auto& problem : problems) {
        log_event(spdlog::level::err,
                  "config-wrong",
                  {{"code", problem.code()}, {"what", sentence(problem)}});
    }
    const std::lock_guard lock(trouble_mutex_);
    config_trouble_ = make_reason("health.config_wrong", {{"what", sentence(problems.front())}});
}

void App::stop() {
    if (std::exchange(stopped_, true)) return;
    stopping_ = true;
    pictures_.stop();
    past_.stop();
    backup_.stop();
    if (gateway_ != nullptr) gateway_->stop();
    node_.stop();
    server_.stop(kGrace);
    pool_.stop();
    road_pool_.stop();
    hashing_.stop();
    auditing_.stop();
    desk_strand_.stop();
    picture_strand_.stop();
    live_strand_.stop();
    tracks_strand_.stop();
}

}  // namespace muster
