// muster-people: the demo's simulated participants, who sit in its standing room.
#include <csignal>
#include <future>
#include <iostream>

#include <CLI/CLI.hpp>

#include "clients/city/data_folder.h"
#include "clients/city/people/room_guest.h"
#include "clients/city/roster.h"
#include "clients/cpp/files.h"
#include "hub/base/addresses.h"
#include "hub/base/error.h"
#include "hub/base/log.h"

namespace {

using muster::Result;
using muster::Status;
using muster::city::GuestOptions;
using muster::city::RoomGuest;

constexpr std::chrono::seconds kLeaveBound{3};

struct Arguments {
    std::string hub{muster::kDefaultHub};
    std::string ca_file;
    std::string data_folder;
    std::vector<std::string> users;
    GuestOptions guest;
};

std::string post_of(const std::string& user) {
    for (const auto& seat : muster::roster_seats()) {
        if (seat.user == user) return seat.post;
    }
    return user;
}

// One on a strand of its own: what one waits for holds up no other.
struct Seated {
    Seated(const muster::Clock& clock, GuestOptions options, std::function<void()> on_settled)
        : strand("guest"), guest(strand, clock, std::move(options), std::move(on_settled)) {}
    ~Seated() { strand.stop(); }

    muster::ThreadStrand strand;
    RoomGuest guest;
};

Status serve(Arguments arguments, const sigset_t& ending) {
    MUSTER_ASSIGN(arguments.guest.client.address, muster::parse_address(arguments.hub));
    if (!arguments.ca_file.empty()) {
        MUSTER_ASSIGN(arguments.guest.client.ca_pem, muster::read_file(arguments.ca_file));
    }
    // Who talks to a hub on this machine finds its node there too.
    if (arguments.guest.rtc.local_address.empty() &&
        muster::is_loopback(arguments.guest.client.address.target)) {
        arguments.guest.rtc.local_address = "127.0.0.1";
    }
    MUSTER_ASSIGN(auto logins, muster::DataFolder(arguments.data_folder).load_logins());
    const muster::SystemClock clock;
    std::vector<std::unique_ptr<Seated>> seated;
    std::atomic<size_t> unsettled = arguments.users.size();
    for (const auto& user : arguments.users) {
        auto options = arguments.guest;
        options.user = user;
        options.password = logins[user].password;
        if (options.password.empty()) {
            return muster::refuse(absl::StatusCode::kInvalidArgument,
                                  "city.not_set_up",
                                  {{"folder", arguments.data_folder}});
        }
        options.media.number = static_cast<uint8_t>(seated.size() + 1);
        options.media.caption = post_of(user);
        const auto on_settled = [&unsettled, first = std::make_shared<bool>(true)] {
            if (std::exchange(*first, false) && --unsettled == 0) {
                std::cout << "{\"ready\":true}" << std::endl;
            }
        };
        seated.push_back(std::make_unique<Seated>(clock, std::move(options), on_settled));
        seated.back()->guest.open();
    }
    int signal = 0;
    sigwait(&ending, &signal);
    std::vector<std::future<void>> left;
    for (const auto& one : seated) {
        const auto gone = std::make_shared<std::promise<void>>();
        left.push_back(gone->get_future());
        one->guest.leave([gone] { gone->set_value(); });
    }
    const auto bound = std::chrono::steady_clock::now() + kLeaveBound;
    for (const auto& one : left) one.wait_until(bound);
    return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    arguments.users.assign(std::begin(muster::kParticipantSeats),
                           std::end(muster::kParticipantSeats));
    arguments.guest.room_title = muster::kDutyRoom;
    auto& media = arguments.guest.media;

    CLI::App app(
        "The demo city's simulated participants: they join a standing room, and are seen and heard "
        "there.");
    app.add_option("--hub", arguments.hub, "HOST:PORT")->capture_default_str();
    app.add_option("--ca", arguments.ca_file, "PEM of the CA of a hub that speaks TLS")
        ->check(CLI::ExistingFile);
    app.add_option(
           "--data", arguments.data_folder, "Folder that simulate setup kept the passwords in")
        ->required();
    app.add_option("--user", arguments.users, "Who joins; repeat it. Default: those of the demo");
    app.add_option("--room", arguments.guest.room_title, "Title of the standing room")
        ->capture_default_str();
    app.add_option("--codec", media.codec, "Of the picture")
        ->check(CLI::IsMember({"VP8", "H264"}))
        ->capture_default_str();
    app.add_option(
           "--tone", media.tone_hertz, "Sound this tone without end, in Hz, instead of a chime")
        ->check(CLI::Range(20, 20'000));
    app.add_option(
        "--local-address",
        arguments.guest.rtc.local_address,
        "Send media from this address. Default: 127.0.0.1 for a hub on this machine, else any");
    CLI11_PARSE(app, argc, argv);

    // Taken by the main thread alone; every other thread inherits that they are blocked.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    muster::start_log("people", "info");
    muster::start_gst();
    const Status status = serve(std::move(arguments), ending);
    if (status.ok()) return 0;
    std::cerr << "muster-people: " << status.message() << "\n";
    return 1;
}
