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
Status make_file(const std::filesystem::path& path, const std::string& bytes) {
    const std::filesystem::path half = path.string() + ".new";
    ::unlink(half.c_str());
    const Fd fd{::open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
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

}  // namespace

Result<std::string> open_secret_file(const std::filesystem::path& path,
                                     size_t size,
                                     const std::string& fresh) {
    Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (fd.value < 0) {
        if (errno != ENOENT) return unreadable(path);
        if (const Status made = make_file(path, fresh); !made.ok()) return made;
        return fresh;
    }
    struct stat about {};
    if (::fstat(fd.value, &about) != 0) return unreadable(path);
    if ((about.st_mode & 077) != 0) {
        return refuse(
            absl::StatusCode::kFailedPrecondition,
            "key.open",
            {{"file", path.string()}, {"mode", fmt::format("{:04o}", about.st_mode & 07777)}});
    }
    std::string bytes(size + 1, '\0');
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::read(fd.value, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return unreadable(path);
        if (n == 0) break;
        done += static_cast<size_t>(n);
    }
    if (done != size) {
        return refuse(absl::StatusCode::kDataLoss,
                      "key.damaged",
                      {{"file", path.string()}, {"size", std::to_string(size)}});
    }
    bytes.resize(size);
    return bytes;
}

}  // namespace muster
