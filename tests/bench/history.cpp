// A million closed incidents on disk and a real hub over gRPC: how long a list, a look and a search
// take. Beside it, on the same machine and the same texts, what one would do without our index:
// SQLite's LIKE over all rows, and its FTS5 with trigrams, which finds no word of two characters.
#include <chrono>
#include <iostream>
#include <random>

#include <sqlite3.h>

#include "hub/journal/sqlite_journal.h"
#include "muster/v1/change.pb.h"
#include "tests/bench/hub_run.h"
#include "tests/bench/report.h"
#include "tests/support/manual_clock.h"

namespace muster::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::seconds;

constexpr int kRuns = 3;
constexpr uint32_t kIncidents = 1'000'000;
constexpr uint32_t kFirst = 2101;
constexpr size_t kOfAChange = 500;
// Between two reports: all of them together are about three years.
constexpr seconds kApart{95};

Uuid id_of(uint32_t n) {
    Uuid id;
    id.bytes[0] = 0x1d;
    for (size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<uint8_t>(n >> (8 * i));
    return id;
}

// Streets of a large city, and what callers say. Some words are in every third report, some in one
// of a hundred thousand.
v1::Incident incident_of(uint32_t n, UtcTime reported) {
    static constexpr const char* kStreets[] = {
        "北站路",   "港湾大道", "解放街",   "长江路",   "重庆北路", "人民广场", "滨海西路",
        "学府街",   "和平里",   "新开河路", "东风大街", "柳林胡同", "机场高速", "工业园区",
        "体育场南", "北苑小区", "西郊水库", "火车头街", "河堤路",   "金泉巷"};
    static constexpr const char* kTexts[] = {"一楼厨房起火，有人被困",
                                             "两车追尾，一人受伤",
                                             "老人摔倒，神志清楚",
                                             "下水道反水，道路积水半米",
                                             "楼道冒烟，电动车充电处",
                                             "smoke on the second floor",
                                             "gas smell in the cellar, pump needed",
                                             "树木倒伏，压住车辆",
                                             "电梯困人，三名儿童",
                                             "河边发现可疑桶装物"};
    std::minstd_rand random(n * 7919 + 17);
    v1::Incident incident;
    incident.set_id(id_of(n).text());
    incident.set_version(4);
    incident.set_number("F" + std::to_string(n));
    incident.set_type(v1::INCIDENT_TYPE_FIRE);
    incident.set_status(v1::INCIDENT_STATUS_CLOSED);
    incident.mutable_at()->set_lat_deg(38.9 + static_cast<double>(random() % 1000) * 1e-4);
    incident.mutable_at()->set_lon_deg(121.6 + static_cast<double>(random() % 1000) * 1e-4);
    std::string place = kStreets[random() % std::size(kStreets)];
    place += std::to_string(1 + random() % 300) + "号";
    if (random() % 10'000 == 0) place += " 金宏大厦";
    incident.set_place(place);
    std::string text = kTexts[random() % std::size(kTexts)];
    if (random() % 100'000 == 0) text += " zephyr";
    incident.set_text(text);
    *incident.mutable_reported_at() = to_proto(reported);
    *incident.mutable_closed_at() = to_proto(reported + hours(1));
    return incident;
}

void must(const Status& status) {
    if (!status.ok()) throw std::runtime_error(status.ToString());
}

// Written by the journal itself, hundreds of incidents a change, so that the file is what a hub
// leaves; kept from one call of this bench to the next.
void fill_journal(const fs::path& file) {
    if (fs::exists(file)) return;
    std::cerr << "filling " << file << " once; this takes a few minutes\n";
    const fs::path part = file.string() + ".part";
    for (const char* end : {"", "-wal", "-shm", ".lock"}) fs::remove(part.string() + end);
    ManualClock clock;
    clock.step_wall(SystemClock().now() - hours(24 * 30) - kIncidents * kApart - clock.now());
    {
        auto journal = SqliteJournal::open(part, clock);
        must(journal.status());
        std::vector<DecidedChange> group;
        for (uint32_t n = 0; n < kIncidents;) {
            DecidedChange change;
            change.sequence = (*journal)->last_sequence() + group.size() + 1;
            v1::Change payload;
            payload.set_method("deadline");
            for (size_t i = 0; i < kOfAChange; ++i, ++n) {
                clock.advance(kApart);
                v1::Entity entity;
                *entity.mutable_incident() = incident_of(kFirst + n, clock.now());
                *payload.add_upserts() = entity;
                change.upserts.push_back(store_entity(std::move(entity)));
                change.archived.push_back(change.upserts.back()->key);
                auto* gone = payload.add_archived();
                gone->set_kind(v1::ENTITY_KIND_INCIDENT);
                gone->set_id(change.archived.back().id.text());
            }
            *payload.mutable_at() = to_proto(clock.now());
            change.payload = payload.SerializeAsString();
            group.push_back(std::move(change));
            if (group.size() == 20 || n == kIncidents) {
                must((*journal)->append(group));
                group.clear();
            }
        }
    }
    fs::rename(part, file);
}

// The peers' own file: rows, and a trigram index over the same texts.
class Peer {
public:
    explicit Peer(const fs::path& file) {
        const bool there = fs::exists(file);
        const fs::path part = file.string() + ".part";
        if (!there) {
            fs::remove(part);
            open(part);
            fill();
            sqlite3_close(database_);
            fs::rename(part, file);
        }
        open(file);
    }
    ~Peer() { sqlite3_close(database_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    // Rows found.
    int like(const std::string& word) {
        return count(
            "SELECT n FROM rows WHERE place LIKE ?1 OR text LIKE ?1 ORDER BY n DESC LIMIT "
            "50",
            "%" + word + "%");
    }
    int trigram(const std::string& word) {
        return count("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT 50",
                     "\"" + word + "\"");
    }

private:
    void open(const fs::path& file) {
        if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) {
            throw std::runtime_error("the peer's file cannot be opened");
        }
    }
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(database_));
        }
    }
    void fill() {
        run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE rows(n INTEGER PRIMARY KEY, place TEXT, text TEXT);"
            "CREATE VIRTUAL TABLE words USING fts5(place, text, content = '', "
            "tokenize = 'trigram'); BEGIN");
        for (const char* sql : {"INSERT INTO rows(n, place, text) VALUES(?, ?, ?)",
                                "INSERT INTO words(rowid, place, text) VALUES(?, ?, ?)"}) {
            sqlite3_stmt* insert = nullptr;
            sqlite3_prepare_v2(database_, sql, -1, &insert, nullptr);
            for (uint32_t n = 0; n < kIncidents; ++n) {
                const auto incident = incident_of(kFirst + n, {});
                sqlite3_bind_int64(insert, 1, kFirst + n);
                sqlite3_bind_text(insert, 2, incident.place().c_str(), -1, SQLITE_TRANSIENT);
                sqlite3_bind_text(insert, 3, incident.text().c_str(), -1, SQLITE_TRANSIENT);
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
            sqlite3_finalize(insert);
        }
        run("COMMIT");
    }
    int count(const char* sql, const std::string& argument) {
        sqlite3_stmt* select = nullptr;
        sqlite3_prepare_v2(database_, sql, -1, &select, nullptr);
        sqlite3_bind_text(select, 1, argument.c_str(), -1, SQLITE_TRANSIENT);
        int rows = 0;
        while (sqlite3_step(select) == SQLITE_ROW) ++rows;
        sqlite3_finalize(select);
        return rows;
    }

    sqlite3* database_ = nullptr;
};

template <class Work>
double milliseconds_of(Work work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
        .count();
}

// Pages of the newest, of a week somewhere, and the pages after them.
double list_p99(Client& client, std::mt19937& random) {
    std::vector<double> took;
    const UtcTime newest = SystemClock().now() - hours(24 * 30);
    for (int i = 0; i < 150; ++i) {
        v1::ListIncidentsRequest request;
        request.set_include_closed(true);
        request.set_page_size(i % 3 == 0 ? 200 : 50);
        if (i % 2 == 1) {
            const UtcTime from = newest - hours(random() % (24 * 1000)) - hours(24 * 7);
            *request.mutable_from() = to_proto(from);
            *request.mutable_to() = to_proto(from + hours(24 * 7));
        }
        for (int page = 0; page < 3; ++page) {
            v1::ListIncidentsResponse response;
            took.push_back(milliseconds_of([&] { response = HubRun::must(client.call(request)); }));
            if (response.incidents().empty()) throw std::runtime_error("a list was empty");
            request.set_page_token(response.next_page_token());
            if (response.next_page_token().empty()) break;
        }
    }
    return percentile(took, 99);
}

double show_p99(Client& client, std::mt19937& random) {
    std::vector<double> took;
    for (int i = 0; i < 1'000; ++i) {
        const uint32_t n = kFirst + static_cast<uint32_t>(random() % kIncidents);
        v1::GetIncidentRequest request;
        request.set_id(i % 2 == 0 ? "F" + std::to_string(n) : id_of(n).text());
        v1::GetIncidentResponse response;
        took.push_back(milliseconds_of([&] { response = HubRun::must(client.call(request)); }));
        if (response.incident().id() != id_of(n).text()) throw std::runtime_error("another one");
    }
    return percentile(took, 99);
}

// Two characters, their initials, Latin words, rare ones and such as are in half of all reports,
// several together, none at all.
const std::vector<std::string>& queries() {
    static const std::vector<std::string> all{
        "北站",   "金宏", "bz",     "jh",    "smoke",       "pump",       "zephyr",
        "路",     "起火", "冒烟",   "lc",    "长江路",      "北站 冒烟",  "人民广场 smoke",
        "jhds",   "号",   "F99999", "12345", "金宏 zephyr", "西郊 smoke", "没有这个词",
        "二次元", "qqq",  "楼"};
    return all;
}

double search_p99(Client& client) {
    std::vector<double> took;
    for (int i = 0; i < 20; ++i) {
        for (const auto& words : queries()) {
            v1::SearchIncidentsRequest request;
            request.set_query(words);
            took.push_back(milliseconds_of([&] { HubRun::must(client.call(request)); }));
        }
    }
    return percentile(took, 99);
}

int found(Client& client, const std::string& words) {
    v1::SearchIncidentsRequest request;
    request.set_query(words);
    return HubRun::must(client.call(request)).incidents_size();
}

int run() {
    const fs::path kept = beside_me("").parent_path().parent_path() / "bench-history";
    fs::create_directories(kept);
    fill_journal(kept / "journal.db");
    Peer peer(kept / "peer.db");

    Runs list;
    Runs show;
    Runs search;
    Runs like;
    Runs trigram;
    Runs start;
    Runs resident;
    Runs two_characters;
    Runs initials;
    Runs trigram_found;
    for (int i = 0; i < kRuns; ++i) {
        HubRun hub;
        fs::create_directories(hub.data());
        fs::copy_file(kept / "journal.db", hub.journal());
        start.values.push_back(hub.start());
        hub.log_in();
        const auto client = hub.connect();
        std::mt19937 random(static_cast<uint32_t>(i + 1));
        list.values.push_back(list_p99(*client, random));
        show.values.push_back(show_p99(*client, random));
        search.values.push_back(search_p99(*client));
        two_characters.values.push_back(found(*client, "北站") + found(*client, "金宏"));
        initials.values.push_back(found(*client, "bz") + found(*client, "jh"));
        resident.values.push_back(resident_bytes(hub.pid()) / 1e6);
        std::vector<double> scans;
        std::vector<double> looks;
        for (const auto& words : queries()) {
            scans.push_back(milliseconds_of([&] { peer.like(words); }));
            looks.push_back(milliseconds_of([&] { peer.trigram(words); }));
        }
        like.values.push_back(percentile(scans, 99));
        trigram.values.push_back(percentile(looks, 99));
        trigram_found.values.push_back(peer.trigram("北站") + peer.trigram("金宏"));
        hub.stop();
    }

    Report report("history");
    report.peer("sqlite", sqlite3_libversion());
    report.result("list_p99_ms", list, "ms", "<= 50");
    report.result("show_p99_ms", show, "ms", "<= 50");
    report.result("search_p99_ms", search, "ms", "<= 50");
    report.result("two_characters_found", two_characters, "rows", ">= 100");
    report.result("pinyin_initials_found", initials, "rows", ">= 100");
    report.row("start to ready with them on disk", start, "s");
    report.row("hub's resident memory", resident, "MB");
    report.row("peer: SQLite LIKE '%..%', p99", like, "ms");
    report.row("peer: SQLite FTS5 trigram, p99", trigram, "ms");
    report.row("peer: FTS5 trigram, two characters found", trigram_found, "rows");
    return report.print();
}

}  // namespace
}  // namespace muster::bench

int main() {
    try {
        return muster::bench::run();
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
}
