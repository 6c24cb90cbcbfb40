#pragma once

#include <filesystem>
#include <memory>

#include "clients/cpp/client.h"
#include "tests/support/process.h"

namespace muster::bench {

// The muster-hub beside this binary, on a data folder that is gone with it.
class BenchHub {
public:
    BenchHub();
    ~BenchHub();
    BenchHub(const BenchHub&) = delete;
    BenchHub& operator=(const BenchHub&) = delete;

    std::unique_ptr<Client> log_in() const;

private:
    std::filesystem::path folder_;
    int port_ = free_port();
    std::unique_ptr<Process> process_;
    std::string token_;
};

}  // namespace muster::bench
