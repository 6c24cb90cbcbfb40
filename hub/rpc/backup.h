#pragma once

#include <filesystem>

#include "hub/base/strand.h"
#include "hub/journal/backup.h"
#include "hub/rpc/pool.h"
#include "hub/rpc/raw_service.h"
#include "muster/v1/hub_service.pb.h"

namespace muster {

// HubService.Backup: one at a time, on a thread of its own; who does not read for a minute, or may
// no longer, is ended. Lives as long as the hub, longer than its stream. Thread-safe.
class BackupService {
public:
    // `still_valid` is the guard's.
    BackupService(std::filesystem::path data,
                  const Clock& clock,
                  Strand& strand,
                  std::function<Status(const Caller&)> still_valid);
    ~BackupService();

    StreamHandler handler();
    // Ends the one that runs, and refuses others.
    void stop();

private:
    class Stream;

    void gone();

    const std::filesystem::path data_;
    const Clock& clock_;
    Strand& strand_;
    const std::function<Status(const Caller&)> still_valid_;
    std::mutex mutex_;
    std::weak_ptr<Stream> running_;
    bool busy_ = false;
    bool stopping_ = false;
    // Last: its thread ends first.
    Pool pool_{"backup", 1, 4};
};

}  // namespace muster
