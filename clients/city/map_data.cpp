#include "clients/city/street_map.h"

// The assembler puts the file's bytes here, so that the program needs no file beside it.
__asm__(
    ".pushsection .rodata,\"a\"\n"
    ".global muster_city_map_begin\n"
    ".global muster_city_map_end\n"
    "muster_city_map_begin:\n"
    ".incbin \"" MUSTER_CITY_MAP
    "\"\n"
    "muster_city_map_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char muster_city_map_begin[];
extern const char muster_city_map_end[];
}

namespace muster {

std::string_view city_map_json() {
    return {muster_city_map_begin,
            static_cast<size_t>(muster_city_map_end - muster_city_map_begin)};
}

}  // namespace muster
