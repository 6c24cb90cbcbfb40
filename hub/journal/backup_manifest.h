// What a backup says about itself, as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

inline constexpr char kBackupHead[] = "muster-backup.json";
inline constexpr char kBackupManifest[] = "manifest.json";
// Of each of the two.
inline constexpr size_t kMaxManifestBytes = 1024 * 1024;

struct BackupHead {
    int format = 0;
    std::string build;
    std::string made_at;
};

struct ManifestFile {
    std::string name;
    uint64_t size = 0;
    // 64 lower-case hexadecimal digits.
    std::string sha256;
};
using Manifest = std::vector<ManifestFile>;

std::string head_json(const BackupHead& head);
std::string manifest_json(const Manifest& manifest);
// Nothing for bytes that are none.
std::optional<BackupHead> read_head_json(std::string_view text);
std::optional<Manifest> read_manifest_json(std::string_view text);

// A name that restore() writes: one of our own files, at most one folder deep, no way out of the
// folder.
bool is_backup_name(std::string_view name);

}  // namespace muster
