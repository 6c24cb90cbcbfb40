#include <map>

#include <fmt/ranges.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/health.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/snapshot.h"
#include "clients/cpp/labels.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"

namespace muster {
namespace {

constexpr char kExampleId[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
// Of rooms of one title, in a refusal.
constexpr size_t kNamedIds = 5;

// The id of a room that is named by it or, when exactly one open room has it, by its title. Codes:
// not_found (cli.room_title_unknown), failed_precondition (cli.room_ambiguous), those of ListRooms.
Result<std::string> room_id(Cli& cli, const std::string& room) {
    if (const auto id = Uuid::parse(room)) return id->text();
    std::vector<std::string> ids;
    MUSTER_TRY(cli.pages(v1::ListRoomsRequest(), [&](const auto& page) {
        for (const auto& open : page.rooms()) {
            if (open.title() == room) ids.push_back(open.id());
        }
    }));
    if (ids.size() == 1) return ids.front();
    if (ids.empty()) {
        return refuse(absl::StatusCode::kNotFound, "cli.room_title_unknown", {{"room", room}});
    }
    const std::string count = std::to_string(ids.size());
    if (ids.size() > kNamedIds) ids.resize(kNamedIds);
    return refuse(
        absl::StatusCode::kFailedPrecondition,
        "cli.room_ambiguous",
        {{"count", count}, {"room", room}, {"ids", fmt::format("{}", fmt::join(ids, " "))}});
}

std::string yes(bool is, Language language) {
    return is ? say(make_reason("word.is.yes", {}), language) : std::string();
}

Status show(Cli& cli, const v1::Room& room) {
    if (cli.json()) {
        cli.print_json(room);
        return absl::OkStatus();
    }
    Names names;
    MUSTER_TRY(names.load_incidents(cli, {room.incident_id()}));
    const UtcTime now = SystemClock().now();
    Table table({"title",
                 "status",
                 "incident",
                 "chair",
                 "standing",
                 "opened",
                 "closes",
                 "ended",
                 "version",
                 "id"});
    table.add({room.title(),
               label(room.status(), cli.language()),
               names.of(room.incident_id()),
               room.chair_name(),
               yes(room.standing(), cli.language()),
               local_time(room.opened_at(), now),
               local_time(room.close_due(), now),
               local_time(room.closed_at(), now),
               std::to_string(room.version()),
               room.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

// How many people are in each room.
Result<std::map<std::string, int>> count_people(Cli& cli) {
    MUSTER_ASSIGN(Client * client, cli.client());
    MUSTER_ASSIGN(const auto picture, fetch_picture(*client, {v1::ENTITY_KIND_PARTICIPANT}));
    std::map<std::string, int> people;
    picture.for_each(v1::ENTITY_KIND_PARTICIPANT, [&](const v1::Entity& entity) {
        const auto& participant = entity.participant();
        const bool in = participant.status() == v1::PARTICIPANT_STATUS_JOINED;
        if (in && !participant.person_id().empty()) ++people[participant.room_id()];
    });
    return people;
}

Status list(Cli& cli, const v1::ListRoomsRequest& request) {
    std::vector<v1::Room> rooms;
    MUSTER_TRY(cli.pages(request, [&](const auto& page) {
        for (const auto& room : page.rooms()) {
            if (cli.json()) {
                cli.print_json(room);
            } else {
                rooms.push_back(room);
            }
        }
    }));
    if (cli.json()) return absl::OkStatus();
    Names names;
    std::vector<std::string> incidents;
    for (const auto& room : rooms) incidents.push_back(room.incident_id());
    MUSTER_TRY(names.load_incidents(cli, incidents));
    MUSTER_ASSIGN(auto people, count_people(cli));
    const UtcTime now = SystemClock().now();
    Table table(
        {"title", "status", "people", "incident", "chair", "standing", "since", "closes", "id"});
    for (const auto& room : rooms) {
        table.add({room.title(),
                   label(room.status(), cli.language()),
                   std::to_string(people[room.id()]),
                   names.of(room.incident_id()),
                   room.chair_name(),
                   yes(room.standing(), cli.language()),
                   age(room.opened_at(), now, cli.language()),
                   local_time(room.close_due(), now),
                   room.id()});
    }
    cli.print(table);
    return absl::OkStatus();
}

// "joined, muted, gone": whether it is in, and what the others notice of it. `live` may be null.
std::string describe(const v1::Participant& participant, const v1::Live* live, Language language) {
    std::vector<std::string> words{label(participant.status(), language)};
    const auto add = [&](bool is, const char* code) {
        if (is) words.push_back(say(make_reason(code, {}), language));
    };
    add(participant.lost(), "word.participant.lost");
    if (participant.status() == v1::PARTICIPANT_STATUS_JOINED) {
        add(participant.muted(), "word.participant.muted");
        add(participant.camera_off(), "word.participant.camera-off");
        add(live != nullptr && live->participant_state().gone(), "word.participant.gone");
    }
    return fmt::format("{}", fmt::join(words, language == Language::chinese ? "、" : ", "));
}

Table participant_table() {
    return Table({"name", "status", "joined", "left", "health", "id"});
}

void add_row(Table& table,
             const v1::Participant& participant,
             const PictureMirror* picture,
             Language language) {
    const UtcTime now = SystemClock().now();
    const auto live = [&](v1::EntityKind kind, const std::string& id) {
        return picture == nullptr ? nullptr : picture->find_live(kind, id);
    };
    const auto* health = live(v1::ENTITY_KIND_STREAM_HEALTH, participant.stream_id());
    const bool in = participant.status() == v1::PARTICIPANT_STATUS_JOINED;
    table.add(
        {participant.name(),
         describe(participant, live(v1::ENTITY_KIND_PARTICIPANT_STATE, participant.id()), language),
         local_time(participant.joined_at(), now),
         local_time(participant.left_at(), now),
         in && health != nullptr ? describe(health->stream_health(), language) : "",
         participant.id()});
}

Result<PictureMirror> look_at_participants(Cli& cli) {
    MUSTER_ASSIGN(Client * client, cli.client());
    return fetch_picture(*client,
                         {v1::ENTITY_KIND_PARTICIPANT_STATE, v1::ENTITY_KIND_STREAM_HEALTH});
}

// One that was changed.
Status show(Cli& cli, const v1::Participant& participant) {
    if (cli.json()) {
        cli.print_json(participant);
        return absl::OkStatus();
    }
    Table table = participant_table();
    add_row(table, participant, nullptr, cli.language());
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

// Whoever is in the room; with `all` whoever was, too. `picture` may be null.
Status list_participants(Cli& cli,
                         const std::string& room_id,
                         bool all,
                         const PictureMirror* picture) {
    v1::ListParticipantsRequest request;
    request.set_room_id(room_id);
    Table table = participant_table();
    MUSTER_TRY(cli.pages(request, [&](const auto& page) {
        for (const auto& participant : page.participants()) {
            if (!all && participant.status() != v1::PARTICIPANT_STATUS_JOINED) continue;
            if (cli.json()) {
                cli.print_json(participant);
            } else {
                add_row(table, participant, picture, cli.language());
            }
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

// The room, and without --json who is in it and how they are seen; of a closed one, who was.
Status show_with_participants(Cli& cli, const std::string& room) {
    v1::GetRoomRequest request;
    MUSTER_ASSIGN(*request.mutable_id(), room_id(cli, room));
    MUSTER_ASSIGN(const auto response, cli.call(request));
    MUSTER_TRY(show(cli, response.room()));
    if (cli.json()) return absl::OkStatus();
    cli.out() << "\n";
    if (response.room().status() == v1::ROOM_STATUS_CLOSED) {
        return list_participants(cli, request.id(), true, nullptr);
    }
    const auto picture = look_at_participants(cli);
    MUSTER_TRY(list_participants(cli, request.id(), false, picture.ok() ? &*picture : nullptr));
    return picture.status();
}

void add_open(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::OpenRoomRequest>();
    auto* verb = cli.verb(noun,
                          "open",
                          "Open a room; whoever opens it is its chair",
                          "muster room open --title 前指会商 --incident F2104",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.room());
                          });
    text_option(verb, "--title", "What it is called", [request](const auto& title) {
        request->set_title(title);
    })->required();
    text_option(verb, "--incident", "Incident that it is about", [request](const auto& id) {
        request->set_incident_id(id);
    });
    verb->add_flag_callback(
        "--standing",
        [request] { request->set_standing(true); },
        "Stays open while nobody is in it");
    uuid_option(
        verb, "--id", "Id of the new room", [request](const auto& id) { request->set_id(id); });
}

void add_list(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ListRoomsRequest>();
    auto* verb = cli.verb(noun,
                          "list",
                          "Open rooms, newest first",
                          "muster room list --incident F2104 --all",
                          [request](Cli& run) { return list(run, *request); });
    verb->add_flag_callback(
        "--all", [request] { request->set_include_closed(true); }, "Closed ones too");
    text_option(verb, "--incident", "Only this incident's", [request](const auto& id) {
        request->set_incident_id(id);
    });
}

// The argument ROOM of a verb.
void room_argument(CLI::App* verb, const std::shared_ptr<std::string>& room) {
    text_option(verb, "ROOM", "Room: its id, or the title of an open one", [room](const auto& id) {
        *room = id;
    })->required();
}

void add_looks(Cli& cli, CLI::App* noun) {
    const auto shown = std::make_shared<std::string>();
    room_argument(
        cli.verb(noun,
                 "show",
                 "One room; without --json who is in it too, and how they are seen; of a closed "
                 "one, who was in it",
                 "muster room show 前指会商",
                 [shown](Cli& run) { return show_with_participants(run, *shown); }),
        shown);
    const auto room = std::make_shared<std::string>();
    const auto all = std::make_shared<bool>(false);
    auto* verb = cli.verb(noun,
                          "participants",
                          "Who is in a room, in the order of joining",
                          "muster room participants 前指会商 --all",
                          [room, all](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto id, room_id(run, *room));
                              return list_participants(run, id, *all, nullptr);
                          });
    room_argument(verb, room);
    verb->add_flag("--all", *all, "Who left or was removed, too");
}

void add_close(Cli& cli, CLI::App* noun) {
    const auto room = std::make_shared<std::string>();
    room_argument(cli.verb(noun,
                           "close",
                           "Close a room; whoever is in it has left",
                           "muster room close 前指会商",
                           [room](Cli& run) -> Status {
                               v1::CloseRoomRequest request;
                               MUSTER_ASSIGN(*request.mutable_id(), room_id(run, *room));
                               MUSTER_ASSIGN(const auto response, run.call(request));
                               return show(run, response.room());
                           }),
                  room);
}

void add_camera(Cli& cli, CLI::App* noun) {
    const auto room = std::make_shared<std::string>();
    const auto request = std::make_shared<v1::AddRoomCameraRequest>();
    auto* verb = cli.verb(noun,
                          "add-camera",
                          "Put a camera into a room; `room remove` takes it out",
                          "muster room add-camera 前指会商 '港区-07 东门'",
                          [room, request](Cli& run) -> Status {
                              MUSTER_ASSIGN(*request->mutable_room_id(), room_id(run, *room));
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.participant());
                          });
    room_argument(verb, room);
    text_option(verb, "CAMERA", "Camera", [request](const auto& id) {
        request->set_camera_id(id);
    })->required();
}

// A verb on one participant.
template <class Request>
void add_act(Cli& cli,
             CLI::App* noun,
             const char* name,
             const char* description,
             const std::shared_ptr<Request>& request) {
    const std::string example = std::string("muster room ") + name + " " + kExampleId;
    auto* verb = cli.verb(noun, name, description, example.c_str(), [request](Cli& run) -> Status {
        MUSTER_ASSIGN(const auto response, run.call(*request));
        return show(run, response.participant());
    });
    text_option(verb,
                "PARTICIPANT",
                "Participant: its id, as `room participants` says",
                [request](const auto& id) { request->set_participant_id(id); })
        ->required();
}

void add_mute(Cli& cli, CLI::App* noun, const char* name, const char* description, bool muted) {
    const auto request = std::make_shared<v1::MuteParticipantRequest>();
    request->set_muted(muted);
    add_act(cli, noun, name, description, request);
}

}  // namespace

void add_room_verbs(Cli& cli) {
    auto* noun = cli.noun("room", "Rooms (会商室), and who is in them");
    add_open(cli, noun);
    add_list(cli, noun);
    add_looks(cli, noun);
    add_close(cli, noun);
    add_mute(cli, noun, "mute", "Nobody hears the participant any more", true);
    add_mute(cli, noun, "unmute", "The participant is heard again", false);
    add_act(cli,
            noun,
            "remove",
            "Send a participant out, who cannot come back; or take a camera out",
            std::make_shared<v1::RemoveParticipantRequest>());
    add_act(cli,
            noun,
            "readmit",
            "Let somebody who was removed join again",
            std::make_shared<v1::ReadmitParticipantRequest>());
    add_camera(cli, noun);
}

}  // namespace muster
