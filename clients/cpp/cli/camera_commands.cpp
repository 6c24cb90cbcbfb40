#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/health.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/secret.h"
#include "clients/cpp/cli/snapshot.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

Table upright_table(const v1::Camera& camera) {
    Table table({"name", "at", "url", "user", "added", "version", "id"});
    table.add({camera.name(),
               place_text(camera.at()),
               camera.url(),
               camera.user(),
               local_time(camera.added_at(), SystemClock().now()),
               std::to_string(camera.version()),
               camera.id()});
    return table;
}

// What add and update print: the camera, and what the hub warned of.
template <class Response>
Status show_changed(Cli& cli, const Response& response) {
    for (const auto& warning : response.warnings()) cli.warn(warning);
    if (cli.json()) {
        cli.print_json(response.camera());
    } else {
        cli.out() << upright_table(response.camera()).upright(cli.language());
    }
    return absl::OkStatus();
}

Status show(Cli& cli, const v1::GetCameraRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    if (cli.json()) {
        cli.print_json(response.camera());
        return absl::OkStatus();
    }
    cli.out() << upright_table(response.camera()).upright(cli.language()) << "\n";
    MUSTER_ASSIGN(Client * client, cli.client());
    const auto picture = fetch_picture(*client, {v1::ENTITY_KIND_STREAM_HEALTH});
    Table table({"rendition", "health", "viewers", "stream"});
    for (const auto& stream : response.streams()) {
        const auto* live =
            picture.ok() ? picture->find_live(v1::ENTITY_KIND_STREAM_HEALTH, stream.id()) : nullptr;
        table.add({stream.rendition(),
                   live == nullptr ? "–" : describe(live->stream_health(), cli.language()),
                   live == nullptr ? "" : std::to_string(live->stream_health().viewers()),
                   stream.id()});
    }
    cli.print(table);
    return picture.status();
}

Status list(Cli& cli) {
    Table table({"name", "at", "url", "id"});
    MUSTER_TRY(cli.pages(v1::ListCamerasRequest(), [&](const auto& page) {
        for (const auto& camera : page.cameras()) {
            if (cli.json()) {
                cli.print_json(camera);
            } else {
                table.add({camera.name(), place_text(camera.at()), camera.url(), camera.id()});
            }
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

void add_add(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddCameraRequest>();
    auto* verb = cli.verb(
        noun,
        "add",
        "Add a camera; with --user its password comes from standard input",
        "muster camera add --name '港区-07 东门' --url rtsp://10.0.7.7/main --at 30.0133,123.9488 "
        "--user view < password",
        [request](Cli& run) -> Status {
            if (!request->user().empty()) {
                MUSTER_ASSIGN(*request->mutable_password(), read_secret("Password of the camera"));
            }
            MUSTER_ASSIGN(const auto response, run.call(*request));
            return show_changed(run, response);
        });
    text_option(verb, "--name", "Name, unique among cameras", [request](const auto& name) {
        request->set_name(name);
    })->required();
    text_option(verb, "--url", "rtsp:// or rtsps://", [request](const auto& url) {
        request->set_url(url);
    })->required();
    place_option(verb, "--at", "Where it stands", [request](const auto& at) {
        *request->mutable_at() = at;
    })->required();
    text_option(verb, "--user", "User to log in as", [request](const auto& user) {
        request->set_user(user);
    });
    verb->add_flag_callback(
        "--pinned", [request] { request->set_pinned(true); }, "Pull it even when nobody watches");
    uuid_option(
        verb, "--id", "Id of the new camera", [request](const auto& id) { request->set_id(id); });
}

void add_update(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdateCameraRequest>();
    auto* verb = cli.verb(
        noun,
        "update",
        "Correct name, URL, place or log-in; with --user its password comes from standard input",
        "muster camera update '港区-07 东门' --url rtsp://10.0.7.8/main",
        [request](Cli& run) -> Status {
            if (request->has_user() && !request->user().empty()) {
                MUSTER_ASSIGN(*request->mutable_password(), read_secret("Password of the camera"));
            }
            MUSTER_ASSIGN(const auto response, run.call(*request));
            return show_changed(run, response);
        });
    text_option(verb, "ID", "Camera", [request](const auto& id) {
        request->set_id(id);
    })->required();
    text_option(verb, "--name", "Name, unique among cameras", [request](const auto& name) {
        request->set_name(name);
    });
    text_option(verb, "--url", "rtsp:// or rtsps://", [request](const auto& url) {
        request->set_url(url);
    });
    place_option(verb, "--at", "Where it stands", [request](const auto& at) {
        *request->mutable_at() = at;
    });
    text_option(verb, "--user", "User to log in as", [request](const auto& user) {
        request->set_user(user);
    });
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace

void add_camera_verbs(Cli& cli) {
    auto* noun = cli.noun("camera", "Cameras (摄像机)");
    add_add(cli, noun);
    cli.verb(noun, "list", "All cameras, by name", "muster camera list", list);
    const auto get = std::make_shared<v1::GetCameraRequest>();
    auto* one = cli.verb(noun,
                         "show",
                         "One camera; without --json its streams and their health too",
                         "muster camera show '港区-07 东门'",
                         [get](Cli& run) { return show(run, *get); });
    text_option(one, "ID", "Camera", [get](const auto& id) { get->set_id(id); })->required();
    add_update(cli, noun);
    const auto remove = std::make_shared<v1::RemoveCameraRequest>();
    auto* gone = cli.verb(noun,
                          "remove",
                          "Remove a camera with its streams; viewers are sent away",
                          "muster camera remove '港区-07 东门'",
                          [remove](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*remove));
                              if (run.json()) run.print_json(response);
                              return absl::OkStatus();
                          });
    text_option(gone, "ID", "Camera", [remove](const auto& id) { remove->set_id(id); })->required();
}

}  // namespace muster
