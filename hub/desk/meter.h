#pragma once

#include <mutex>
#include <optional>

#include "hub/base/error.h"
#include "hub/base/latency.h"

namespace muster {

// How the desk does, measured where it works: from request to answer, and the journal's part of
// it. Lives in the desk. Thread-safe.
class DeskMeter {
public:
    explicit DeskMeter(const Clock& clock) : answers(clock), appends(clock), clock_(clock) {}

    // From submit() to the reply, which comes when all is durable.
    Latency answers;
    // One append: what the disk takes for a group of changes.
    Latency appends;

    struct Trouble {
        v1::Reason reason;
        UtcTime since;
    };

    // How the last append ended.
    void journal(const Status& status) {
        const std::lock_guard lock(mutex_);
        if (status.ok()) {
            trouble_.reset();
            return;
        }
        ++failures_;
        const auto detail = detail_of(status);
        v1::Reason reason =
            detail ? detail->reason()
                   : make_reason("journal.unavailable", {{"what", std::string(status.message())}});
        const UtcTime since = trouble_ ? trouble_->since : clock_.now();
        trouble_ = Trouble{std::move(reason), since};
    }
    // Nothing while the journal can be written.
    std::optional<Trouble> journal_trouble() const {
        const std::lock_guard lock(mutex_);
        return trouble_;
    }
    uint64_t journal_failures() const {
        const std::lock_guard lock(mutex_);
        return failures_;
    }

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::optional<Trouble> trouble_;
    uint64_t failures_ = 0;
};

}  // namespace muster
