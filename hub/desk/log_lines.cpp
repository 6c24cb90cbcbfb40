#include "hub/desk/log_lines.h"

#include <algorithm>

#include "hub/base/utf8.h"

namespace muster {
namespace {

constexpr size_t kActorName = 100;

}  // namespace

v1::LogLine write_log(Draft& draft, const Context& context, LogEntry entry) {
    v1::Entity entity;
    auto& line = *entity.mutable_log_line();
    line.set_id(entry.id.empty() ? context.new_id().text() : std::move(entry.id));
    line.set_incident_id(std::move(entry.incident_id));
    line.set_about_id(std::move(entry.about_id));
    *line.mutable_at() = to_proto(context.now);
    line.set_actor_id(context.actor.person_id);
    line.set_actor_name(actor_name(context.actor));
    if (entry.device.at) {
        *line.mutable_device_at() = *entry.device.at;
        if (const auto offset = entry.device.clock_offset_ms) {
            entry.args.emplace_back("clock_offset_ms", std::to_string(*offset));
        }
    }
    if (!entry.code.empty()) *line.mutable_reason() = make_reason(entry.code, entry.args);
    line.set_text(std::move(entry.text));
    return draft.put(std::move(entity)).log_line();
}

std::string actor_name(const Actor& actor) {
    return clip(actor.post.empty() ? actor.name : actor.post, kActorName);
}

std::string team_name(const Draft& draft, std::string_view team_id) {
    const auto team = draft.find(v1::ENTITY_KIND_TEAM, team_id);
    return team ? team->message.team().name() : std::string(team_id);
}

std::string person_name(const Draft& draft, std::string_view person_id) {
    const auto stored = draft.find(v1::ENTITY_KIND_PERSON, person_id);
    if (!stored) return std::string(person_id);
    const auto& person = stored->message.person();
    return clip(person.post().empty() ? person.name() : person.post(), kActorName);
}

EntityPtr last_edit(const Draft& draft, std::string_view incident_id) {
    const auto lines = draft.owned_by(v1::ENTITY_KIND_LOG_LINE, incident_id);
    const auto found = std::find_if(lines.rbegin(), lines.rend(), [](const EntityPtr& stored) {
        const std::string& code = stored->message.log_line().reason().code();
        return code.starts_with("log.incident_") || code.starts_with("log.command_");
    });
    return found == lines.rend() ? nullptr : *found;
}

}  // namespace muster
