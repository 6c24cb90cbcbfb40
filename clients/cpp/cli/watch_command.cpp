#include <csignal>

#include <fmt/ranges.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/snapshot.h"
#include "clients/cpp/picture_follower.h"
#include "hub/base/error.h"

namespace muster {
namespace {

// Those that a view can hold: "incident|response|team|...".
std::string kinds_in_words() {
    std::vector<std::string> words;
    const auto* kinds = v1::EntityKind_descriptor();
    for (int i = 0; i < kinds->value_count(); ++i) {
        const auto kind = static_cast<v1::EntityKind>(kinds->value(i)->number());
        const bool hidden = kind == v1::ENTITY_KIND_UNSPECIFIED ||
                            kind == v1::ENTITY_KIND_CREDENTIAL || kind == v1::ENTITY_KIND_SESSION ||
                            kind == v1::ENTITY_KIND_VIEWING;
        if (!hidden) words.push_back(kind_name(kind));
    }
    return fmt::format("{}", fmt::join(words, "|"));
}

// Whether trying again can help.
bool is_passing(const Status& status) {
    return absl::IsUnavailable(status) || absl::IsDataLoss(status) || absl::IsCancelled(status) ||
           status.ok();
}

// Follows until Ctrl-C, a reader that went away, or a refusal.
class Watch {
public:
    Watch(Cli& cli, Client& client, std::vector<v1::EntityKind> kinds)
        : cli_(cli),
          follower_(client,
                    {std::move(kinds), v1::CLIENT_CLASS_CONSOLE},
                    {[this](const auto& frame, const auto&, const auto&) { on_frame(frame); },
                     [this](const Status& status) { on_lost(status); }}) {}

    Status wait() {
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [this] { return end_.has_value(); });
        lock.unlock();
        follower_.stop();
        return *end_;
    }
    void end(Status status) {
        const std::lock_guard lock(mutex_);
        if (!end_) end_ = std::move(status);
        ended_.notify_all();
    }

private:
    void on_frame(const v1::Frame& frame) {
        seen_ = true;
        cli_.print_json(frame);
        if (!cli_.out().flush()) end(absl::OkStatus());
    }
    void on_lost(const Status& status) {
        if (!is_passing(status) || (!seen_ && !status.ok())) {
            end(status);
            return;
        }
        if (const auto detail = detail_of(status)) cli_.warn(detail->reason());
    }

    Cli& cli_;
    bool seen_ = false;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::optional<Status> end_;
    PictureFollower follower_;
};

Status watch(Cli& cli, const std::vector<v1::EntityKind>& kinds) {
    // Before any thread starts, so that all inherit it and this one alone takes the signal.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    // Ends the wait below when the stream ended by itself.
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    MUSTER_ASSIGN(Client * client, cli.client());
    Watch watching(cli, *client, kinds);
    std::thread on_signal([&watching, &signals] {
        int signal = 0;
        sigwait(&signals, &signal);
        watching.end(absl::OkStatus());
    });
    const Status status = watching.wait();
    pthread_kill(on_signal.native_handle(), SIGUSR1);
    on_signal.join();
    return status;
}

}  // namespace

void add_watch_verb(Cli& cli) {
    const auto kinds = std::make_shared<std::vector<v1::EntityKind>>();
    const auto once = std::make_shared<bool>(false);
    auto* verb = cli.verb(
        nullptr,
        "watch",
        "Print the live picture, a frame a line, as JSON",
        "muster watch --kinds incident,order --once",
        [kinds, once](Cli& run) -> Status {
            if (!*once) return watch(run, *kinds);
            MUSTER_ASSIGN(Client * client, run.client());
            return fetch_picture(
                       *client, *kinds, [&run](const auto& frame) { run.print_json(frame); })
                .status();
        });
    verb->add_flag("--once", *once, "End when caught up: at the first heartbeat");
    const auto add = [kinds](const std::vector<std::string>& words) {
        for (const auto& word : words) {
            const auto kind = kind_of_name(word);
            if (kind == v1::ENTITY_KIND_UNSPECIFIED) {
                throw CLI::ValidationError("--kinds", word + " is none of " + kinds_in_words());
            }
            kinds->push_back(kind);
        }
    };
    verb->add_option_function<std::vector<std::string>>(
            "--kinds", add, "Kinds to see; default: all that one may see")
        ->delimiter(',')
        ->type_name(kinds_in_words() + ",...");
}

}  // namespace muster
