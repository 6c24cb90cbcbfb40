#include "tests/integration/lever_hub/disk.h"

#include <string>

#include <sqlite3.h>

namespace muster {
namespace {

// https://www.sqlite.org/vfs.html: a file of ours is this, with the real one's behind it.
struct File {
    sqlite3_file base;
    // "wal.", "db."; empty for anything else.
    const char* kind;
    sqlite3_file* real;
};

DiskLever& lever() {
    static DiskLever set;
    return set;
}

sqlite3_vfs* real_vfs() {
    static sqlite3_vfs* const found = sqlite3_vfs_find("unix");
    return found;
}

File* ours(sqlite3_file* file) {
    return reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
    return ours(file)->real;
}

bool refuses(const File& file, const char* what) {
    return file.kind[0] != '\0' && lever()(std::string(file.kind) + what);
}

int close_file(sqlite3_file* file) {
    return real(file)->pMethods->xClose(real(file));
}
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), to, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    if (refuses(*ours(file), "write")) return SQLITE_IOERR_WRITE;
    const int half = size / 2;
    int code = real(file)->pMethods->xWrite(real(file), from, half, at);
    if (code != SQLITE_OK) return code;
    if (refuses(*ours(file), "half")) return SQLITE_IOERR_WRITE;
    const char* rest = static_cast<const char*>(from) + half;
    return real(file)->pMethods->xWrite(real(file), rest, size - half, at + half);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (refuses(*ours(file), "truncate")) return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
    if (refuses(*ours(file), "sync")) return SQLITE_IOERR_FSYNC;
    const int code = real(file)->pMethods->xSync(real(file), flags);
    refuses(*ours(file), "synced");
    return code;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int check_lock(sqlite3_file* file, int* out) {
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int op, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), op, argument);
}
int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, to);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods kMethods{2,
                                  close_file,
                                  read,
                                  write,
                                  truncate,
                                  sync,
                                  file_size,
                                  lock,
                                  unlock,
                                  check_lock,
                                  control,
                                  sector_size,
                                  characteristics,
                                  shm_map,
                                  shm_lock,
                                  shm_barrier,
                                  shm_unmap,
                                  nullptr,
                                  nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    File* const mine = ours(file);
    mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
    mine->kind = (flags & SQLITE_OPEN_WAL) != 0       ? "wal."
                 : (flags & SQLITE_OPEN_MAIN_DB) != 0 ? "db."
                                                      : "";
    const int code = real_vfs()->xOpen(real_vfs(), name, mine->real, flags, out_flags);
    mine->base.pMethods = mine->real->pMethods == nullptr ? nullptr : &kMethods;
    return code;
}

}  // namespace

void put_disk_lever(DiskLever set) {
    lever() = std::move(set);
    static sqlite3_vfs vfs = *real_vfs();
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs()->szOsFile;
    vfs.pNext = nullptr;
    vfs.zName = "lever";
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 1);
}

}  // namespace muster
