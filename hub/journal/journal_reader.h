#pragma once

#include <mutex>
#include <string>

#include "hub/desk/journal_port.h"
#include "hub/journal/sqlite.h"

namespace muster {

// Reads the journal beside the desk, on connections of its own: never the desk's strand, never a
// lock that the desk waits for. Thread-safe; lives as long as the hub.
class JournalReader final : public AuditPort {
public:
    // The file need not exist before the first call.
    explicit JournalReader(std::string file) : file_(std::move(file)) {}

    Result<v1::VerifyJournalResponse> verify() override;
    Result<v1::ListChangesResponse> list_changes(uint32_t page_size,
                                                 std::string_view page_token) override;

private:
    Status connect();

    const std::string file_;
    std::mutex mutex_;
    bool connected_ = false;
    sqlite::Database database_;
    sqlite::Statement page_;
};

}  // namespace muster
