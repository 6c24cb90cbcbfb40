#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "hub/base/error.h"

namespace muster {
namespace {

constexpr size_t kPartBytes = 512 * 1024;
// A large map is built for longer than one try of a call lasts; the answer is asked for again.
constexpr int kLastTries = 60;

struct Import {
    std::string file;
    // Of an upload that broke off; a fresh one when empty.
    std::string upload_id;
};

bool is_worth_another_try(const Status& status) {
    return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// How much of the upload the hub has: an empty part asks for it.
Result<uint64_t> ask_received(Cli& cli, const std::string& upload_id) {
    v1::ImportRoadsRequest request;
    request.set_upload_id(upload_id);
    MUSTER_ASSIGN(Client * hub, cli.client());
    MUSTER_ASSIGN(const auto response, hub->call(request));
    return response.received();
}

Status import_roads(Cli& cli, const Import& import) {
    std::ifstream in(import.file, std::ios::binary | std::ios::ate);
    const auto end = in.tellg();
    if (!in || end < 0) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "cli.file_unreadable",
                      {{"file", import.file}, {"what", std::strerror(errno)}});
    }
    const auto size = static_cast<uint64_t>(end);
    const std::string id = import.upload_id.empty() ? Uuid::make().text() : import.upload_id;
    uint64_t offset = 0;
    if (!import.upload_id.empty()) {
        MUSTER_ASSIGN(offset, ask_received(cli, id));
        offset = std::min(offset, size);
    }
    MUSTER_ASSIGN(Client * hub, cli.client());
    v1::ImportRoadsResponse response;
    do {
        v1::ImportRoadsRequest request;
        request.set_upload_id(id);
        request.set_offset(offset);
        request.mutable_data()->resize(std::min<uint64_t>(kPartBytes, size - offset));
        in.seekg(static_cast<std::streamoff>(offset));
        in.read(request.mutable_data()->data(),
                static_cast<std::streamsize>(request.data().size()));
        if (!in) {
            return refuse(
                absl::StatusCode::kInvalidArgument, "cli.file_cut", {{"file", import.file}});
        }
        request.set_last(offset + request.data().size() == size);
        request.set_request_id(Uuid::make().text());
        auto answer = hub->call(request);
        for (int i = 0; i < kLastTries && request.last() && is_worth_another_try(answer.status());
             ++i) {
            answer = hub->call(request);
        }
        if (!answer.ok()) {
            // A part that was not taken is where the next run goes on.
            if (is_worth_another_try(answer.status())) {
                cli.err() << fmt::format("muster road import {} --upload {}\n", import.file, id);
            }
            return answer.status();
        }
        response = *answer;
        offset += request.data().size();
        cli.err() << fmt::format(
            "{:3.0f} %  {} / {} kB\n",
            size == 0 ? 100.0 : 100.0 * static_cast<double>(offset) / static_cast<double>(size),
            offset / 1000,
            size / 1000);
    } while (offset < size);
    if (cli.json()) {
        cli.print_json(response);
        return absl::OkStatus();
    }
    Table table({"junctions", "edges", "km", "cut off"});
    table.add({std::to_string(response.junctions()),
               std::to_string(response.edges()),
               fmt::format("{:.1f}", response.length_km()),
               std::to_string(response.cut_off())});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

}  // namespace

void add_road_verbs(Cli& cli) {
    auto* noun = cli.noun("road", "Roads for travel times (道路)");
    const auto import = std::make_shared<Import>();
    auto* verb = cli.verb(noun,
                          "import",
                          "Import a road graph: GeoJSON lines with speed_kmh and oneway",
                          "muster road import roads.geojson",
                          [import](Cli& run) { return import_roads(run, *import); });
    text_option(verb,
                "FILE",
                "GeoJSON FeatureCollection, at most 256 MiB",
                [import](const auto& file) { import->file = file; })
        ->required();
    uuid_option(verb, "--upload", "Go on with an upload that broke off", [import](const auto& id) {
        import->upload_id = id;
    });
}

}  // namespace muster
