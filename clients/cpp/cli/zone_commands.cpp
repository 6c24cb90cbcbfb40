#include <sstream>

#include <boost/json.hpp>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/files.h"
#include "hub/base/error.h"

namespace muster {
namespace {

using Ring = google::protobuf::RepeatedPtrField<v1::Point>;

Status bad_file(const std::string& file) {
    return refuse(absl::StatusCode::kInvalidArgument, "cli.no_polygon", {{"file", file}});
}

// The outer ring of the one polygon in a GeoJSON file: a geometry, a feature, or a collection of
// one feature.
Result<Ring> ring_of_file(const std::string& file) {
    MUSTER_ASSIGN(const std::string text, read_file(file));
    boost::system::error_code error;
    const auto document = boost::json::parse(text, error);
    if (error) return bad_file(file);
    try {
        const boost::json::value* geometry = &document;
        if (geometry->at("type") == "FeatureCollection") {
            const auto& features = geometry->at("features").as_array();
            if (features.size() != 1) return bad_file(file);
            geometry = &features[0];
        }
        if (geometry->at("type") == "Feature") geometry = &geometry->at("geometry");
        if (geometry->at("type") != "Polygon") return bad_file(file);
        Ring ring;
        for (const auto& position : geometry->at("coordinates").at(0).as_array()) {
            v1::Point& point = *ring.Add();
            point.set_lon_deg(position.at(0).to_number<double>());
            point.set_lat_deg(position.at(1).to_number<double>());
        }
        return ring;
    } catch (const std::exception&) {
        return bad_file(file);
    }
}

// "30.00,123.90 30.01,123.90 30.01,123.91": misuse when it is not like that.
Ring ring_of_text(const std::string& text) {
    Ring ring;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto at = parse_place(word);
        if (!at) throw CLI::ValidationError("--ring", word + " is not LAT,LON");
        *ring.Add() = *at;
    }
    return ring;
}

// --ring or --file; the file is read when the verb runs.
struct RingOptions {
    Ring ring;
    std::string file;

    Status into(Ring& target) const {
        if (file.empty()) {
            target = ring;
            return absl::OkStatus();
        }
        MUSTER_ASSIGN(target, ring_of_file(file));
        return absl::OkStatus();
    }
};

std::shared_ptr<RingOptions> ring_options(CLI::App* verb, bool required) {
    auto options = std::make_shared<RingOptions>();
    auto* group = verb->add_option_group("border");
    auto* by_text =
        text_option(group,
                    "--ring",
                    "Its border as \"LAT,LON LAT,LON ...\", in order",
                    [options](const auto& text) { options->ring = ring_of_text(text); });
    auto* by_file =
        text_option(group, "--file", "GeoJSON with one Polygon", [options](const auto& file) {
            options->file = file;
        });
    by_file->excludes(by_text);
    if (required) group->require_option(1);
    return options;
}

Status show(Cli& cli, const v1::Zone& zone) {
    if (cli.json()) {
        cli.print_json(zone);
        return absl::OkStatus();
    }
    std::string border;
    for (const auto& point : zone.ring()) border += (border.empty() ? "" : " ") + place_text(point);
    Table table({"name", "border", "version", "id"});
    table.add({zone.name(), border, std::to_string(zone.version()), zone.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

Status list(Cli& cli) {
    Table table({"name", "points", "version", "id"});
    MUSTER_TRY(cli.pages(v1::ListZonesRequest(), [&](const auto& page) {
        for (const auto& zone : page.zones()) {
            if (cli.json()) {
                cli.print_json(zone);
                continue;
            }
            table.add({zone.name(),
                       std::to_string(zone.ring_size()),
                       std::to_string(zone.version()),
                       zone.id()});
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

void add_add(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddZoneRequest>();
    const auto ring = std::make_shared<std::shared_ptr<RingOptions>>();
    auto* verb = cli.verb(noun,
                          "add",
                          "Add a zone",
                          "muster zone add --name 北区 --ring "
                          "\"30.00,123.90 30.05,123.90 30.05,123.95\"",
                          [request, ring](Cli& run) -> Status {
                              MUSTER_TRY((*ring)->into(*request->mutable_ring()));
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.zone());
                          });
    text_option(verb, "--name", "Name, unique among zones", [request](const auto& name) {
        request->set_name(name);
    })->required();
    *ring = ring_options(verb, true);
    uuid_option(
        verb, "--id", "Id of the new zone", [request](const auto& id) { request->set_id(id); });
}

void add_update(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdateZoneRequest>();
    const auto ring = std::make_shared<std::shared_ptr<RingOptions>>();
    auto* verb = cli.verb(noun,
                          "update",
                          "Correct a zone's name or border",
                          "muster zone update 北区 --file north.geojson",
                          [request, ring](Cli& run) -> Status {
                              MUSTER_TRY((*ring)->into(*request->mutable_ring()));
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.zone());
                          });
    text_option(verb, "ID", "Zone", [request](const auto& id) { request->set_id(id); })->required();
    text_option(verb, "--name", "Name, unique among zones", [request](const auto& name) {
        request->set_name(name);
    });
    *ring = ring_options(verb, false);
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace

void add_zone_verbs(Cli& cli) {
    auto* noun = cli.noun("zone", "Zones: jurisdictions (区域)");
    add_add(cli, noun);
    cli.verb(noun, "list", "All zones, by name", "muster zone list", list);
    const auto get = std::make_shared<v1::GetZoneRequest>();
    auto* one =
        cli.verb(noun, "show", "One zone", "muster zone show 北区", [get](Cli& run) -> Status {
            MUSTER_ASSIGN(const auto response, run.call(*get));
            return show(run, response.zone());
        });
    text_option(one, "ID", "Zone", [get](const auto& id) { get->set_id(id); })->required();
    add_update(cli, noun);
    const auto remove = std::make_shared<v1::RemoveZoneRequest>();
    auto* verb = cli.verb(noun,
                          "remove",
                          "Remove a zone that is no team's jurisdiction",
                          "muster zone remove 北区",
                          [remove](Cli& run) { return run.call(*remove).status(); });
    text_option(verb, "ID", "Zone", [remove](const auto& id) { remove->set_id(id); })->required();
    expect_option(verb, [remove](uint32_t version) { remove->set_expected_version(version); });
}

}  // namespace muster
