// What it costs the hub to show 2,000 moving units to 1,000 subscribers, beside what else could:
// NATS with a message an update and with ready-made frames, a bare gRPC server with one ready-made
// slice, and send() alone. Server CPU-seconds per million entity updates that arrived.
#include <csignal>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <grpcpp/grpcpp.h>

#include "tests/bench/picture/clients.h"
#include "tests/bench/picture/servers.h"
#include "tests/bench/picture/shared.h"
#include "tests/bench/picture/sockets.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

constexpr double kSettleS = 2;
constexpr double kMeasureS = 6;

struct Measured {
    double cost = 0;
    double delivered_per_s = 0;
    double updates_a_frame = 0;
    double converged = 0;
    bool went_well = false;
};

// A run: a server, its subscribers, and what they were delivered within some seconds.
Measured measure(const char* name,
                 const std::function<pid_t()>& serve,
                 const std::function<void(uint32_t first, uint32_t count)>& subscribe,
                 bool wants_proof) {
    reset_shared();
    const pid_t server = serve();
    Measured result;
    std::vector<pid_t> clients;
    const bool is_up = wait_until([] { return shared().port > 0; }, 20);
    if (is_up) {
        constexpr uint32_t kEach = kSubscribers / kClientProcesses;
        for (uint32_t n = 0; n < kClientProcesses; ++n) {
            clients.push_back(spawn([&] { subscribe(n * kEach, kEach); }));
        }
    }
    const bool all = is_up && wait_until([] { return shared().connected == kSubscribers; }, 60);
    ::usleep(500'000);
    shared().moving = true;
    ::usleep(static_cast<useconds_t>(kSettleS * 1e6));
    const double cpu = cpu_seconds(server);
    const uint64_t updates = shared().updates;
    const uint64_t frames = shared().frames;
    const auto begin = std::chrono::steady_clock::now();
    ::usleep(static_cast<useconds_t>(kMeasureS * 1e6));
    const double used = cpu_seconds(server) - cpu;
    const auto delivered = static_cast<double>(shared().updates - updates);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    shared().moving = false;
    result.cost = used / delivered * 1e6;
    result.delivered_per_s = delivered / seconds;
    result.updates_a_frame = delivered / static_cast<double>(shared().frames - frames);
    // Two heartbeats after the last move.
    if (wants_proof) ::usleep(5'000'000);
    shared().stop = true;
    for (const pid_t client : clients) wait_for(client);
    result.converged = static_cast<double>(shared().converged) / kSubscribers;
    result.went_well = all && delivered > 0 && shared().failed == 0 && shared().disproved == 0;
    ::kill(server, SIGTERM);
    wait_for(server);
    fmt::print(stderr,
               "{:<14} {:>7.4f} CPU-s a million, {:>9.0f} updates/s, {:>6.1f} a frame, {} failed, "
               "{} disproved, {:.3f} converged\n",
               name,
               result.cost,
               result.delivered_per_s,
               result.updates_a_frame,
               shared().failed.load(),
               shared().disproved.load(),
               result.converged);
    return result;
}

Measured measure_grpc(const char* name, void (*server)(), bool with_windows, bool wants_proof) {
    return measure(
        name,
        [server] { return spawn(server); },
        [with_windows](uint32_t first, uint32_t count) {
            subscribe_grpc(first, count, with_windows);
        },
        wants_proof);
}

Measured measure_floor() {
    const size_t frame_bytes = ready_frame(0, 0).size();
    return measure(
        "floor",
        [] { return spawn(serve_floor); },
        [frame_bytes](uint32_t, uint32_t count) { subscribe_floor(count, frame_bytes); },
        false);
}

Measured measure_nats(const char* name, void (*publish)(int), uint32_t updates) {
    const int port = free_port();
    pid_t publisher = 0;
    const auto result = measure(
        name,
        [&] {
            const pid_t server = ::fork();
            if (server == 0) {
                const std::string text = std::to_string(port);
                ::freopen("/dev/null", "w", stderr);
                ::execlp(
                    "nats-server", "nats-server", "-a", "127.0.0.1", "-p", text.c_str(), nullptr);
                ::_exit(1);
            }
            wait_until(
                [port] {
                    const int socket = connect_to(port);
                    if (socket >= 0) ::close(socket);
                    return socket >= 0;
                },
                20);
            publisher = spawn([&] { publish(port); });
            shared().port = port;
            return server;
        },
        [&](uint32_t, uint32_t count) { subscribe_nats(count, port, updates); },
        false);
    wait_for(publisher);
    return result;
}

int run(int rounds) {
    Runs hub, windows, message, frame, bare, floor;
    Runs to_message, to_frame, to_bare, to_floor, to_plain, converged;
    Runs message_rate, windows_updates, update_bytes;
    bool well = true;
    const auto note = [&well](Runs& runs, const Measured& measured) {
        runs.values.push_back(measured.cost);
        well = well && measured.went_well;
    };
    for (int round = 0; round < rounds; ++round) {
        const Measured plain = measure_grpc("hub", serve_hub, false, true);
        note(hub, plain);
        const Measured many = measure_grpc("hub, windows", serve_hub, true, true);
        note(windows, many);
        note(bare, measure_grpc("bare gRPC", serve_bare, false, false));
        note(floor, measure_floor());
        note(frame, measure_nats("NATS frames", publish_frames, kUnits / kFlushes));
        const Measured each = measure_nats("NATS messages", publish_messages, 1);
        note(message, each);
        message_rate.values.push_back(each.delivered_per_s);
        windows_updates.values.push_back(many.updates_a_frame);
        converged.values.push_back(std::min(plain.converged, many.converged));
        const double cost = plain.cost;
        to_message.values.push_back(cost / message.values.back());
        to_frame.values.push_back(cost / frame.values.back());
        to_bare.values.push_back(cost / bare.values.back());
        to_floor.values.push_back(cost / floor.values.back());
        to_plain.values.push_back(many.cost / cost);
    }
    update_bytes.values.push_back(static_cast<double>(position_of(7, 7).ByteSizeLong()));
    Report report("picture");
    report.peer("nats-server", first_line_of("nats-server --version"));
    report.peer("gRPC", grpc::Version());
    const char* unit = "CPU-s/M";
    report.row("hub", hub, unit);
    report.row("hub, 20 classes x 200 windows", windows, unit);
    report.row("nats-server, a message an update", message, unit);
    report.row("nats-server, ready-made frames", frame, unit);
    report.row("bare gRPC, one ready-made slice", bare, unit);
    report.row("send() of one buffer", floor, unit);
    report.row("bytes of an update", update_bytes, "bytes");
    report.row("NATS messages that arrived", message_rate, "1/s");
    report.row("updates a frame, with windows", windows_updates, "");
    report.result("cost_vs_nats_message", to_message, "ratio", "<= 0.1");
    report.result("cost_vs_nats_frame", to_frame, "ratio", "<= 0.8");
    report.result("cost_vs_bare_grpc", to_bare, "ratio", "<= 1.25");
    report.result("cost_vs_floor", to_floor, "ratio", "<= 2.3");
    report.result("windows_cost_vs_plain", to_plain, "ratio", "<= 3");
    report.result("converged", {{converged.min()}}, "share", ">= 1");
    const int exit_code = report.print();
    return well ? exit_code : 1;
}

}  // namespace
}  // namespace muster::bench

// usage: bench_picture [ROUNDS], or "bench_picture hub|windows|bare|floor" for one of them alone.
int main(int argc, char** argv) {
    using namespace muster::bench;
    std::signal(SIGPIPE, SIG_IGN);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const std::string what = argc > 1 ? argv[1] : "3";
    if (what == "hub") return measure_grpc("hub", serve_hub, false, true).went_well ? 0 : 1;
    if (what == "windows") return measure_grpc("windows", serve_hub, true, true).went_well ? 0 : 1;
    if (what == "bare") return measure_grpc("bare", serve_bare, false, false).went_well ? 0 : 1;
    if (what == "floor") return measure_floor().went_well ? 0 : 1;
    return run(std::max(1, std::atoi(what.c_str())));
}
