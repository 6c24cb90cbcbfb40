#pragma once

#include <memory>
#include <string>

#include "hub/access/certificates.h"
#include "hub/access/ticket.h"
#include "hub/access/vault.h"
#include "hub/base/strand.h"
#include "hub/config.h"
#include "hub/desk/desk.h"
#include "hub/first_start.h"
#include "hub/gateway/gateway.h"
#include "hub/journal/history.h"
#include "hub/journal/journal_reader.h"
#include "hub/journal/sqlite_journal.h"
#include "hub/live/attendance.h"
#include "hub/live/health.h"
#include "hub/live/live.h"
#include "hub/live/tracks.h"
#include "hub/picture/picture.h"
#include "hub/rpc/access_service.h"
#include "hub/rpc/backup.h"
#include "hub/rpc/health_service.h"
#include "hub/rpc/media_service.h"
#include "hub/rpc/past_picture.h"
#include "hub/rpc/picture_service.h"
#include "hub/rpc/roads_upload.h"
#include "hub/rpc/server.h"
#include "hub/rpc/team_search.h"

namespace muster {

// The hub: the only place where its parts are put together. Started and stopped by main(), on its
// thread. The order of the fields is the order of lifetimes; stop() ends the threads first, so that
// nothing runs when the fields go.
class App {
public:
    // Opens the data folder, makes what an empty one needs, listens. Codes: failed_precondition
    // (locked or foreign journal, key.open, listen.not_loopback), data_loss, unavailable
    // (folder, port).
    static Result<std::unique_ptr<App>> start(const HubConfig& config);
    ~App();

    // Other settings: what can change does, what needs a restart is said in the log. On main()'s
    // thread.
    void reload(const HubConfig& config);
    // The settings could not be read: the former ones hold, which shows in the hub's health.
    void reload_failed(const std::vector<v1::Reason>& problems);

    // Streams end, calls under way are answered, the desk drains.
    void stop();

private:
    // What comes out of the data folder.
    struct Opened {
        std::unique_ptr<SqliteJournal> journal;
        std::unique_ptr<Vault> vault;
        std::unique_ptr<Certificates> certificates;
        std::string node_token;
        TicketOffice tickets;
    };

    App(const HubConfig& config, std::unique_ptr<SystemClock> clock, Opened opened);

    static Result<Opened> open(const HubConfig& config, const Clock& clock);
    Status run();
    MethodTable audit();
    Status load();
    Status listen();
    Status open_gateway();
    HubAddresses addresses() const;
    std::vector<v1::Reason> obstacles() const;
    TrustFacts trust_facts() const;
    // By which others reach this machine.
    std::string host() const;
    // On the live strand: again and again.
    void look_at_certificates();
    void feed_watchdog(std::chrono::milliseconds period);
    void take_certificate(const Result<bool>& changed);
    void add_gauges();
    void add_desk_gauges();
    void add_picture_gauges();
    void add_duty_gauges();
    void add_machine_gauges();
    size_t count_orders_overdue() const;
    size_t count_escalations_open() const;
    HealthFacts look_at_health() const;
    v1::GetHealthResponse health_for_engineers();
    void changed(const std::vector<DecidedChange>& changes);
    LiveSink live_sink();
    RawService* add_service(const char* name, MethodTable methods);

    // As at the start: of these, others read only what needs a restart.
    const HubConfig config_;
    // As they hold now; on main()'s thread.
    HubConfig settings_ = config_;
    const std::unique_ptr<SystemClock> clock_;
    const std::unique_ptr<SqliteJournal> journal_;
    const std::unique_ptr<Vault> vault_;
    const std::unique_ptr<Certificates> certificates_;
    const TicketOffice tickets_;
    JournalReader audit_;
    History history_;
    Metrics metrics_;
    ThreadStrand desk_strand_{"desk"};
    ThreadStrand live_strand_{"live"};
    ThreadStrand picture_strand_{"picture"};
    // Tracks are written here: nothing waits for it.
    ThreadStrand tracks_strand_{"tracks"};
    Pool pool_{"lists", 2, 1'000};
    Pool hashing_{"passwords", 2, 32};
    // Verifying a long journal takes a while; lists do not wait for it.
    Pool auditing_{"audit", 1, 8};
    // Road files: one thread, which is the only one that touches the upload.
    Pool road_pool_{"roads", 1, 64};
    Desk desk_;
    Picture picture_;
    LiveState live_;
    Roads roads_;
    TeamSearch search_;
    RoadsUpload roads_upload_;
    Tracks tracks_;
    Attendance attendance_;
    HealthWatch health_;
    Guard guard_;
    AccessService access_;
    PictureService pictures_;
    PastPicture past_;
    BackupService backup_;
    NodeService node_;
    MediaService media_;
    std::vector<std::unique_ptr<RawService>> services_;
    Server server_;
    const SteadyTime started_ = clock_->steady();
    std::atomic<bool> ready_ = false;
    std::atomic<bool> stopping_ = false;
    // What the health says of settings and certificates beside what the certificate itself says.
    mutable std::mutex trouble_mutex_;
    std::optional<v1::Reason> config_trouble_;
    std::vector<std::string> names_ = config_.names;
    std::optional<v1::Reason> certificate_trouble_;
    std::unique_ptr<Gateway> gateway_;
    bool stopped_ = false;
};

}  // namespace muster
