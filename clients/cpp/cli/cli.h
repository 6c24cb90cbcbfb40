// cli: the verbs of `muster`. One file a noun adds its verbs to the parser; a verb is a function
// that gets the Cli and returns how it ended.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <CLI/App.hpp>

#include "clients/cpp/cli/table.h"
#include "clients/cpp/client.h"
#include "hub/base/catalogue.h"
#include "hub/base/clock.h"

namespace muster {

// What a process exits with; scripts rely on it.
enum class Exit : int { done = 0, refused = 1, misuse = 2, unreachable = 3 };

// One run of the command line: options that every verb has, the connection, and how things are
// printed. Used by one thread.
class Cli {
public:
    using Verb = std::function<Status(Cli&)>;

    explicit Cli(std::ostream& out, std::ostream& err, Language language)
        : out_(out), err_(err), language_(language) {}

    // Parses, runs the verb that was named, prints what went wrong.
    Exit run(int argc, const char* const* argv);

    // --- for verbs ---

    // `muster <noun>`: a group of verbs.
    CLI::App* noun(const char* name, const char* description);
    // A verb of a noun, or of `muster` itself when `parent` is null.
    CLI::App* verb(
        CLI::App* parent, const char* name, const char* description, const char* example, Verb run);

    // Where and how to connect; without a token. Codes: invalid_argument (client.*, cli.*).
    Result<ClientOptions> connection() const;
    // The connection, made at first use. Codes: invalid_argument (client.*, cli.*).
    Result<Client*> client();
    // Makes a call with the --request-id of the command line.
    template <class Request>
    Result<ResponseOf<Request>> call(Request request) {
        if constexpr (requires { request.set_request_id(std::string()); }) {
            if (!request_id_.empty()) request.set_request_id(request_id_);
        }
        MUSTER_ASSIGN(Client * hub, client());
        return hub->call(std::move(request));
    }
    // Sets when this machine sent it, unless the command line gives a --request-id: what is
    // repeated with it must be the same to the byte, to be answered as the first was.
    template <class Request>
    void stamp(Request& request) const {
        if (request_id_.empty()) *request.mutable_device_at() = to_proto(SystemClock().now());
    }
    // A second change of the same verb: its identity is made from that of the command line.
    template <class Request>
    Result<ResponseOf<Request>> call_second(Request request) {
        if (!request_id_.empty()) request.set_request_id(second_request_id());
        MUSTER_ASSIGN(Client * hub, client());
        return hub->call(std::move(request));
    }
    // Fetches every page of a list and calls `visit` with each answer.
    template <class Request, class Visit>
    Status pages(Request request, Visit visit) {
        do {
            MUSTER_ASSIGN(auto page, call(request));
            visit(page);
            request.set_page_token(page.next_page_token());
        } while (!request.page_token().empty());
        return absl::OkStatus();
    }

    bool json() const { return json_; }
    Language language() const { return language_; }
    std::ostream& out() { return out_; }
    std::ostream& err() { return err_; }
    // One line of protobuf JSON: defaults printed, enums by name.
    void print_json(const google::protobuf::Message& message);
    void print(const Table& table);
    // The sentence of a reason, on stderr.
    void warn(const v1::Reason& reason);

    // --hub or MUSTER_HUB, else the kept log-in's, else the default.
    std::string hub_address() const;
    std::string ca_file() const;
    // Whether the token that calls carry is that of the kept log-in.
    bool token_is_kept() const { return token_is_kept_; }

private:
    void add_all_verbs();
    Exit exit_of(const Status& status);
    Exit misuse(const CLI::ParseError& error);
    std::string second_request_id() const;

    std::ostream& out_;
    std::ostream& err_;
    const Language language_;
    CLI::App app_;
    Verb chosen_;
    bool json_ = false;
    bool verbose_ = false;
    std::string hub_;
    std::string ca_;
    std::string request_id_;
    bool token_is_kept_ = false;
    std::unique_ptr<Client> client_;
};

void add_access_verbs(Cli& cli);
void add_person_verbs(Cli& cli);
void add_incident_verbs(Cli& cli);
// The noun is that of add_incident_verbs().
void add_search_verb(Cli& cli, CLI::App* noun);
void add_figure_verbs(Cli& cli);
void add_response_verbs(Cli& cli);
void add_order_verbs(Cli& cli);
// The noun is that of add_order_verbs().
void add_order_set_verb(Cli& cli, CLI::App* noun);
// The noun is that of add_order_verbs().
void add_agency_order_verbs(Cli& cli, CLI::App* noun);
void add_escalation_verbs(Cli& cli);
void add_policy_verbs(Cli& cli);
void add_agency_verbs(Cli& cli);
void add_suggest_verb(Cli& cli);
void add_team_verbs(Cli& cli);
void add_zone_verbs(Cli& cli);
void add_run_card_verbs(Cli& cli);
void add_road_verbs(Cli& cli);
void add_camera_verbs(Cli& cli);
void add_room_verbs(Cli& cli);
void add_watch_verb(Cli& cli);
void add_picture_verbs(Cli& cli);
void add_backup_verbs(Cli& cli);
void add_audit_verbs(Cli& cli);
void add_hub_verbs(Cli& cli);
void add_simulate_verbs(Cli& cli);

}  // namespace muster
