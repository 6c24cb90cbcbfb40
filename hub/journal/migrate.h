#pragma once

#include <string>

#include "hub/base/clock.h"
#include "hub/base/lever.h"
#include "hub/base/result.h"
#include "hub/journal/sqlite.h"

namespace muster {

// Where the copy of a journal goes before it is migrated: "journal.db.before-2".
std::string backup_before_migration(const std::string& file);

// Brings a journal of format 1 to this release's: verifies it, copies it beside itself, rewrites it
// in one transaction. A kill at any point leaves a journal of the one format or the other. Under
// the file's lock, before anybody else has it open. Codes: data_loss journal.damaged (nothing was
// touched); unavailable journal.cannot_open (no room, say; the old journal is as it was).
Status migrate_journal(sqlite::Database& database,
                       const std::string& file,
                       const Clock& clock,
                       const Lever& lever);

}  // namespace muster
