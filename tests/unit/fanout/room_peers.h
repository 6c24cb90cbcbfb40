#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/fanout/bytes.h"
#include "tests/unit/fanout/camera.h"
#include "tests/unit/fanout/fanout_harness.h"

namespace muster {

inline constexpr uint32_t kVideoSsrc = 0x11111111;
inline constexpr uint32_t kAudioSsrc = 0x22222222;

// Sections of offers; payload types differ between who sends and who watches, so that a wrong one
// shows.
namespace sections {

inline const std::string h264_and_vp8 =
    "a=rtcp-rsize\r\n"
    "a=rtpmap:108 H264/90000\r\na=fmtp:108 packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=rtcp-fb:108 goog-remb\r\na=rtcp-fb:108 nack\r\na=rtcp-fb:108 nack pli\r\n"
    "a=rtpmap:96 VP8/90000\r\n"
    "a=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n";
inline const std::string send_video =
    "m=video 9 UDP/TLS/RTP/SAVPF 108 96\r\na=mid:0\r\na=sendonly\r\n" + h264_and_vp8 +
    "a=ssrc:286331153 cname:p\r\n";
inline const std::string send_audio =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n"
    "a=ssrc:572662306 cname:p\r\n";
inline const std::string send_audio_alone =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n";
inline const std::string watch_video =
    "m=video 9 UDP/TLS/RTP/SAVPF 98 100\r\na=mid:0\r\na=recvonly\r\n"
    "a=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=rtcp-fb:98 nack\r\na=rtcp-fb:98 nack pli\r\n"
    "a=rtpmap:100 VP8/90000\r\na=rtcp-fb:100 nack\r\na=rtcp-fb:100 nack pli\r\n";
inline const std::string watch_vp8 =
    "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=mid:0\r\na=recvonly\r\na=rtpmap:100 VP8/90000\r\n";
inline const std::string watch_audio =
    "m=audio 9 UDP/TLS/RTP/SAVPF 63\r\na=mid:1\r\na=recvonly\r\na=rtpmap:63 opus/48000/2\r\n";

}  // namespace sections

// One RTP stream of a publisher's, of which the test sees and shapes every packet.
struct Source {
    uint32_t ssrc = 0;
    uint8_t payload_type = 0;
    uint16_t sequence = 0;
    uint32_t timestamp = 0;

    std::vector<uint8_t> packet(const std::vector<uint8_t>& payload, bool marker) {
        std::vector<uint8_t> out(kRtpHeaderBytes);
        write_rtp_header(out.data(),
                         {.marker = marker,
                          .payload_type = payload_type,
                          .sequence = sequence++,
                          .timestamp = timestamp,
                          .ssrc = ssrc});
        out.insert(out.end(), payload.begin(), payload.end());
        return out;
    }
};

using Packets = std::vector<std::vector<uint8_t>>;

inline void append(Packets& to, const Packets& more) {
    to.insert(to.end(), more.begin(), more.end());
}

// A pattern of bytes that tells its packet from others.
inline std::vector<uint8_t> filled(std::vector<uint8_t> head, size_t bytes, uint8_t with) {
    head.resize(std::max(bytes, head.size()), with);
    return head;
}

// Whoever sends picture and sound: packets in clear, in the order in which they belong.
class Studio {
public:
    Source video{.ssrc = kVideoSsrc, .payload_type = 108, .sequence = 1'000, .timestamp = 70'000};
    Source audio{.ssrc = kAudioSsrc, .payload_type = 111, .sequence = 5'000, .timestamp = 10'000};
    size_t packet_bytes = 100;

    bool vp8() const { return video.payload_type == 96; }

