// base: what every folder may use. Result and errors, ids, clock, strand, log, catalogue. Knows no
// entity and no socket.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace muster {

// An expected outcome: a value, or a status made by refuse() (error.h). Exceptions are for the
// impossible only.
using Status = absl::Status;
template <class T>
using Result = absl::StatusOr<T>;

}  // namespace muster

// Leaves the enclosing function with the status unless it is ok.
#define MUSTER_TRY(expression)                                        \
    do {                                                              \
        if (::muster::Status status_ = (expression); !status_.ok()) { \
            return status_;                                           \
        }                                                             \
    } while (false)

// Declares or assigns `target` from a Result, or leaves the enclosing function with its status.
#define MUSTER_ASSIGN(target, expression) \
    MUSTER_ASSIGN_IMPL_(MUSTER_JOIN_(result_, __LINE__), target, expression)
#define MUSTER_ASSIGN_IMPL_(temporary, target, expression) \
    auto temporary = (expression);                         \
    if (!temporary.ok()) {                                 \
        return std::move(temporary).status();              \
    }                                                      \
    target = *std::move(temporary)
#define MUSTER_JOIN_(a, b) MUSTER_JOIN_AGAIN_(a, b)
#define MUSTER_JOIN_AGAIN_(a, b) a##b
