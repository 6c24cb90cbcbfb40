#include "clients/cpp/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;

Status file_error(const char* code, const std::filesystem::path& path, const std::string& what) {
    return refuse(
        absl::StatusCode::kInvalidArgument, code, {{"file", path.string()}, {"what", what}});
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<size_t>(written));
    }
    return ::fsync(fd) == 0;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return file_error("cli.file_unreadable", path, std::strerror(errno));
    std::string content(kMaxFileBytes + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad()) return file_error("cli.file_unreadable", path, std::strerror(errno));
    content.resize(static_cast<size_t>(file.gcount()));
    if (content.size() > kMaxFileBytes) {
        return file_error("cli.file_unreadable", path, "larger than 1 MiB");
    }
    return content;
}

Status write_private_file(const std::filesystem::path& path, std::string_view content) {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::string draft = path.string() + ".XXXXXX";
    // Mode 0600 from the start.
    const int fd = ::mkstemp(draft.data());
    if (fd < 0) return file_error("cli.file_unwritable", path, std::strerror(errno));
    const bool written = write_all(fd, content);
    const int why = errno;
    ::close(fd);
    if (!written || ::rename(draft.c_str(), path.c_str()) != 0) {
        const int reason = written ? errno : why;
        ::unlink(draft.c_str());
        return file_error("cli.file_unwritable", path, std::strerror(reason));
    }
    return absl::OkStatus();
}

}  // namespace muster
