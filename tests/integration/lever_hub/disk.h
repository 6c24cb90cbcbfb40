#pragma once

#include <functional>
#include <string_view>

namespace muster {

// Called at what SQLite does to its files: "wal.write", "wal.half" (half of the bytes are written),
// "wal.sync", "wal.synced", "wal.truncate", and the same with "db". True: the disk refuses.
using DiskLever = std::function<bool(std::string_view point)>;

// Puts a lever between SQLite and the disk, for every database that is opened from now on. Once a
// process, before the first is opened.
void put_disk_lever(DiskLever lever);

}  // namespace muster
