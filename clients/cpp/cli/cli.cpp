#include "clients/cpp/cli/cli.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <fmt/ranges.h>
#include <google/protobuf/util/json_util.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/session.h"
#include "clients/cpp/files.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/log.h"

namespace muster {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

// The word (word.what.* of the catalogue) for what gRPC says of a connection, by its marks.
std::string short_cause(std::string_view what) {
    const auto has = [what](std::string_view mark) {
        return std::search(what.begin(), what.end(), mark.begin(), mark.end(), [](char a, char b) {
                   return std::tolower(static_cast<unsigned char>(a)) == b;
               }) != what.end();
    };
    if (has("connection refused")) return "connection-refused";
    if (has("ssl") || has("handshake") || has("certificate")) return "tls-failed";
    if (has("resolution") || has("dns") || has("name or service")) return "name-unknown";
    if (has("deadline") || has("timed out") || has("timeout")) return "no-answer-in-time";
    return "no-connection";
}

constexpr char kFooter[] =
    "Where the hub is: --hub or MUSTER_HUB (HOST:PORT; https://HOST:PORT for TLS), MUSTER_TOKEN, "
    "MUSTER_CA,\n"
    "or what `muster login` kept. IDs are UUIDs, an incident's number, the name of a team, "
    "camera or person,\n"
    "or an open room's title.\n"
    "Exit: 0 done, 1 refused (why is on stderr), 2 misuse, 3 hub not reachable.";

}  // namespace

void Cli::add_all_verbs() {
    app_.name("muster");
    app_.description("muster: the command line of a Muster hub (集结)");
    app_.footer(kFooter);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_flag("--json", json_, "One JSON object a line instead of tables");
    app_.add_flag("--verbose", verbose_, "What gRPC says when the hub is not reachable");
    app_.add_option("--hub", hub_, "Address of the hub")->type_name("HOST:PORT");
    app_.add_option("--ca", ca_, "PEM file of the CA to trust")->type_name("FILE");
    uuid_option(&app_,
                "--request-id",
                "Identity of a changing request: one that is repeated with it acts once",
                [this](const std::string& id) { request_id_ = id; });
    add_incident_verbs(*this);
    add_order_verbs(*this);
    add_escalation_verbs(*this);
    add_policy_verbs(*this);
    add_agency_verbs(*this);
    add_figure_verbs(*this);
    add_response_verbs(*this);
    add_team_verbs(*this);
    add_suggest_verb(*this);
    add_run_card_verbs(*this);
    add_zone_verbs(*this);
    add_road_verbs(*this);
    add_camera_verbs(*this);
    add_room_verbs(*this);
    add_person_verbs(*this);
    add_watch_verb(*this);
    add_picture_verbs(*this);
    add_backup_verbs(*this);
    add_audit_verbs(*this);
    add_hub_verbs(*this);
    add_access_verbs(*this);
    add_simulate_verbs(*this);
    verb(nullptr, "version", "Print the version of this program", "muster version", [](Cli& cli) {
        if (cli.json()) {
            cli.out() << "{\"build\":\"" << build_name() << "\"}\n";
        } else {
            cli.out() << build_name() << "\n";
        }
        return absl::OkStatus();
    });
}

CLI::App* Cli::noun(const char* name, const char* description) {
    auto* app = app_.add_subcommand(name, description);
    app->require_subcommand(1);
    app->fallthrough();
    return app;
}

CLI::App* Cli::verb(
    CLI::App* parent, const char* name, const char* description, const char* example, Verb run) {
    auto* app = (parent == nullptr ? &app_ : parent)->add_subcommand(name, description);
    app->fallthrough();
    app->footer(std::string("Example:\n  ") + example);
    app->final_callback([this, run = std::move(run)] { chosen_ = run; });
    return app;
}

Exit Cli::run(int argc, const char* const* argv) {
    add_all_verbs();
    try {
        app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return misuse(error);
    }
    const Status status = chosen_(*this);
    out_.flush();
    return exit_of(status);
}

