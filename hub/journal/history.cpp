#include "hub/journal/history.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "hub/desk/memory.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/schema.h"
#include "hub/journal/sqlite.h"

namespace muster {
namespace {

constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
constexpr int kBusyMs = 2'000;

int64_t micros(UtcTime time) {
    return time.time_since_epoch().count();
}

// Kinds of which most entities that ever were are archived by now and none is removed: for a past
// picture they are looked for among what is there and what was archived since. Of other kinds few
// ever were, and all are looked at.
bool is_archived_kind(v1::EntityKind kind) {
    switch (kind) {
        case v1::ENTITY_KIND_INCIDENT:
        case v1::ENTITY_KIND_RESPONSE:
        case v1::ENTITY_KIND_ORDER:
        case v1::ENTITY_KIND_LOG_LINE:
        case v1::ENTITY_KIND_FIGURE:
        case v1::ENTITY_KIND_ESCALATION:
        case v1::ENTITY_KIND_ROOM:
            return true;
        default:
            return false;
    }
}

constexpr char kLastTouched[] =
    "(SELECT max(t.sequence) FROM touched t WHERE t.kind = e.kind AND t.id = e.id AND "
    "t.sequence <= ?)";

}  // namespace

// A connection with its statements, each made at first use. Used by one thread at a time.
class History::Connection {
public:
    Status open(const std::string& file) {
        file_ = file;
        const int code = database_.open(file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
        if (code != SQLITE_OK) return failed(code);
        sqlite3_busy_timeout(database_.handle(), kBusyMs);
        return {};
    }

    Result<sqlite::Statement*> prepare(const std::string& sql) {
        auto& statement = statements_[sql];
        if (statement == nullptr) {
            auto fresh = std::make_unique<sqlite::Statement>();
            if (const int code = database_.prepare(sql.c_str(), *fresh); code != SQLITE_OK) {
                statements_.erase(sql);
                return failed(code);
            }
            statement = std::move(fresh);
        }
        return statement.get();
    }

    // Runs a bound statement to its end.
    template <class Visit>
    Status rows(sqlite::Statement& statement, Visit visit) {
        int code = statement.step();
        Status status;
        for (; code == SQLITE_ROW && status.ok(); code = statement.step()) status = visit();
        statement.reset();
        if (!status.ok()) return status;
        return code == SQLITE_DONE ? Status() : failed(code);
    }

    // Column 0 of each row is an entity.
    Result<std::vector<EntityPtr>> entities(sqlite::Statement& statement) {
        std::vector<EntityPtr> found;
        MUSTER_TRY(rows(statement, [&]() -> Status {
            auto entity = parse_entity(statement.bytes(0));
            if (entity == nullptr) return damaged(file_, "an archived entity cannot be read");
            found.push_back(std::move(entity));
            return {};
        }));
        return found;
    }

    Status run(const char* sql) {
        const int code = database_.run(sql);
        return code == SQLITE_OK ? Status() : failed(code);
    }

private:
    Status failed(int code) const {
        return sqlite_status(database_, code, file_, "journal.cannot_open");
    }

    std::string file_;
    sqlite::Database database_;
    std::map<std::string, std::unique_ptr<sqlite::Statement>> statements_;
};

// Borrows a connection for as long as it lives.
class History::Lease {
public:
    Lease(const History& history, std::unique_ptr<Connection> connection)
        : history_(&history), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    ~Lease() {
        if (connection_ == nullptr) return;
        {
            const std::lock_guard lock(history_->mutex_);
            history_->idle_.push_back(std::move(connection_));
        }
        history_->free_.notify_one();
    }
    Connection* operator->() const { return connection_.get(); }

private:
    const History* history_;
    std::unique_ptr<Connection> connection_;
};

History::History(std::string file) : file_(std::move(file)) {}
History::~History() = default;

Result<History::Lease> History::lease() const {
    {
        std::unique_lock lock(mutex_);
        free_.wait(lock, [this] { return !idle_.empty() || made_ < kConnections; });
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return Lease(*this, std::move(connection));
        }
        ++made_;
    }
    auto connection = std::make_unique<Connection>();
    if (const Status status = connection->open(file_); !status.ok()) {
        {
            const std::lock_guard lock(mutex_);
            --made_;
        }
        free_.notify_one();
        return status;
    }
    return Lease(*this, std::move(connection));
}

Result<EntityPtr> History::find(const EntityKey& key) const {
    MUSTER_ASSIGN(auto connection, lease());
    MUSTER_ASSIGN(auto* select,
                  connection->prepare("SELECT bytes FROM archive WHERE kind = ? AND id = ?"));
    select->bind(1, key.kind).bind_blob(2, id_bytes(key.id));
    MUSTER_ASSIGN(const auto found, connection->entities(*select));
    return found.empty() ? EntityPtr() : found.front();
}

Result<EntityPtr> History::find_incident(std::string_view number) const {
    const uint32_t running = running_number(number);
    if (running == 0) return EntityPtr();
    MUSTER_ASSIGN(auto connection, lease());
    MUSTER_ASSIGN(auto* select, connection->prepare("SELECT bytes FROM archive WHERE number = ?"));
    select->bind(1, running);
    MUSTER_ASSIGN(const auto found, connection->entities(*select));
    for (const auto& entity : found) {
        const std::string& called = entity->message.incident().number();
        if (!called.empty() && (called.front() | 0x20) == (number.front() | 0x20)) return entity;
    }
    return EntityPtr();
}

Result<std::vector<EntityPtr>> History::owned_by(v1::EntityKind kind,
                                                 const Uuid& owner,
                                                 size_t limit) const {
    MUSTER_ASSIGN(auto connection, lease());
    MUSTER_ASSIGN(
        auto* select,
        connection->prepare(
            "SELECT bytes FROM archive WHERE kind = ? AND owner = ? ORDER BY made LIMIT ?"));
    select->bind(1, kind).bind_blob(2, id_bytes(owner)).bind(3, static_cast<int64_t>(limit));
    return connection->entities(*select);
}

Result<std::vector<EntityPtr>> History::newest(v1::EntityKind kind, const Page& page) const {
    MUSTER_ASSIGN(auto connection, lease());
    // Walks archive_by_time backward; only reports of one microsecond are sorted.
    MUSTER_ASSIGN(auto* select,
                  connection->prepare(
                      "SELECT bytes FROM archive WHERE kind = ?1 AND at_us <= ?2 AND at_us >= ?3 "
                      "AND (at_us < ?2 OR id > ?4) ORDER BY at_us DESC, id LIMIT ?5"));
    int64_t latest = page.to ? micros(*page.to) - 1 : kEnd;
    // Less than every id.
    std::string after_id;
    if (page.after && micros(page.after->first) <= latest) {
        latest = micros(page.after->first);
        after_id = id_bytes(page.after->second);
    }
    select->bind(1, kind)
        .bind(2, latest)
        .bind(3, page.from ? micros(*page.from) : -kEnd)
        .bind_blob(4, after_id)
        .bind(5, static_cast<int64_t>(page.limit));
    return connection->entities(*select);
}

Result<std::vector<EntityPtr>> History::search(const SearchQuery& query,
                                               uint32_t below,
                                               size_t limit) const {
    MUSTER_ASSIGN(auto connection, lease());
    MUSTER_ASSIGN(auto* match,
                  connection->prepare("SELECT rowid FROM incident_words WHERE incident_words MATCH "
                                      "? AND rowid < ? ORDER BY rowid DESC LIMIT ?"));
    const std::string expression = query.match_expression();
    match->bind_text(1, expression).bind(2, below).bind(3, static_cast<int64_t>(limit));
    std::vector<int64_t> numbers;
    MUSTER_TRY(connection->rows(*match, [&]() -> Status {
        numbers.push_back(match->integer(0));
        return {};
    }));
    MUSTER_ASSIGN(auto* select, connection->prepare("SELECT bytes FROM archive WHERE number = ?"));
    std::vector<EntityPtr> found;
    for (const int64_t number : numbers) {
        select->bind(1, number);
        MUSTER_ASSIGN(const auto entities, connection->entities(*select));
        found.insert(found.end(), entities.begin(), entities.end());
    }
    return found;
}

Result<History::Moment> History::moment(UtcTime at) const {
    MUSTER_ASSIGN(auto connection, lease());
    Moment moment;
    MUSTER_ASSIGN(auto* first,
                  connection->prepare("SELECT at_us FROM changes ORDER BY sequence LIMIT 1"));
    MUSTER_TRY(connection->rows(*first, [&]() -> Status {
        moment.began = UtcTime(std::chrono::microseconds(first->integer(0)));
        return {};
    }));
    // After a clock was set back a moment happened twice; this is one of them.
    MUSTER_ASSIGN(auto* last,
                  connection->prepare("SELECT sequence FROM changes WHERE at_us <= ? "
                                      "ORDER BY at_us DESC, sequence DESC LIMIT 1"));
    last->bind(1, micros(at));
    MUSTER_TRY(connection->rows(*last, [&]() -> Status {
        moment.sequence = static_cast<uint64_t>(last->integer(0));
        return {};
    }));
    return moment;
}

namespace {

// The first row of the archive that was moved there after a sequence: rows are in the order of
// archiving, and the last change that touched an archived entity is the one that archived it, or
// erased something of it later.
template <class Connection>
Result<int64_t> first_archived_after(Connection& connection, uint64_t sequence) {
    MUSTER_ASSIGN(auto* last, connection->prepare("SELECT ifnull(max(row), 0) FROM archive"));
    int64_t high = 0;
    MUSTER_TRY(connection->rows(*last, [&]() -> Status {
        high = last->integer(0) + 1;
        return {};
    }));
    MUSTER_ASSIGN(auto* probe,
                  connection->prepare(
                      "SELECT e.row, (SELECT max(t.sequence) FROM touched t WHERE t.kind = e.kind "
                      "AND t.id = e.id) FROM archive e WHERE e.row >= ? ORDER BY e.row LIMIT 1"));
    int64_t low = 0;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        // An erased row is no longer there: the next one stands for it.
        int64_t row = high;
        bool after = true;
        probe->bind(1, middle);
        MUSTER_TRY(connection->rows(*probe, [&]() -> Status {
            row = probe->integer(0);
            after = static_cast<uint64_t>(probe->integer(1)) > sequence;
            return {};
        }));
        if (after) {
            high = middle;
        } else {
            low = row + 1;
        }
    }
    return low;
}

// What an entity was after a change whose payload was erased since, because of something else in
// it; empty for what that change took away, or of which nothing is left. Within one transaction.
template <class Connection>
Result<std::string> state_after_erased(Connection& connection,
                                       const EntityKey& key,
                                       int64_t sequence) {
    std::string bytes;
    int64_t found = -1;
    const auto read = [&](sqlite::Statement& row) -> Status {
        found = row.integer(0);
        bytes = row.bytes(1);
        return {};
    };
    MUSTER_ASSIGN(auto* later,
                  connection->prepare("SELECT sequence, '' FROM touched WHERE kind = ? AND id = ? "
                                      "AND sequence > ? LIMIT 1"));
    later->bind(1, key.kind).bind_blob(2, id_bytes(key.id)).bind(3, sequence);
    MUSTER_TRY(connection->rows(*later, [&] { return read(*later); }));
    const bool is_last = found < 0;
    MUSTER_ASSIGN(
        auto* kept,
        connection->prepare("SELECT sequence, bytes FROM entities WHERE kind = ?1 AND id = ?2 AND "
                            "sequence = ?3 UNION ALL SELECT sequence, bytes FROM archive WHERE "
                            "NOT ?4 AND kind = ?1 AND id = ?2 AND sequence = ?3"));
    // One that no later change touched and that is in the archive was moved there by this one.
    kept->bind(1, key.kind).bind_blob(2, id_bytes(key.id)).bind(3, sequence).bind(4, is_last);
    found = -1;
    MUSTER_TRY(connection->rows(*kept, [&] { return read(*kept); }));
    if (found >= 0 || is_last) return found >= 0 ? bytes : std::string();
    MUSTER_ASSIGN(
        auto* before,
        connection->prepare("SELECT c.sequence, c.payload FROM touched t JOIN changes c "
                            "USING(sequence) WHERE t.kind = ? AND t.id = ? AND t.sequence < ? AND "
                            "c.payload IS NOT NULL ORDER BY t.sequence DESC LIMIT 1"));
    before->bind(1, key.kind).bind_blob(2, id_bytes(key.id)).bind(3, sequence);
    MUSTER_TRY(connection->rows(*before, [&] { return read(*before); }));
    if (found < 0) return std::string();
    const auto parts = read_change(bytes);
    if (!parts) return std::string();
    std::string state;
    for (const auto upsert : parts->upserts) {
        if (key_of_bytes(upsert) == key) state = upsert;
    }
    return state;
}

}  // namespace

