// ingest: one source a stream, pulled while somebody takes it, each with a health that says in the
// field's words what is wrong. StreamIngest decides (in virtual time in its tests); a Puller does:
// RtspPipeline is the one that pulls a camera through GStreamer.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hub/base/clock.h"
#include "media/fanout/track.h"
#include "muster/v1/types.pb.h"

namespace muster {

// What should be pulled. The password is in memory only: in no log, no argv, no reason.
struct StreamSpec {
    std::string stream_id;
    // rtsp:// or rtsps://, without user and password.
    std::string url;
    std::string user;
    std::string password;
    // Pulled even when nobody takes it.
    bool pinned = false;
    std::chrono::seconds close_after{10};

    bool operator==(const StreamSpec&) const = default;
};

enum class Transport { tcp, udp };

// How an attempt ended.
struct PullEnd {
    enum class Kind {
        failed,
        // It came, but no viewer could show it.
        unsupported,
        // The camera does not do this transport.
        other_transport,
    };
    Kind kind = Kind::failed;
    v1::Reason reason;
    // "H265"; empty when it was not learnt.
    std::string codec;
};

// One attempt to pull a stream into a track. Lives on the owner's strand; its destructor ends the
// attempt at once, and no packet reaches the track afterwards.
class Puller {
public:
    virtual ~Puller() = default;
    // When something came from the camera last, whether or not it can be shown.
    virtual std::optional<SteadyTime> last_input() const = 0;
    // It failed, and on_end will say why as soon as that is known.
    virtual bool finding_out() const = 0;
    // Asks the camera for a keyframe; few listen.
    virtual void want_keyframe() = 0;
};

class PullerFactory {
public:
    virtual ~PullerFactory() = default;
    // `on_end` is called on the owner's strand, at most once, not from within open(), and not after
    // the puller is gone.
    virtual std::unique_ptr<Puller> open(const StreamSpec& spec,
                                         Transport transport,
                                         std::shared_ptr<Track> track,
                                         std::function<void(PullEnd)> on_end) = 0;
};

}  // namespace muster