    // Three packets in H.264 (the parameter sets first), two in VP8.
    Packets keyframe() {
        Packets out;
        if (vp8()) {
            // 640x360.
            out.push_back(video.packet(
                filled(hex("10 100000 9d012a 8002 6801"), packet_bytes, ++pattern_), false));
            out.push_back(video.packet(filled({0x00}, packet_bytes, ++pattern_), true));
        } else {
            const auto sps = Camera::sps();
            const auto pps = Camera::pps();
            const std::vector<std::span<const uint8_t>> sets{sps, pps};
            out.push_back(video.packet(make_stap_a(sets, 1'200), false));
            out.push_back(video.packet(filled({0x7c, 0x85}, packet_bytes, ++pattern_), false));
            out.push_back(video.packet(filled({0x7c, 0x45}, packet_bytes, ++pattern_), true));
        }
        video.timestamp += 3'000;
        return out;
    }
    // Two packets.
    Packets frame() {
        Packets out;
        const std::vector<uint8_t> first = vp8() ? hex("10 01") : hex("419a");
        const std::vector<uint8_t> second = vp8() ? hex("00") : hex("419a");
        out.push_back(video.packet(filled(first, packet_bytes, ++pattern_), false));
        out.push_back(video.packet(filled(second, packet_bytes, ++pattern_), true));
        video.timestamp += 3'000;
        return out;
    }
    // 20 ms.
    std::vector<uint8_t> sound() {
        auto out = audio.packet(filled({0x78}, 40, ++pattern_), false);
        audio.timestamp += 960;
        return out;
    }

private:
    uint8_t pattern_ = 0;
};

inline std::vector<uint8_t> payload_of(const std::vector<uint8_t>& packet) {
    const auto header = parse_rtp(packet);
    const auto begin = packet.begin() + static_cast<ptrdiff_t>(header->payload_offset);
    return {begin, begin + static_cast<ptrdiff_t>(header->payload_size)};
}

// What a client got of one of its streams, in order.
inline Packets received(const WebrtcClient& client, uint32_t ssrc) {
    Packets out;
    for (const auto& packet : client.media) {
        if (parse_rtp(packet)->ssrc == ssrc) out.push_back(packet);
    }
    return out;
}

// The viewer got these payloads of the stream, in order, nothing else, without a gap in the
// sequence.
inline void expect_payloads(const WebrtcClient& client,
                            uint32_t ssrc,
                            const Packets& sent,
                            uint8_t payload_type) {
    const auto got = received(client, ssrc);
    ASSERT_EQ(got.size(), sent.size());
    for (size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(payload_of(got[i]), payload_of(sent[i])) << i;
        const auto header = parse_rtp(got[i]);
        EXPECT_EQ(header->payload_type, payload_type) << i;
        EXPECT_EQ(header->marker, parse_rtp(sent[i])->marker) << i;
        if (i == 0) continue;
        const auto before = parse_rtp(got[i - 1]);
        EXPECT_EQ(header->sequence, static_cast<uint16_t>(before->sequence + 1)) << i;
        EXPECT_GE(static_cast<int32_t>(header->timestamp - before->timestamp), 0) << i;
    }
    EXPECT_EQ(client.undecryptable, 0);
}

inline std::vector<RtcpFeedback> feedback_of(const WebrtcClient& client) {
    std::vector<RtcpFeedback> out;
    for (const auto& packet : client.rtcp) {
        if (auto feedback = parse_rtcp(packet)) out.push_back(*std::move(feedback));
    }
    return out;
}

// Bit/s of the last REMB.
inline std::optional<uint64_t> remb_of(const WebrtcClient& client) {
    std::optional<uint64_t> out;
    for (const auto& packet : client.rtcp) {
        for (size_t at = 0; at + 20 <= packet.size();
             at += (size_t{read_u16(packet.data() + at + 2)} + 1) * 4) {
            const uint8_t* const one = packet.data() + at;
            if (one[0] != 0x8f || one[1] != 206 || read_u32(one + 12) != 0x52454d42) continue;
            out = uint64_t{read_u24(one + 17) & 0x3ffff} << (one[17] >> 2);
        }
    }
    return out;
}

// Rooms as the fan-out sees them: who publishes under a stream and who watches it.
class RoomHarness : public FanoutHarness {
protected:
    const std::string stream_ = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";

    PublisherRequest publish(const WebrtcClient& client, const std::string& ticket = "t1") {
        return {stream_, client.offer(), "participant", ticket};
    }

    std::unique_ptr<WebrtcClient> connect(const Result<SessionAnswer>& answer,
                                          std::unique_ptr<WebrtcClient> client) {
        EXPECT_TRUE(answer.ok()) << answer.status();
        if (!answer.ok()) return client;
        session_id_ = answer->session_id;
        answer_sdp_ = answer->answer_sdp;
        client->take_answer(answer->answer_sdp, fanout_->udp_port());
        EXPECT_EQ(client->check(), 0);
        EXPECT_TRUE(client->handshake());
        return client;
    }
    std::unique_ptr<WebrtcClient> publisher(std::vector<std::string> parts = {sections::send_video,
                                                                              sections::send_audio},
                                            const std::string& ticket = "t1",
                                            std::string stream = "") {
        auto client =
            std::make_unique<WebrtcClient>(WebrtcClient::Options{.sections = std::move(parts)});
        PublisherRequest request = publish(*client, ticket);
        if (!stream.empty()) request.stream_id = request.participant_id = stream;
        const auto answer = open_publisher(request);
        return connect(answer, std::move(client));
    }
    std::unique_ptr<WebrtcClient> viewer(std::vector<std::string> parts = {sections::watch_video,
                                                                           sections::watch_audio},
                                         const std::string& participant = "watcher",
                                         std::string stream = "") {
        auto client =
            std::make_unique<WebrtcClient>(WebrtcClient::Options{.sections = std::move(parts)});
        const auto answer =
            open_viewer({stream.empty() ? stream_ : stream, client->offer(), participant, false});
        return connect(answer, std::move(client));
    }

    static void send(WebrtcClient& client, const std::vector<uint8_t>& packet) {
        client.send(client.protect(packet));
    }
    static void send(WebrtcClient& client, const Packets& packets) {
        for (const auto& packet : packets) send(client, packet);
    }
    // Until so many of the stream have come.
    static bool got(WebrtcClient& client, uint32_t ssrc, size_t packets) {
        return eventually([&] {
            client.pump();
            return received(client, ssrc).size() >= packets;
        });
    }
    bool counted(uint64_t FanoutCounters::*counter, uint64_t at_least) {
        return eventually([&] { return fanout_->counters().*counter >= at_least; });
    }
    static size_t keyframes_asked(WebrtcClient& client) {
        client.pump();
        size_t out = 0;
        for (const auto& one : feedback_of(client)) out += one.keyframes_wanted.size();
        return out;
    }

    std::string session_id_;
    std::string answer_sdp_;
    Studio studio_;
};

}  // namespace muster
