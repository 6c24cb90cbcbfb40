#include "hub/journal/restored.h"

#include <future>

#include "hub/base/clock.h"
#include "hub/base/strand.h"
#include "hub/desk/desk.h"
#include "hub/desk/persons.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/sqlite.h"
#include "hub/journal/sqlite_journal.h"

namespace muster {
namespace {

Status give_new_id(const std::string& file) {
    sqlite::Database database;
    int code = database.open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
    if (code == SQLITE_OK) {
        code = database.run(
            "BEGIN IMMEDIATE; "
            "INSERT OR REPLACE INTO meta(key, value) "
            "SELECT 'restored_from', value FROM meta WHERE key = 'journal_id'");
    }
    sqlite::Statement update;
    if (code == SQLITE_OK) {
        code = database.prepare("UPDATE meta SET value = ? WHERE key = 'journal_id'", update);
    }
    const Uuid id = Uuid::make();
    if (code == SQLITE_OK) {
        const std::string_view bytes(reinterpret_cast<const char*>(id.bytes.data()),
                                     id.bytes.size());
        code = update.bind_blob(1, bytes).run();
    }
    if (code == SQLITE_DONE) code = database.run("COMMIT");
    if (code == SQLITE_OK) return {};
    return sqlite_status(database, code, file, "journal.cannot_open");
}

Status end_log_ins(const std::string& file) {
    const SystemClock clock;
    MUSTER_ASSIGN(const auto journal, SqliteJournal::open(file, clock));
    ThreadStrand strand("restore");
    Desk desk(strand, *journal, clock);
    MUSTER_TRY(desk.start(nullptr));
    Act act;
    act.method = "restore";
    act.actor.role = v1::ROLE_ADMIN;
    act.decide = [](Draft& draft, const Context& context) -> Result<std::string> {
        for (const auto& person : draft.all(v1::ENTITY_KIND_PERSON)) {
            revoke_sessions(draft, context, person->key.id.text());
        }
        return std::string();
    };
    std::promise<Status> ended;
    desk.submit(std::move(act),
                [&ended](const Result<std::string>& reply) { ended.set_value(reply.status()); });
    const Status status = ended.get_future().get();
    strand.stop();
    return status;
}

}  // namespace

Status begin_restored_journal(const std::string& file) {
    MUSTER_TRY(give_new_id(file));
    return end_log_ins(file);
}

}  // namespace muster
