#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/ids.h"
#include "hub/base/result.h"
#include "hub/base/strand.h"
#include "muster/v1/live.pb.h"

struct sqlite3;
struct sqlite3_stmt;

namespace muster {

struct TrackOptions {
    // A team's track has a fix so often at most.
    std::chrono::milliseconds sample{10'000};
    std::chrono::hours kept{30 * 24};
    // How often what is older goes, and how much of it at once.
    std::chrono::milliseconds forget{60'000};
    int64_t forget_rows = 20'000;
};

// Where teams were: a fix every 10 s, kept 30 days, in a database of its own beside the journal. It
// is of less worth than the journal: it is not synced at every write, a full disk costs fixes and
// nothing else, and a damaged file is put aside. Writes on its strand, which must be one that
// nothing waits for; reads on the caller's thread. Lives as long as the hub; its tasks do nothing
// once it is gone.
class Tracks {
public:
    // `positions` are the newest ones of all teams, from any thread.
    Tracks(Strand& strand,
           const Clock& clock,
           std::string file,
           std::function<std::vector<v1::Position>()> positions,
           TrackOptions options = {});
    ~Tracks();
    Tracks(const Tracks&) = delete;
    Tracks& operator=(const Tracks&) = delete;

    // Samples from now on.
    void start();
    // Takes a sample at once; on the strand.
    void sample();

    // Of each of the teams the newest position that was heard by then, with the time of its fix; of
    // a team of which nothing is known, nothing. Codes: unavailable (tracks.cannot_read).
    Result<std::vector<v1::Position>> at(UtcTime time, const std::vector<Uuid>& teams) const;

private:
    class Store;
    struct Guard;

    void sample_later();
    void say_how_it_does(const std::string& trouble);

    Strand& strand_;
    const Clock& clock_;
    const std::string file_;
    const std::function<std::vector<v1::Position>()> positions_;
    const TrackOptions options_;
    const std::shared_ptr<Guard> guard_;
    // On the strand.
    std::unique_ptr<Store> writer_;
    std::unordered_map<std::string, int64_t> written_us_;
    UtcTime forgot_at_{};
    bool works_ = true;

    mutable std::mutex reading_;
    mutable std::unique_ptr<Store> reader_;
};

}  // namespace muster
