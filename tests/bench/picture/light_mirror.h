#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace muster::bench {

// A copy of the live lane that keeps versions alone, by unit, and reads frames without protobuf: a
// thousand of them must cost little beside the server that is measured.
class LightMirror {
public:
    // Returns how many entity updates the frame had.
    uint32_t apply(std::string_view frame);
    // Of the last heartbeat: whether it had this copy's count and digest.
    bool was_checked() const { return checked_; }
    bool holds() const { return holds_; }

private:
    void put(std::string_view live);
    void remove(std::string_view removal);
    void check(std::string_view heartbeat);

    // By unit; 0 for one that is not there.
    std::vector<uint32_t> versions_;
    bool checked_ = false;
    bool holds_ = false;
};

}  // namespace muster::bench
