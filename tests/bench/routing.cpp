// How fast teams are suggested by road, and what that costs everybody else: a real hub over gRPC
// with 500 teams, 50 open incidents and a city of 100,000 road edges. Peer: the same one-to-many
// search by Boost.Graph's Dijkstra on the same roads.
#include <atomic>
#include <iostream>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <boost/version.hpp>

#include "clients/cpp/client.h"
#include "tests/bench/report.h"
#include "tests/bench/routing/city.h"
#include "tests/bench/routing/hub.h"
#include "tests/bench/routing/peer.h"

namespace muster::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kRuns = 5;
constexpr int kTeams = 500;
constexpr int kIncidents = 50;
constexpr size_t kCallers = 4;
constexpr seconds kSpan{6};
// Each caller asks again after this, as one who reads the answer: 4 callers are 100 questions a
// second, as of 50 consoles that ask twice a second.
constexpr milliseconds kThink{40};
// What the desk's other callers do meanwhile.
constexpr milliseconds kOthersEvery{4};

double ms_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

template <class T>
T must(Result<T> result, const char* what) {
    if (!result.ok())
        throw std::runtime_error(fmt::format("{}: {}", what, result.status().ToString()));
    return *std::move(result);
}

class Bench {
public:
    int run() {
        set_up();
        const Searches searches = compare_searches(city_, kIncidents, kTeams, kRuns);
        Runs suggest, first, with, without, ratio, saturated;
        for (int i = 0; i < kRuns; ++i) {
            first.values.push_back(first_suggestions());
            // Alternating, so that what else the machine does meets both.
            std::vector<double> quiet, busy, asked;
            for (int part = 0; part < 4; ++part) {
                const bool asking = part % 2 == (i % 2 == 0 ? 1 : 0);
                others_and(asking ? &asked : nullptr, kThink, asking ? busy : quiet);
            }
            suggest.values.push_back(percentile(asked, 99));
            without.values.push_back(percentile(quiet, 99));
            with.values.push_back(percentile(busy, 99));
            ratio.values.push_back(with.values.back() / without.values.back());
            std::vector<double> flat_out, meanwhile;
            others_and(&flat_out, milliseconds(0), meanwhile);
            saturated.values.push_back(percentile(flat_out, 99));
            std::cerr << fmt::format("run {}: {} suggestions, {} log lines beside, {} alone\n",
                                     i + 1,
                                     asked.size(),
                                     busy.size(),
                                     quiet.size());
        }
        Report report("routing");
        report.peer("Boost.Graph", BOOST_LIB_VERSION);
        report.row("desk p99 of others, nobody asks", without, "ms");
        report.row("desk p99 of others, 4 ask for suggestions", with, "ms");
        report.row("search, one to 500, Muster", searches.ours_ms, "ms");
        report.row(
            "search, one to 500, Boost.Graph dijkstra_shortest_paths", searches.peer_ms, "ms");
        report.result("suggest_p99_ms", suggest, "ms", "<= 20");
        report.result("desk_p99_ratio", ratio, "ratio", "<= 1.1");
        report.result("suggest_first_p99_ms", first, "ms", "");
        report.result("suggest_flat_out_p99_ms", saturated, "ms", "");
        report.result("search_vs_boost_graph", searches.ratio, "ratio", "<= 1");
        return report.print();
    }

private:
    void set_up() {
        std::mt19937 random(3);
        admin_ = hub_.log_in();
        v1::PutRunCardRequest card;
        card.set_type(v1::INCIDENT_TYPE_FIRE);
        for (const auto& [capability, count] : {std::pair(v1::CAPABILITY_FIRE, 3),
                                                std::pair(v1::CAPABILITY_MEDICAL, 2),
                                                std::pair(v1::CAPABILITY_POLICE, 1)}) {
            auto& need = *card.add_needs();
            need.set_capability(capability);
            need.set_count(static_cast<uint32_t>(count));
        }
        must(admin_->call(card), "run card");
        for (int i = 0; i < kTeams; ++i) {
            v1::AddTeamRequest add;
            add.set_name(fmt::format("team {}", i));
            add.add_capabilities(static_cast<v1::Capability>(1 + random() % 8));
            if (random() % 4 == 0) add.add_equipment("pump");
            *add.mutable_home() = point_of(city_.place(random));
            teams_.push_back(must(admin_->call(add), "team").team().id());
        }
        import(city_.geojson());
        for (const auto& team : teams_) locate(*admin_, team, random);
        report_incidents();
    }

