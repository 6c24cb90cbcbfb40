#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "hub/base/entity_key.h"
#include "muster/v1/picture.grpc.pb.h"

namespace muster {
namespace {

// The message that is in it: what a list prints, and what `muster watch` has within its frames.
template <class Union>
const google::protobuf::Message* content_of(const Union& entity) {
    const auto* reflection = entity.GetReflection();
    const auto* field =
        reflection->GetOneofFieldDescriptor(entity, entity.GetDescriptor()->oneof_decl(0));
    return field == nullptr ? nullptr : &reflection->GetMessage(entity, field);
}

template <class Entities>
void print_all(Cli& cli, const Entities& entities) {
    for (const auto& entity : entities) {
        // Which kind it is, says the union's field.
        if (content_of(entity) != nullptr) cli.print_json(entity);
    }
}

Status print_past(Cli& cli, const v1::AtRequest& request) {
    MUSTER_ASSIGN(Client * client, cli.client());
    grpc::ClientContext context;
    client->authorize(context);
    const auto stub = v1::PictureService::NewStub(client->channel());
    const auto reader = stub->At(&context, request);
    v1::PastFrame frame;
    while (reader->Read(&frame)) {
        print_all(cli, frame.upserts());
        print_all(cli, frame.live());
        // Whoever read it, `head` say, has enough.
        if (!cli.out().flush()) context.TryCancel();
    }
    const bool enough = !cli.out();
    const grpc::Status status = reader->Finish();
    return enough ? absl::OkStatus() : client->status_of(status);
}

}  // namespace

void add_picture_verbs(Cli& cli) {
    auto* noun = cli.noun("picture", "The picture of any moment");
    const auto request = std::make_shared<v1::AtRequest>();
    auto* verb =
        cli.verb(noun,
                 "at",
                 "Print the whole picture of a past moment, an entity a line, as JSON",
                 "muster picture at --time 2026-11-24T09:30:00+08:00 --kinds incident,team",
                 [request](Cli& run) { return print_past(run, *request); });
    time_option(verb, "--time", "The moment", [request](const auto& time) {
        *request->mutable_time() = time;
    })->required();
    const auto add = [request](const std::vector<std::string>& words) {
        for (const auto& word : words) {
            const auto kind = kind_of_name(word);
            if (kind == v1::ENTITY_KIND_UNSPECIFIED) {
                throw CLI::ValidationError("--kinds", word + " is no kind of entity");
            }
            request->mutable_view()->add_kinds(kind);
        }
    };
    verb->add_option_function<std::vector<std::string>>(
            "--kinds", add, "Kinds to see; default: all that one may see")
        ->delimiter(',')
        ->type_name("KIND,...");
    text_option(
        verb, "--incident", "Only this one and what hangs on it", [request](const auto& id) {
            request->mutable_view()->set_incident_id(id);
        });
    text_option(verb, "--agency", "Only this one's teams and orders", [request](const auto& id) {
        request->mutable_view()->set_agency_id(id);
    });
}

}  // namespace muster
