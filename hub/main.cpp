// muster-hub: flags and file -> App -> exit code. 0 stopped by a signal or checked, 1 refused, 2
// misuse.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include "hub/app.h"
#include "hub/base/catalogue.h"
#include "hub/base/log.h"
#include "hub/supervisor.h"

namespace muster {
namespace {

std::string sentence(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? say(detail->reason(), language_of_environment()) : status.ToString();
}

// The libraries' own words go where ours go. What they call an error is mostly a client's mistake.
void quieten_libraries() {
    google::protobuf::SetLogHandler(
        [](google::protobuf::LogLevel, const char*, int, const std::string& text) {
            spdlog::debug("protobuf: {}", text);
        });
    gpr_set_log_function([](gpr_log_func_args* args) { spdlog::debug("grpc: {}", args->message); });
}

// Every subscriber and every page is a descriptor; the usual soft limit of 1024 is for programs
// with few.
void allow_many_connections() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// A standard stream that was closed at the start is a descriptor that a file of ours would get:
// what is said would be written into the journal. In its place comes one that takes nothing.
void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) != -1) continue;
        if (open("/dev/null", O_RDONLY) < 0) return;
    }
}

void complain(const std::vector<v1::Reason>& problems) {
    for (const auto& problem : problems) {
        std::cerr << say(problem, language_of_environment()) << "\n";
    }
}

// The flags and the file once more. What is wrong leaves everything as it was, and is said.
void reload(App& app, int argc, char** argv) {
    notify_supervisor("RELOADING=1");
    ParsedConfig parsed = parse_config(argc, argv);
    if (parsed.exit_code) {
        log_event(spdlog::level::err, "config-wrong", {});
    } else if (parsed.problems.empty()) {
        app.reload(parsed.config);
    } else {
        app.reload_failed(parsed.problems);
    }
    notify_supervisor("READY=1");
}

int run(const HubConfig& config, int argc, char** argv) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    // Before any thread is there, so that all of them leave these to sigwait().
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    quieten_libraries();
    allow_many_connections();
    const auto app = App::start(config);
    if (!app.ok()) {
        std::cerr << sentence(app.status()) << "\n";
        return 1;
    }
    notify_supervisor("READY=1");
    int signal = 0;
    for (;;) {
        sigwait(&signals, &signal);
        if (signal != SIGHUP) break;
        reload(**app, argc, argv);
    }
    notify_supervisor("STOPPING=1");
    spdlog::info("stopping");
    (*app)->stop();
    spdlog::info("stopped");
    return 0;
}

}  // namespace
}  // namespace muster

int main(int argc, char** argv) {
    using namespace muster;
    hold_standard_streams();
    const ParsedConfig parsed = parse_config(argc, argv);
    if (parsed.exit_code) return *parsed.exit_code;
    if (!parsed.problems.empty()) {
        complain(parsed.problems);
        return 2;
    }
    if (parsed.config.check) {
        std::cout << say(make_reason("config.good"), language_of_environment()) << "\n";
        return 0;
    }
    start_log("hub", parsed.config.log_level, parsed.config.log_format);
    return run(parsed.config, argc, argv);
}
