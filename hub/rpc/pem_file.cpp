#include "hub/rpc/pem_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hub/base/error.h"

namespace muster {
namespace {

// Both texts are written by one call, over the former ones to their end.
constexpr size_t kBytes = 64 << 10;

Status failed() {
    return refuse(absl::StatusCode::kUnavailable,
                  "key.unreadable",
                  {{"file", "memfd"}, {"what", std::strerror(errno)}});
}

}  // namespace

Result<std::unique_ptr<PemFile>> PemFile::make() {
    const int fd = ::memfd_create("muster-certificate", MFD_CLOEXEC);
    if (fd < 0) return failed();
    return std::unique_ptr<PemFile>(new PemFile(fd));
}

PemFile::~PemFile() {
    ::close(fd_);
}

Status PemFile::write(const std::string& certificate_pem, const std::string& key_pem) {
    std::string text = certificate_pem + "\n" + key_pem + "\n";
    text.resize(std::max(text.size(), kBytes), '\n');
    const ssize_t written = ::pwrite(fd_, text.data(), text.size(), 0);
    const auto size = static_cast<off_t>(text.size());
    if (written != size || ::ftruncate(fd_, size) != 0) return failed();
    return {};
}

std::string PemFile::path() const {
    return "/proc/self/fd/" + std::to_string(fd_);
}

}  // namespace muster
