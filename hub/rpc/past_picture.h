#pragma once

#include <deque>

#include "hub/base/strand.h"
#include "hub/live/tracks.h"
#include "hub/picture/relations.h"
#include "hub/picture/view.h"
#include "hub/rpc/handlers.h"
#include "hub/rpc/pulled_stream.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// PictureService.At: the whole picture at a past moment, from the journal's changes and the tracks,
// seen by the same rules as the present one. A few at once, on threads of their own; the state is
// read in parts as the caller takes them. Lives as long as the hub, longer than its streams.
// Thread-safe.
class PastPicture {
public:
    static constexpr size_t kAtOnce = 4;

    struct Ports {
        Records records;
        const History& history;
        const Tracks& tracks;
        const Clock& clock;
        Strand& strand;
        std::function<Status(const Caller&)> still_valid;
    };
    explicit PastPicture(Ports ports);
    ~PastPicture();

    StreamHandler handler();
    // Ends what runs, and refuses others.
    void stop();

private:
    class Stream;

    void gone(PulledStream* which);

    const Ports ports_;
    std::mutex mutex_;
    std::map<PulledStream*, std::weak_ptr<PulledStream>> streams_;
    bool stopping_ = false;
    // Last: its threads end first.
    Pool pool_{"past", 2, 2 * kAtOnce};
};

// A part of the past, of at most this many bytes.
inline constexpr size_t kPastFrameBytes = 256 * 1024;

// Reads a past picture part by part. Used by one thread at a time; what it refers to outlives it.
class PastReader {
public:
    PastReader(const History& history, const Tracks& tracks, View view)
        : history_(history), tracks_(tracks), view_(std::move(view)) {}

    // Finds out what there was. Codes: out_of_range (picture.before_beginning), those of History.
    Status begin(UtcTime time);
    // The next PastFrame, serialised; `more` says whether another follows. Codes: those of History,
    // Tracks.
    Result<std::string> next();
    // The last frame was returned.
    bool ended() const { return ended_; }

private:
    Status relate();
    Status add_positions();

    const History& history_;
    const Tracks& tracks_;
    const View view_;
    UtcTime time_{};
    Relations relations_;
    std::vector<History::Written> written_;
    size_t at_ = 0;
    std::vector<Uuid> teams_;
    // Parts that are ready: fields of PastFrame, serialised.
    std::deque<std::string> fields_;
    bool positions_added_ = false;
    bool ended_ = false;
};

}  // namespace muster