    void report_incidents() {
        std::mt19937 random(static_cast<unsigned>(incidents_.size() + 17));
        for (const auto& id : incidents_) {
            v1::CloseIncidentRequest close;
            close.set_id(id);
            must(admin_->call(close), "close");
        }
        incidents_.clear();
        for (int i = 0; i < kIncidents; ++i) {
            v1::ReportIncidentRequest request;
            request.set_type(v1::INCIDENT_TYPE_FIRE);
            *request.mutable_at() = point_of(city_.place(places_));
            incidents_.push_back(must(admin_->call(request), "incident").incident().id());
        }
    }

    void import(const std::string& geojson) {
        constexpr size_t kPart = 512 * 1024;
        v1::ImportRoadsRequest request;
        request.set_upload_id(Uuid::make().text());
        v1::ImportRoadsResponse response;
        for (size_t at = 0; at < geojson.size(); at += kPart) {
            request.set_request_id("");
            request.set_offset(at);
            request.set_data(geojson.substr(at, kPart));
            request.set_last(at + kPart >= geojson.size());
            response = must(admin_->call(request), "roads");
        }
        std::cerr << fmt::format("{} edges, {} junctions, {:.0f} km, {} cut off, {:.1f} MB\n",
                                 response.edges(),
                                 response.junctions(),
                                 response.length_km(),
                                 response.cut_off(),
                                 static_cast<double>(geojson.size()) / 1e6);
    }

    static v1::Point point_of(const RoadPlace& place) {
        v1::Point point;
        point.set_lat_deg(place.lat_deg);
        point.set_lon_deg(place.lon_deg);
        return point;
    }

    void locate(Client& client, const std::string& team, std::mt19937& random) {
        v1::LocateTeamRequest request;
        request.set_team_id(team);
        *request.mutable_at() = point_of(city_.place(random));
        must(client.call(request), "locate");
    }

    static double ask(Client& client, const std::string& incident) {
        v1::SuggestTeamsRequest request;
        request.set_incident_id(incident);
        const auto start = std::chrono::steady_clock::now();
        const auto response = must(client.call(request), "suggest");
        const double ms = ms_since(start);
        if (response.suggestions_size() < 6) throw std::runtime_error("too few suggestions");
        if (response.suggestions(0).reasons(1).code() != "suggest.by_road" ||
            !response.suggestions(0).recommended()) {
            throw std::runtime_error("not by road");
        }
        return ms;
    }

    // Of incidents that nobody asked about yet: nothing is kept for them.
    double first_suggestions() {
        report_incidents();
        std::vector<double> times(incidents_.size());
        std::atomic<size_t> next{0};
        std::vector<std::thread> threads;
        for (size_t caller = 0; caller < kCallers; ++caller) {
            threads.emplace_back([&] {
                const auto client = hub_.log_in();
                for (size_t i; (i = next++) < times.size();) times[i] = ask(*client, incidents_[i]);
            });
        }
        for (auto& thread : threads) thread.join();
        return percentile(times, 99);
    }

    // Log lines as the desk's other work, positions of teams that move, and suggestions if wanted.
    void others_and(std::vector<double>* asked, milliseconds think, std::vector<double>& others) {
        std::atomic<bool> stop{false};
        std::mutex mutex;
        std::vector<std::thread> threads;
        for (size_t caller = 0; asked != nullptr && caller < kCallers; ++caller) {
            threads.emplace_back([&, caller] {
                const auto client = hub_.log_in();
                std::mt19937 random(static_cast<unsigned>(caller));
                std::vector<double> times;
                while (!stop) {
                    times.push_back(ask(*client, incidents_[random() % incidents_.size()]));
                    std::this_thread::sleep_for(think);
                }
                const std::lock_guard lock(mutex);
                asked->insert(asked->end(), times.begin(), times.end());
            });
        }
        // Every team says where it is each 10 s.
        threads.emplace_back([&] {
            const auto client = hub_.log_in();
            std::mt19937 random(99);
            while (!stop) {
                locate(*client, teams_[random() % teams_.size()], random);
                std::this_thread::sleep_for(milliseconds(20));
            }
        });
        const auto client = hub_.log_in();
        const auto end = std::chrono::steady_clock::now() + kSpan;
        for (size_t i = 0; std::chrono::steady_clock::now() < end; ++i) {
            v1::AddLogLineRequest line;
            line.set_incident_id(incidents_[i % incidents_.size()]);
            line.set_text("现场无人员被困");
            const auto start = std::chrono::steady_clock::now();
            must(client->call(line), "log line");
            others.push_back(ms_since(start));
            std::this_thread::sleep_for(kOthersEvery);
        }
        stop = true;
        for (auto& thread : threads) thread.join();
    }

    City city_{224, 3};
    BenchHub hub_;
    std::unique_ptr<Client> admin_;
    std::vector<std::string> teams_;
    std::vector<std::string> incidents_;
    std::mt19937 places_{21};
};

}  // namespace
}  // namespace muster::bench

int main() {
    try {
        return muster::bench::Bench().run();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
