// The hub with levers on the path of a change, for tests alone: the same parts as muster-hub, and
// MUSTER_LEVER says what happens where.
//   kill:POINT:N   SIGKILL at the N-th time that POINT is passed
//   slow:MS        every sync of the write-ahead log takes that much longer
//   refuse:FILE    the disk refuses to be written while FILE is there
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <unistd.h>

#include "hub/app.h"
#include "hub/base/catalogue.h"
#include "hub/base/log.h"
#include "tests/integration/lever_hub/disk.h"

namespace muster {
namespace {

struct Setting {
    std::string kill_at;
    int64_t passes = 0;
    std::chrono::milliseconds slow{};
    std::string refuse_while;
};

Setting setting() {
    const char* text = std::getenv("MUSTER_LEVER");
    const std::string_view all = text == nullptr ? "" : text;
    Setting set;
    if (all.starts_with("kill:")) {
        const size_t colon = all.rfind(':');
        set.kill_at = all.substr(5, colon - 5);
        set.passes = std::atoll(all.data() + colon + 1);
    } else if (all.starts_with("slow:")) {
        set.slow = std::chrono::milliseconds(std::atoll(all.data() + 5));
    } else if (all.starts_with("refuse:")) {
        set.refuse_while = all.substr(7);
    }
    return set;
}

// On the desk strand, and on the threads that read the journal.
class Levers {
public:
    explicit Levers(Setting set) : set_(std::move(set)), left_(set_.passes) {}

    void pass(std::string_view point) {
        if (point != set_.kill_at) return;
        if (left_.fetch_sub(1) == 1) ::kill(::getpid(), SIGKILL);
    }
    bool disk(std::string_view point) {
        pass(point);
        if (point == "wal.sync" && set_.slow.count() > 0) std::this_thread::sleep_for(set_.slow);
        return !set_.refuse_while.empty() && std::filesystem::exists(set_.refuse_while);
    }

private:
    const Setting set_;
    std::atomic<int64_t> left_;
};

int run(HubConfig config) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    static Levers levers(setting());
    put_disk_lever([](std::string_view point) { return levers.disk(point); });
    config.lever = [](std::string_view point) { levers.pass(point); };
    const auto app = App::start(config);
    if (!app.ok()) {
        const auto detail = detail_of(app.status());
        std::cerr << (detail ? say(detail->reason(), Language::english) : app.status().ToString())
                  << "\n";
        return 1;
    }
    int signal = 0;
    sigwait(&signals, &signal);
    (*app)->stop();
    return 0;
}

}  // namespace
}  // namespace muster

int main(int argc, char** argv) {
    using namespace muster;
    const ParsedConfig parsed = parse_config(argc, argv);
    if (parsed.exit_code) return *parsed.exit_code;
    start_log("hub", parsed.config.log_level);
    return run(parsed.config);
}