Exit Cli::misuse(const CLI::ParseError& error) {
    // The parser says "A subcommand is required" whether there was none or an unknown one.
    const auto chosen = app_.get_subcommands();
    const CLI::App* level = chosen.empty() ? &app_ : chosen.front();
    const bool no_verb =
        level->get_require_subcommand_min() > 0 && level->get_subcommands().empty();
    if (error.get_name() != "RequiredError" || !no_verb) {
        return app_.exit(error, out_, err_) == 0 ? Exit::done : Exit::misuse;
    }
    std::vector<std::string> words;
    for (const auto* app : level->get_subcommands([](const CLI::App*) { return true; })) {
        words.push_back(app->get_name());
    }
    const auto left = app_.remaining(true);
    const auto word = std::find_if(
        left.begin(), left.end(), [](const std::string& text) { return !text.starts_with('-'); });
    warn(make_reason(word == left.end() ? "cli.word_missing" : "cli.unknown_word",
                     {{"word", word == left.end() ? "" : *word},
                      {"words", fmt::format("{}", fmt::join(words, ", "))}}));
    return Exit::misuse;
}

Exit Cli::exit_of(const Status& status) {
    if (status.ok()) return Exit::done;
    const auto detail = detail_of(status);
    if (detail) {
        warn(detail->reason());
    } else {
        err_ << "muster: " << status.message() << "\n";
    }
    if (is_unreachable(status)) return Exit::unreachable;
    // What never reached a hub because it was asked for wrongly.
    const bool misuse = detail && absl::IsInvalidArgument(status) &&
                        (detail->reason().code().starts_with("cli.") ||
                         detail->reason().code().starts_with("client."));
    return misuse ? Exit::misuse : Exit::refused;
}

std::string Cli::second_request_id() const {
    auto id = *Uuid::parse(request_id_);
    id.bytes.back() ^= 1;
    return id.text();
}

std::string Cli::hub_address() const {
    if (!hub_.empty()) return hub_;
    if (const auto named = environment("MUSTER_HUB"); !named.empty()) return named;
    const auto session = load_session();
    return session ? session->hub : std::string(kDefaultHub);
}

std::string Cli::ca_file() const {
    if (!ca_.empty()) return ca_;
    if (const auto named = environment("MUSTER_CA"); !named.empty()) return named;
    const auto session = load_session();
    if (session && !session->ca.empty()) return session->ca;
    // Where the trust page says that it is looked for.
    const std::string usual = usual_ca_file();
    std::error_code ignored;
    return std::filesystem::exists(usual, ignored) ? usual : std::string();
}

Result<ClientOptions> Cli::connection() const {
    ClientOptions options;
    MUSTER_ASSIGN(options.address, parse_address(hub_address()));
    if (options.address.tls && !ca_file().empty()) {
        MUSTER_ASSIGN(options.ca_pem, read_file(ca_file()));
    }
    return options;
}

Result<Client*> Cli::client() {
    if (client_) return client_.get();
    MUSTER_ASSIGN(ClientOptions options, connection());
    options.token = environment("MUSTER_TOKEN");
    if (options.token.empty()) {
        // A token goes to the hub that gave it and to no other one.
        const auto session = load_session();
        const auto home = session ? parse_address(session->hub) : absl::NotFoundError("");
        if (home.ok() && home->target == options.address.target &&
            home->tls == options.address.tls) {
            options.token = session->token;
            token_is_kept_ = true;
        }
    }
    client_ = std::make_unique<Client>(std::move(options));
    return client_.get();
}

void Cli::print_json(const google::protobuf::Message& message) {
    google::protobuf::util::JsonPrintOptions options;
    options.always_print_primitive_fields = true;
    std::string text;
    // Fails only for unknown Any types, which the API does not have.
    (void)google::protobuf::util::MessageToJsonString(message, &text, options);
    out_ << text << "\n";
}

void Cli::print(const Table& table) {
    out_ << table.text(language_);
}

void Cli::warn(const v1::Reason& reason) {
    v1::Reason said = reason;
    if (reason.code() == "client.unreachable" && !verbose_) {
        auto& what = (*said.mutable_args())["what"];
        what = short_cause(what);
    }
    err_ << "muster: " << say(said, language_) << "\n";
}

}  // namespace muster
