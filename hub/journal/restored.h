#pragma once

#include <string>

#include "hub/base/result.h"

namespace muster {

// Makes a journal that was unpacked from a backup a journal of its own, before any hub starts on
// it. It gets a new id (the former one stays in `meta` as restored_from): what clients hold of the
// time after the backup is another story, and by its sequence alone it could not be told from this
// one. And every log-in ends, by a change of its own: what was revoked after the backup stays
// revoked. Codes: those of SqliteJournal::open and append.
Status begin_restored_journal(const std::string& file);

}  // namespace muster
