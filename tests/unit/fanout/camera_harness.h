#pragma once

#include "tests/unit/fanout/camera.h"
#include "tests/unit/fanout/fanout_harness.h"

namespace muster {

inline const std::string stream = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";

// A Fanout with one camera, of which the test makes every picture.
class FanoutTest : public FanoutHarness {
protected:
    void start(size_t viewers_max = 10) {
        viewers_max_ = viewers_max;
        start_fanout();
        track_ = fanout_->track(stream);
        camera_ = std::make_unique<Camera>(*track_);
        set_camera();
    }
    void configure(FanoutConfig& config) override { config.viewers_max = viewers_max_; }
    FanoutEvents events() override {
        FanoutEvents events = FanoutHarness::events();
        events.on_keyframe_wanted = [this](const std::string& id) {
            if (id == stream) ++keyframes_wanted_;
        };
        events.on_viewers = [this](const std::string& id, uint32_t count) {
            if (id == stream) viewers_ = count;
        };
        return events;
    }

    Result<SessionAnswer> open(const std::string& offer) {
        return open_viewer({stream, offer, "", true});
    }

    // Signalling only.
    std::unique_ptr<WebrtcClient> join(WebrtcClient::Options options = {}) {
        auto client = std::make_unique<WebrtcClient>(std::move(options));
        const auto answer = open(client->offer());
        EXPECT_TRUE(answer.ok()) << answer.status();
        session_id_ = answer->session_id;
        client->take_answer(answer->answer_sdp, fanout_->udp_port());
        return client;
    }
    // Up to SRTP.
    std::unique_ptr<WebrtcClient> connect(WebrtcClient::Options options = {}) {
        auto client = join(std::move(options));
        EXPECT_EQ(client->check(), 0);
        EXPECT_TRUE(client->handshake());
        return client;
    }
    // The camera's clock and ours, together.
    void film(const std::function<void()>& shot) {
        set_camera();
        shot();
        clock_.advance(camera_->wall - clock_.now());
    }
    void set_camera() {
        camera_->now = clock_.steady();
        camera_->wall = clock_.now();
    }

    size_t viewers_max_ = 10;
    std::atomic<int> keyframes_wanted_{0};
    std::atomic<uint32_t> viewers_{0};
    std::shared_ptr<Track> track_;
    std::unique_ptr<Camera> camera_;
    std::string session_id_;
};

inline uint8_t nal_type(const std::vector<uint8_t>& packet) {
    return packet.at(12) & 0x1f;
}

// `packets` packets without a gap, timestamps never going back; gives the last one's header. With
// `after` they go on from there, else they begin with a keyframe's delimiter.
inline std::optional<RtpHeader> expect_packets(WebrtcClient& client,
                                               int packets,
                                               std::optional<RtpHeader> after = std::nullopt) {
    std::optional<RtpHeader> last = after;
    for (int i = 0; i < packets; ++i) {
        const auto packet = client.rtp();
        if (!packet) {
            ADD_FAILURE() << "only " << i << " of " << packets;
            return last;
        }
        const auto header = parse_rtp(*packet);
        EXPECT_EQ(header->ssrc, client.ssrc);
        EXPECT_EQ(header->payload_type, 108);
        if (i == 0) EXPECT_EQ(nal_type(*packet), nal_delimiter);
        if (last) {
            EXPECT_EQ(header->sequence, static_cast<uint16_t>(last->sequence + 1));
            EXPECT_GE(static_cast<int32_t>(header->timestamp - last->timestamp), 0);
        }
        last = header;
    }
    EXPECT_EQ(client.undecryptable, 0);
    return last;
}

inline std::vector<uint8_t> feedback(const std::string& head,
                                     uint32_t ssrc,
                                     const std::string& tail) {
    auto packet = hex("80c90001 00000001" + head + "00000001");
    for (const int shift : {24, 16, 8, 0}) packet.push_back(static_cast<uint8_t>(ssrc >> shift));
    const auto rest = hex(tail);
    packet.insert(packet.end(), rest.begin(), rest.end());
    return packet;
}
inline std::vector<uint8_t> pli(uint32_t ssrc) {
    return feedback("81ce0002", ssrc, "");
}
inline std::vector<uint8_t> nack(uint32_t ssrc, uint16_t sequence) {
    auto packet = feedback("81cd0003", ssrc, "");
    packet.push_back(static_cast<uint8_t>(sequence >> 8));
    packet.push_back(static_cast<uint8_t>(sequence));
    packet.resize(packet.size() + 2);
    return packet;
}

inline constexpr int kKeyframePackets = 4;
inline constexpr int kFramePackets = 3;

}  // namespace muster
