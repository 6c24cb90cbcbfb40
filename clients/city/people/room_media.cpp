#include "clients/city/people/room_media.h"

#include <fmt/format.h>

#include "clients/city/people/face.h"
#include "clients/city/people/paced_source.h"
#include "clients/city/people/voice.h"
#include "hub/base/clock.h"

namespace muster::city {
namespace {

constexpr int kFramesPerSecond = 10;
constexpr int kSamplesPerBeat = kVoiceRate / 50;
constexpr int kSamplesPerFrame = kVoiceRate / kFramesPerSecond;

// A face that is drawn for ten frames a second at 150 kbit/s; the strip stays readable.
constexpr char kVp8[] =
    "vp8enc deadline=1 cpu-used=8 threads=1 end-usage=cbr target-bitrate=150000 "
    "min-quantizer=4 max-quantizer=40 keyframe-max-dist=100 static-threshold=100 ! "
    "rtpvp8pay pt=96 mtu=1200 picture-id-mode=15-bit ! "
    "application/x-rtp,media=video,encoding-name=VP8,payload=96";
constexpr char kH264[] =
    "x264enc speed-preset=ultrafast tune=zerolatency threads=1 bitrate=200 key-int-max=100 "
    "option-string=scenecut=0 ! video/x-h264,profile=constrained-baseline ! "
    "rtph264pay pt=97 mtu=1200 config-interval=-1 aggregate-mode=zero-latency ! "
    "application/x-rtp,media=video,encoding-name=H264,payload=97";
constexpr char kOpus[] =
    "opusenc bitrate=24000 bitrate-type=vbr complexity=0 frame-size=20 ! rtpopuspay pt=111 ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111";

uint64_t utc_now_ms() {
    const auto now = SystemClock().now().time_since_epoch();
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

class Picture final : public PacedSource {
public:
    Picture(const RoomMedia& media, Voice voice, GstPtr<GstElement> caption)
        : PacedSource(std::chrono::nanoseconds(1'000'000'000 / kFramesPerSecond), kFaceBytes),
          face_(media.number),
          voice_(voice),
          name_(media.caption),
          caption_(std::move(caption)) {}

private:
    void fill(uint64_t number, std::span<uint8_t> bytes) override {
        const uint64_t utc_ms = utc_now_ms();
        if (utc_ms / 1000 != shown_second_) {
            shown_second_ = utc_ms / 1000;
            const std::string at =
                rfc3339(UtcTime(std::chrono::seconds(shown_second_))).substr(11, 8);
            g_object_set(caption_.get(), "text", (name_ + "\n" + at + " UTC").c_str(), nullptr);
        }
        face_.draw(utc_ms, voice_.sounds_at(number * kSamplesPerFrame), bytes);
    }

    const Face face_;
    const Voice voice_;
    const std::string name_;
    const GstPtr<GstElement> caption_;
    uint64_t shown_second_ = 0;
};

class Sound final : public PacedSource {
public:
    explicit Sound(Voice voice)
        : PacedSource(std::chrono::nanoseconds(1'000'000'000LL * kSamplesPerBeat / kVoiceRate),
                      kSamplesPerBeat * sizeof(int16_t)),
          voice_(voice) {}

private:
    void fill(uint64_t number, std::span<uint8_t> bytes) override {
        std::array<int16_t, kSamplesPerBeat> samples;
        voice_.fill(number * kSamplesPerBeat, samples);
        std::memcpy(bytes.data(), samples.data(), bytes.size());
    }

    const Voice voice_;
};

std::string description(const RoomMedia& media) {
    std::string text;
    if (media.audio) {
        text += fmt::format(
            "appsrc name=sound is-live=true format=time "
            "caps=audio/x-raw,format=S16LE,rate={},channels=1,layout=interleaved ! {} ! rtc. ",
            kVoiceRate,
            kOpus);
    }
    if (media.video) {
        text += fmt::format(
            "appsrc name=frames is-live=true format=time "
            "caps=video/x-raw,format=I420,width={},height={},framerate={}/1,"
            "pixel-aspect-ratio=1/1,interlace-mode=progressive ! "
            "textoverlay name=caption valignment=top halignment=left line-alignment=left "
            "shaded-background=true font-desc=\"Noto Sans CJK SC, Sans 16\" ! {},"
            "rtcp-fb-nack=(boolean)true,rtcp-fb-nack-pli=(boolean)true ! rtc. ",
            kFaceWidthPx,
            kFaceHeightPx,
            kFramesPerSecond,
            media.codec == "H264" ? kH264 : kVp8);
    }
    return text;
}

}  // namespace

Result<std::unique_ptr<RtcPublisher>> make_room_publisher(const RoomMedia& media,
                                                          const RtcOptions& options) {
    MUSTER_ASSIGN(auto publisher, RtcPublisher::make(description(media), options));
    const Voice voice =
        media.tone_hertz > 0 ? Voice::tone(media.tone_hertz) : Voice::chime(media.number);
    if (media.audio) {
        PacedSource::attach(std::make_unique<Sound>(voice), publisher->element("sound").get());
    }
    if (media.video) {
        PacedSource::attach(std::make_unique<Picture>(media, voice, publisher->element("caption")),
                            publisher->element("frames").get());
    }
    return publisher;
}

}  // namespace muster::city
