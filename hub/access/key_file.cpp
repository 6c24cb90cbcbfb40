#include "hub/access/key_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "hub/base/error.h"

namespace muster {
namespace {

struct Fd {
    int value = -1;
    ~Fd() {
        if (value >= 0) ::close(value);
    }
};

Status unreadable(const std::filesystem::path& path) {
    return refuse(absl::StatusCode::kUnavailable,
                  "key.unreadable",
                  {{"file", path.string()}, {"what", std::strerror(errno)}});
}

// A name that appears in the folder is on disk only once the folder is.
bool sync_folder(const std::filesystem::path& folder) {
    const Fd fd{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return fd.value >= 0 && ::fsync(fd.value) == 0;
}

// Under another name first, so that a crash leaves no half key behind.
Status make_file(const std::filesystem::path& path, const std::string& bytes, unsigned mode) {
    const std::filesystem::path half = path.string() + ".new";
    ::unlink(half.c_str());
    const Fd fd{::open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
    if (fd.value < 0) return unreadable(path);
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::write(fd.value, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return unreadable(path);
        done += static_cast<size_t>(n);
    }
    if (::fsync(fd.value) != 0 || ::rename(half.c_str(), path.c_str()) != 0 ||
        !sync_folder(path.parent_path())) {
        return unreadable(path);
    }
    return {};
}

Status check_mode(int fd, const std::filesystem::path& path) {
    struct stat about {};
    if (::fstat(fd, &about) != 0) return unreadable(path);
    if ((about.st_mode & 077) == 0) return {};
    return refuse(
        absl::StatusCode::kFailedPrecondition,
        "key.open",
        {{"file", path.string()}, {"mode", fmt::format("{:04o}", about.st_mode & 07777)}});
}

// At most `max` bytes and one more.
Result<std::string> read_all(int fd, const std::filesystem::path& path, size_t max) {
    std::string bytes(max + 1, '\0');
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::read(fd, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return unreadable(path);
        if (n == 0) break;
        done += static_cast<size_t>(n);
    }
    bytes.resize(done);
    return bytes;
}

Result<std::string> read_bounded(int fd, const std::filesystem::path& path, size_t max) {
    MUSTER_ASSIGN(std::string text, read_all(fd, path, max));
    if (text.size() <= max) return text;
    errno = EFBIG;
    return unreadable(path);
}

}  // namespace

Result<std::optional<std::string>> read_secret_text(const std::filesystem::path& path, size_t max) {
    const Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (fd.value < 0) {
        if (errno == ENOENT) return std::optional<std::string>();
        return unreadable(path);
    }
    MUSTER_TRY(check_mode(fd.value, path));
    MUSTER_ASSIGN(std::string text, read_bounded(fd.value, path, max));
    return std::optional(std::move(text));
}

Result<std::string> read_text(const std::filesystem::path& path, size_t max) {
    const Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (fd.value < 0) return unreadable(path);
    return read_bounded(fd.value, path, max);
}

Status write_durably(const std::filesystem::path& path, const std::string& bytes, unsigned mode) {
    return make_file(path, bytes, mode);
}

Result<std::string> open_secret_file(const std::filesystem::path& path,
                                     size_t size,
                                     const std::string& fresh) {
    Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (fd.value < 0) {
        if (errno != ENOENT) return unreadable(path);
        if (const Status made = make_file(path, fresh, 0600); !made.ok()) return made;
        return fresh;
    }
    MUSTER_TRY(check_mode(fd.value, path));
    MUSTER_ASSIGN(std::string bytes, read_all(fd.value, path, size));
    if (bytes.size() != size) {
        return refuse(absl::StatusCode::kDataLoss,
                      "key.damaged",
                      {{"file", path.string()}, {"size", std::to_string(size)}});
    }
    return bytes;
}

}  // namespace muster
