// Payloads of a journal that may be damaged or another's: what is read points into the payload, and
// the head is that of the whole.
#include <cstdlib>

#include "hub/journal/change_reader.h"

namespace {

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view payload(reinterpret_cast<const char*>(data), size);
    const auto parts = muster::read_change(payload);
    const auto head = muster::read_change_head(payload);
    if (!parts) return 0;
    if (!head) std::abort();
    for (const auto bytes : parts->upserts) {
        if (!within(bytes, payload)) std::abort();
        muster::key_of_bytes(bytes);
    }
    return 0;
}
