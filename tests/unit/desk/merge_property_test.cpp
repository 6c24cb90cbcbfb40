// Whatever is merged, taken back, ordered, written and closed in whatever order: nothing is lost,
// and no duplicate has duplicates. Each seed is a story of its own that can be run again.
#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "hub/desk/figures.h"
#include "hub/desk/merge.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

class Story {
public:
    explicit Story(uint32_t seed) : random_(seed) {
        for (int i = 0; i < 8; ++i) report();
        for (int i = 0; i < 5; ++i) teams_.push_back(world_.add_team("队" + std::to_string(i)));
    }

    void step() {
        switch (pick(12)) {
            case 0:
                report();
                break;
            case 1:
            case 2:
            case 3:
            case 4:
                merge();
                break;
            case 5:
            case 6:
                unmerge();
                break;
            case 7:
                write_line();
                break;
            case 8:
                add_figure();
                break;
            case 9:
                order();
                break;
            case 10:
                end_order();
                break;
            default:
                if (pick(4) == 0) {
                    close();
                } else if (pick(4) == 0) {
                    world_.restart(std::chrono::seconds(1));
                }
        }
        world_.advance(std::chrono::seconds(1));
    }

    // What must hold at any time.
    void check() {
        world_.desk().read([this](const Memory& memory) {
            std::map<std::string, size_t> duplicates;
            for (const auto& [id, stored] : memory.all(v1::ENTITY_KIND_INCIDENT)) {
                const auto& incident = stored->message.incident();
                EXPECT_FALSE(incident.commander_id().empty()) << incident.number();
                if (incident.merged_into_id().empty()) continue;
                ++duplicates[incident.merged_into_id()];
                const auto main = memory.find(v1::ENTITY_KIND_INCIDENT, incident.merged_into_id());
                ASSERT_TRUE(main);
                EXPECT_EQ(main->message.incident().merged_into_id(), "") << "a chain";
                const bool closed = incident.status() == v1::INCIDENT_STATUS_CLOSED;
                EXPECT_EQ(main->message.incident().status() == v1::INCIDENT_STATUS_CLOSED, closed);
                EXPECT_GE(main->message.incident().status() >= v1::INCIDENT_STATUS_ACTIVE,
                          incident.status() >= v1::INCIDENT_STATUS_ACTIVE);
            }
            // The index says what the entities say.
            for (const auto& [id, stored] : memory.all(v1::ENTITY_KIND_INCIDENT)) {
                EXPECT_EQ(memory.owned_by(v1::ENTITY_KIND_INCIDENT, id.text()).size(),
                          duplicates[id.text()]);
            }
            // Nothing is lost: everything ever made hangs where it was made, and is listed with
            // one that stands for itself.
            std::set<std::string> listed;
            for (const auto& [id, stored] : memory.all(v1::ENTITY_KIND_INCIDENT)) {
                if (!stored->message.incident().merged_into_id().empty()) continue;
                listed.insert(id.text());
                for (const auto& duplicate : memory.owned_by(v1::ENTITY_KIND_INCIDENT, id.text())) {
                    listed.insert(duplicate->message.incident().id());
                }
                for (const auto kind :
                     {v1::ENTITY_KIND_LOG_LINE, v1::ENTITY_KIND_ORDER, v1::ENTITY_KIND_FIGURE}) {
                    for (const auto& owned : owned_with_duplicates(memory, kind, id.text())) {
                        EXPECT_TRUE(listed.insert(owned->key.id.text()).second) << "listed twice";
                    }
                }
            }
            for (const auto& [id, owner] : made_) {
                EXPECT_TRUE(listed.contains(id)) << "lost";
                if (owner.empty()) continue;
                const bool there =
                    std::ranges::any_of(kOwned, [&, &thing = id, &of = owner](v1::EntityKind kind) {
                        const auto stored = memory.find(kind, thing);
                        return stored && owner_of(stored->message) == of;
                    });
                EXPECT_TRUE(there) << "moved";
            }
        });
    }

