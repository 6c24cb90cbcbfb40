#pragma once

#include <memory>
#include <string>

#include "hub/base/result.h"

namespace muster {

// A certificate and its key as a file that only this process can open and that is on no disk: gRPC
// 1.51 takes certificates that change while it runs from files alone.
class PemFile {
public:
    // Codes: unavailable (key.unreadable).
    static Result<std::unique_ptr<PemFile>> make();
    ~PemFile();
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;

    Status write(const std::string& certificate_pem, const std::string& key_pem);
    // Holds both; valid as long as this lives.
    std::string path() const;

private:
    explicit PemFile(int fd) : fd_(fd) {}

    const int fd_;
};

}  // namespace muster