Result<std::vector<History::Written>> History::written(const std::vector<v1::EntityKind>& kinds,
                                                       uint64_t sequence) const {
    MUSTER_ASSIGN(auto connection, lease());
    const auto upto = static_cast<int64_t>(sequence);
    const int64_t made_before = made_of(sequence + 1, 0);
    MUSTER_ASSIGN(auto* present,
                  connection->prepare(std::string("SELECT e.kind, e.id, ") + kLastTouched +
                                      " FROM entities e WHERE e.kind = ? AND e.made < ?"));
    MUSTER_ASSIGN(auto* archived,
                  connection->prepare(std::string("SELECT e.kind, e.id, ") + kLastTouched +
                                      " FROM archive e WHERE e.row >= ? AND e.made < ?"));
    MUSTER_ASSIGN(auto* touched,
                  connection->prepare("SELECT kind, id, max(sequence) FROM touched WHERE kind = ? "
                                      "AND sequence <= ? GROUP BY id"));
    std::vector<Written> found;
    const auto take = [&found, &kinds](sqlite::Statement& row) -> Status {
        const auto kind = static_cast<v1::EntityKind>(row.integer(0));
        if (row.is_null(2) || std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return {};
        found.push_back({{kind, id_of_bytes(row.bytes(1))}, static_cast<uint64_t>(row.integer(2))});
        return {};
    };
    const auto look = [&]() -> Status {
        bool archive = false;
        for (const auto kind : kinds) {
            archive = archive || is_archived_kind(kind);
            auto* statement = is_archived_kind(kind) ? present : touched;
            if (is_archived_kind(kind)) {
                present->bind(1, upto).bind(2, kind).bind(3, made_before);
            } else {
                touched->bind(1, kind).bind(2, upto);
            }
            MUSTER_TRY(connection->rows(*statement, [&] { return take(*statement); }));
        }
        if (!archive) return {};
        MUSTER_ASSIGN(const int64_t from, first_archived_after(connection, sequence));
        archived->bind(1, upto).bind(2, from).bind(3, made_before);
        return connection->rows(*archived, [&]() -> Status {
            if (!is_archived_kind(static_cast<v1::EntityKind>(archived->integer(0)))) return {};
            return take(*archived);
        });
    };
    // What is archived meanwhile must be seen in one of the two tables.
    MUSTER_TRY(connection->run("BEGIN"));
    const Status status = look();
    MUSTER_TRY(connection->run("ROLLBACK"));
    MUSTER_TRY(status);
    return found;
}

Result<std::vector<EntityPtr>> History::states(std::vector<Written> written) const {
    MUSTER_ASSIGN(auto connection, lease());
    MUSTER_ASSIGN(auto* select,
                  connection->prepare("SELECT payload FROM changes WHERE sequence = ?"));
    std::sort(written.begin(), written.end(), [](const Written& a, const Written& b) {
        return a.sequence < b.sequence;
    });
    std::vector<EntityPtr> found;
    for (auto first = written.begin(); first != written.end();) {
        const auto end = std::find_if(first, written.end(), [first](const Written& other) {
            return other.sequence != first->sequence;
        });
        std::string payload;
        bool erased = false;
        select->bind(1, static_cast<int64_t>(first->sequence));
        MUSTER_TRY(connection->rows(*select, [&]() -> Status {
            erased = select->is_null(0);
            payload = select->bytes(0);
            return {};
        }));
        if (erased) {
            MUSTER_TRY(connection->run("BEGIN"));
            Status status;
            for (; first != end && status.ok(); ++first) {
                const auto bytes = state_after_erased(
                    connection, first->key, static_cast<int64_t>(first->sequence));
                status = bytes.status();
                if (!bytes.ok() || bytes->empty()) continue;
                auto entity = parse_entity(*bytes);
                if (entity == nullptr) {
                    status = damaged(file_, "an entity cannot be read");
                } else {
                    found.push_back(std::move(entity));
                }
            }
            MUSTER_TRY(connection->run("ROLLBACK"));
            MUSTER_TRY(status);
            continue;
        }
        const auto parts = read_change(payload);
        if (!parts) return damaged(file_, "a change cannot be read");
        std::unordered_map<EntityKey, std::string_view> wrote;
        for (const auto bytes : parts->upserts) wrote[key_of_bytes(bytes)] = bytes;
        for (const auto* gone : {&parts->removals, &parts->archived, &parts->erased}) {
            for (const auto& key : *gone) wrote.erase(key);
        }
        for (; first != end; ++first) {
            const auto at = wrote.find(first->key);
            if (at == wrote.end()) continue;
            auto entity = parse_entity(std::string(at->second));
            if (entity == nullptr) return damaged(file_, "an entity of a change cannot be read");
            found.push_back(std::move(entity));
        }
    }
    return found;
}

}  // namespace muster