    size_t merged() const { return merged_; }
    size_t refused() const { return refused_; }

private:
    static constexpr std::array kOwned{
        v1::ENTITY_KIND_LOG_LINE, v1::ENTITY_KIND_ORDER, v1::ENTITY_KIND_FIGURE};

    static std::string owner_of(const v1::Entity& entity) {
        switch (entity.kind_case()) {
            case v1::Entity::kLogLine:
                return entity.log_line().incident_id();
            case v1::Entity::kOrder:
                return entity.order().incident_id();
            default:
                return entity.figure().incident_id();
        }
    }

    size_t pick(size_t below) { return random_() % below; }
    const std::string& any_incident() { return incidents_[pick(incidents_.size())]; }
    template <class Answer>
    bool taken(const Answer& answer) {
        if (!answer.ok()) {
            ++refused_;
            EXPECT_NE(answer.status().code(), absl::StatusCode::kInternal);
        }
        return answer.ok();
    }

    void report() {
        const auto incident = world_.report();
        incidents_.push_back(incident.id());
        made_[incident.id()] = "";
    }
    void merge() {
        v1::MergeIncidentRequest request;
        request.set_id(any_incident());
        request.set_into_id(any_incident());
        if (taken(world_.act(request, world_.dispatcher()))) ++merged_;
    }
    void unmerge() {
        taken(world_.act(with_id<v1::UnmergeIncidentRequest>(any_incident()), world_.dispatcher()));
    }
    void write_line() {
        v1::AddLogLineRequest request;
        request.set_incident_id(any_incident());
        request.set_text("x");
        const auto answer = world_.act(request, world_.dispatcher());
        if (taken(answer)) made_[answer->log_line().id()] = request.incident_id();
    }
    void add_figure() {
        v1::AddFigureRequest request;
        request.set_incident_id(any_incident());
        request.set_subject(v1::FIGURE_SUBJECT_INJURED);
        request.set_value(static_cast<uint32_t>(pick(100)));
        request.set_source("现场");
        const auto answer = world_.act(request, world_.dispatcher());
        if (taken(answer)) made_[answer->figure().id()] = request.incident_id();
    }
    void order() {
        v1::IssueOrderRequest request;
        request.set_incident_id(any_incident());
        request.set_team_id(teams_[pick(teams_.size())].id());
        const auto answer = world_.act(request, world_.dispatcher());
        if (!taken(answer)) return;
        made_[answer->order().id()] = request.incident_id();
        orders_.push_back(answer->order().id());
    }
    void end_order() {
        if (orders_.empty()) return;
        const auto& id = orders_[pick(orders_.size())];
        if (pick(2) == 0) {
            taken(world_.act(with_id<v1::AcceptOrderRequest>(id), world_.dispatcher()));
        } else {
            taken(world_.act(with_id<v1::CompleteOrderRequest>(id), world_.dispatcher()));
        }
    }
    void close() {
        taken(world_.act(with_id<v1::CloseIncidentRequest>(any_incident()), world_.dispatcher()));
    }

    std::mt19937 random_;
    DeskWorld world_;
    std::vector<std::string> incidents_;
    std::vector<std::string> orders_;
    std::vector<v1::Team> teams_;
    // What was made, and of which incident.
    std::map<std::string, std::string> made_;
    size_t merged_ = 0;
    size_t refused_ = 0;
};

TEST(MergeProperty, RandomStoriesLoseNothingAndMakeNoChain) {
    size_t merged = 0;
    size_t refused = 0;
    for (uint32_t seed = 1; seed <= 20 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Story story(seed);
        for (int step = 0; step < 150 && !testing::Test::HasFailure(); ++step) {
            story.step();
            story.check();
        }
        merged += story.merged();
        refused += story.refused();
    }
    // The stories did what they are told for.
    EXPECT_GT(merged, 100u);
    EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace muster
