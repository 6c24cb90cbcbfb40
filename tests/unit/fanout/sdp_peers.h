// Offers of those who publish and watch, as Chromium 156, Firefox 153 and GStreamer 1.22 send them
// (offers/), and what tests look for in answers.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "media/fanout/sdp.h"

namespace muster::sdp_peers {

inline std::string offer_of(const std::string& name) {
    std::ifstream file(std::string(MUSTER_SOURCE_DIR "/tests/unit/fanout/offers/") + name + ".sdp",
                       std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return text.str();
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    EXPECT_NE(text.find(from), std::string::npos) << from;
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

inline AnswerParts parts() {
    return {.sdp_session = 7,
            .ice_ufrag = "ours",
            .ice_pwd = "0123456789abcdef0123456789abcdef",
            .fingerprint = "AA:BB",
            .addresses = {"192.0.2.1"},
            .port = 7790,
            .video_ssrc = 42,
            .audio_ssrc = 43,
            .cname = "room"};
}

inline std::vector<int> types(const std::optional<MediaSection>& section) {
    std::vector<int> out;
    if (!section) return out;
    for (const MediaFormat& format : section->formats) out.push_back(format.payload_type);
    return out;
}

inline size_t count(const std::string& text, const std::string& what) {
    size_t out = 0;
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++out;
    return out;
}

}  // namespace muster::sdp_peers
