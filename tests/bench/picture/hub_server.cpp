#include <filesystem>

#include "hub/access/token.h"
#include "hub/desk/desk.h"
#include "hub/picture/picture.h"
#include "hub/rpc/picture_service.h"
#include "hub/rpc/server.h"
#include "tests/bench/picture/servers.h"
#include "tests/bench/picture/ticker.h"

namespace muster::bench {
namespace {

constexpr v1::Role kStaff[] = {
    v1::ROLE_ADMIN, v1::ROLE_COMMANDER, v1::ROLE_MONITOR, v1::ROLE_FIELD};
// Sixteen leaves, four districts above them, two halves, and all.
constexpr uint32_t kAllAgencies = kLeafAgencies + 4 + 2 + 1;

uint32_t above(uint32_t agency) {
    if (agency < kLeafAgencies) return kLeafAgencies + agency / 4;
    if (agency < kLeafAgencies + 4) return kLeafAgencies + 4 + (agency - kLeafAgencies) / 2;
    return kAllAgencies - 1;
}

// The partners' agencies from the top: all, the halves, the districts, nine leaves.
uint32_t agency_of_partner(uint32_t partner) {
    return partner < 7 ? kAllAgencies - 1 - partner : partner - 7;
}

// A journal that holds persons, their log-ins, agencies and teams, and takes nothing.
class Directory final : public JournalPort {
public:
    Directory() {
        for (uint32_t person = 0; person < kClasses; ++person) add_person(person);
        for (uint32_t agency = 0; agency < kAllAgencies; ++agency) {
            v1::Entity entity;
            auto& made = *entity.mutable_agency();
            made.set_id(agency_id(agency).text());
            made.set_version(1);
            made.set_name("agency " + std::to_string(agency));
            if (agency + 1 < kAllAgencies) made.set_parent_id(agency_id(above(agency)).text());
            add(std::move(entity));
        }
        for (uint32_t unit = 0; unit < kUnits; ++unit) {
            v1::Entity entity;
            auto& team = *entity.mutable_team();
            team.set_id(unit_id(unit).text());
            team.set_version(1);
            team.set_name("unit " + std::to_string(unit));
            team.set_agency_id(agency_id(unit % kLeafAgencies).text());
            add(std::move(entity));
        }
    }

    Uuid journal_id() const override { return agency_id(1'000); }
    uint64_t last_sequence() const override { return entities_.size(); }
    Status load(const std::function<void(LoadedEntity)>& visit) override {
        for (const auto& entity : entities_) visit(entity);
        return {};
    }
    Result<std::vector<Tombstone>> tombstones() override { return std::vector<Tombstone>(); }
    uint32_t last_incident_number() const override { return 0; }
    Result<EntityPtr> find_archived(const EntityKey&) override { return EntityPtr(); }
    Status append(std::span<const DecidedChange>) override {
        return refuse(absl::StatusCode::kUnavailable, "hub.stopping");
    }
    Result<std::optional<KeptAnswer>> find_answer(const std::string&, const std::string&) override {
        return std::optional<KeptAnswer>();
    }

    const std::vector<LoadedEntity>& entities() const { return entities_; }

private:
    void add(v1::Entity entity) {
        entities_.push_back({store_entity(std::move(entity)), entities_.size() + 1});
    }

    void add_person(uint32_t number) {
        const std::string id = agency_id(2'000 + number).text();
        v1::Entity person;
        person.mutable_person()->set_id(id);
        person.mutable_person()->set_version(1);
        person.mutable_person()->set_name("seat-" + std::to_string(number));
        if (number < std::size(kStaff)) {
            person.mutable_person()->set_role(kStaff[number]);
        } else {
            person.mutable_person()->set_role(v1::ROLE_PARTNER);
            person.mutable_person()->set_agency_id(
                agency_id(agency_of_partner(number - std::size(kStaff))).text());
        }
        add(std::move(person));
        v1::Entity entity;
        auto& session = *entity.mutable_session();
        session.set_id(agency_id(3'000 + number).text());
        session.set_version(1);
        session.set_person_id(id);
        session.set_token_hash(token_hash(token_of(number)));
        *session.mutable_expires_at() = to_proto(SystemClock().now() + std::chrono::hours(1));
        add(std::move(entity));
    }

    std::vector<LoadedEntity> entities_;
};

}  // namespace

void serve_hub() {
    SystemClock clock;
    Directory directory;
    ThreadStrand desk_strand("desk");
    ThreadStrand live_strand("live");
    ThreadStrand picture_strand("picture");
    Desk desk(desk_strand, directory, clock);
    if (!desk.start([](const auto&) {}).ok()) return;
    Picture picture(clock, directory.journal_id(), Uuid::make(), "bench");
    picture.load(directory.entities(), {}, directory.last_sequence());
    LiveState live(live_strand, clock, {[](auto) {}, [](auto) {}});
    const TicketOffice tickets;
    const Guard guard(desk, clock, "no node", tickets);
    PictureService pictures(picture, live, desk, guard, picture_strand, {10'000, kSubscribers});
    Metrics metrics;
    RawService service(*google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
                           "muster.v1.PictureService"),
                       pictures.methods(),
                       guard,
                       metrics);
    Server server;
    ServerOptions options;
    options.address = "127.0.0.1:0";
    if (const Status started = server.start(options, {&service}); !started.ok()) return;
    shared().port = server.port();
    std::vector<v1::Live> batch;
    every(std::chrono::microseconds(1'000'000 / kFlushes), [&](uint32_t flush) {
        batch.clear();
        for (uint32_t unit = flush % kFlushes; unit < kUnits; unit += kFlushes) {
            batch.push_back(position_of(unit, flush / kFlushes));
        }
        picture.apply_live(batch);
    });
    pictures.stop();
    server.stop(std::chrono::milliseconds(500));
    desk_strand.stop();
    live_strand.stop();
    picture_strand.stop();
}

}  // namespace muster::bench
