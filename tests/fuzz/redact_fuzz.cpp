// The log: whatever a record holds is one line, JSON is JSON, and a secret between any other text
// is not in it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <boost/json/parse.hpp>

#include "hub/base/log.h"
#include "hub/base/redact.h"

namespace {

constexpr std::string_view kSecret = "p1antedP4ss";

bool shows(const std::string& text) {
    return text.find(kSecret) != std::string::npos;
}

// Bytes that are no UTF-8 stay as they came: a reader's affair.
bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (shows(text)) return 0;
    (void)muster::redact(text);
    // Behind a blank: a quotation or a value that was begun before is its writer's.
    for (const char* before : {" password=", " token: ", " Authorization: Bearer "}) {
        check(!shows(muster::redact(before + std::string(kSecret) + " " + text)));
    }
    check(!shows(muster::redact("rtsp://u:" + std::string(kSecret) + "@10.0.0.5/ " + text)));
    for (const auto format :
         {muster::LogFormat::text, muster::LogFormat::logfmt, muster::LogFormat::json}) {
        const std::string line = muster::log_line(
            format,
            "T",
            "info",
            "hub",
            muster::log_payload("event", {{"what", text}, {"password", std::string(kSecret)}}));
        check(line.find('\n') == std::string::npos && line.find('\r') == std::string::npos);
        check(!shows(line));
        if (format != muster::LogFormat::json || !is_ascii(text) || size > 4'096) continue;
        boost::json::error_code error;
        boost::json::parse(line, error);
        check(!error);
    }
    return 0;
}
