#include "clients/city/city.h"
#include "clients/city/setup.h"
#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"

namespace muster {
namespace {

void add_setup(Cli& cli, CLI::App* noun) {
    const auto options = std::make_shared<SetupOptions>();
    auto* verb = cli.verb(
        noun,
        "setup",
        "Make the demo city's teams, people and cameras where they are missing; prints who may log "
        "in, with tokens for 24 h, as one JSON array",
        "muster simulate setup --data build/demo/city --admin-password-file admin.password",
        [options](Cli& run) -> Status {
            MUSTER_ASSIGN(options->client, run.connection());
            MUSTER_ASSIGN(const std::string users, set_up_city(*options));
            run.out() << users << "\n";
            return absl::OkStatus();
        });
    verb->add_option("--data", options->data, "Folder that keeps the passwords")
        ->type_name("DIR")
        ->required();
    verb->add_option("--admin-name", options->admin_name, "Who sets up")->capture_default_str();
    verb->add_option("--admin-password-file",
                     options->admin_password_file,
                     "Its first line is the admin's password; needed the first time")
        ->type_name("FILE");
    verb->add_option("--cameras", options->cameras_url, "Where muster-cameras serves")
        ->type_name("URL")
        ->capture_default_str();
    verb->add_option("--foreign", options->foreign_url, "One more camera, of another make")
        ->type_name("URL");
}

void add_city(Cli& cli, CLI::App* noun) {
    const auto options = std::make_shared<CityOptions>();
    auto* verb = cli.verb(noun,
                          "city",
                          "Drive the demo city's teams and calls until it is stopped; prints one "
                          "JSON line when every team has a position",
                          "muster simulate city --data build/demo/city --quiet",
                          [options](Cli& run) -> Status {
                              MUSTER_ASSIGN(options->client, run.connection());
                              return run_city(*options, run.out());
                          });
    verb->add_option("--data", options->data, "Folder that setup kept the passwords in")
        ->type_name("DIR")
        ->required();
    verb->add_flag("--quiet", options->quiet, "No incidents");
    verb->add_option("--seed", options->seed, "Choose chance; default: a random one")
        ->type_name("N");
}

}  // namespace

void add_simulate_verbs(Cli& cli) {
    auto* noun = cli.noun("simulate", "The demo city: teams, calls");
    add_setup(cli, noun);
    add_city(cli, noun);
}

}  // namespace muster
