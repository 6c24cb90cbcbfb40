#include "hub/desk/figures.h"

#include <algorithm>
#include <map>
#include <set>

#include "hub/desk/lookup.h"

namespace muster {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr uint32_t kLargest = 100'000'000;

Result<google::protobuf::Timestamp> time_of(const v1::AddFigureRequest& request,
                                            const v1::Figure* corrected,
                                            const Context& context) {
    if (!request.has_as_of()) {
        return corrected == nullptr ? to_proto(context.now) : corrected->as_of();
    }
    MUSTER_TRY(check_time(request.as_of(), "as_of"));
    const UtcTime as_of = from_proto(request.as_of());
    if (as_of > context.now + kFigureAhead) {
        return refuse(kInvalid, "figure.in_future", {{"as_of", rfc3339(as_of)}}, "as_of");
    }
    return to_proto(std::min(as_of, context.now));
}

// What this figure corrects: of the named incident or a duplicate of it, of the same subject and
// source, and not corrected yet.
Result<v1::Figure> find_corrected(const Draft& draft,
                                  const v1::AddFigureRequest& request,
                                  const v1::Incident& incident) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_FIGURE, request.corrects_id(), "corrects_id"));
    const v1::Figure& figure = stored->message.figure();
    const auto other = [](const char* what) {
        return refuse(
            kPrecondition, "figure.correction_of_other", {{"figure_field", what}}, "corrects_id");
    };
    if (figure.incident_id() != incident.id()) {
        const auto owner = draft.find(v1::ENTITY_KIND_INCIDENT, figure.incident_id());
        if (!owner || owner->message.incident().merged_into_id() != incident.id()) {
            return other("incident");
        }
    }
    if (figure.subject() != request.subject()) return other("subject");
    if (figure.source() != request.source()) return other("source");
    if (const auto by = draft.owned_by(v1::ENTITY_KIND_FIGURE, figure.id()); !by.empty()) {
        return refuse(kPrecondition,
                      "figure.corrected_already",
                      {{"value", std::to_string(by.front()->message.figure().value())},
                       {"by_id", by.front()->message.figure().id()}},
                      "corrects_id");
    }
    return figure;
}

}  // namespace

Result<v1::AddFigureResponse> decide(Draft& draft,
                                     const v1::AddFigureRequest& request,
                                     const Context& context) {
    MUSTER_TRY(check_enum(request.subject(), false, "subject"));
    MUSTER_TRY(check_range(request.value(), 0, kLargest, "value"));
    MUSTER_TRY(check_name(request.source(), 100, "source"));
    MUSTER_TRY(check_length(request.note(), 0, 500, "note"));
    MUSTER_ASSIGN(
        const auto incident,
        find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
    std::optional<v1::Figure> corrected;
    if (!request.corrects_id().empty()) {
        MUSTER_ASSIGN(corrected, find_corrected(draft, request, incident->message.incident()));
    }
    MUSTER_ASSIGN(auto as_of, time_of(request, corrected ? &*corrected : nullptr, context));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_FIGURE, request.id(), context));
    v1::Entity entity;
    auto& figure = *entity.mutable_figure();
    figure.set_id(std::move(id));
    figure.set_incident_id(corrected ? corrected->incident_id()
                                     : incident->message.incident().id());
    figure.set_subject(request.subject());
    figure.set_value(request.value());
    figure.set_source(request.source());
    *figure.mutable_as_of() = std::move(as_of);
    *figure.mutable_recorded_at() = to_proto(context.now);
    figure.set_recorded_by_id(context.actor.person_id);
    figure.set_note(request.note());
    Args args{{"subject", word(figure.subject())},
              {"value", std::to_string(figure.value())},
              {"source", figure.source()}};
    if (corrected) {
        figure.set_corrects_id(corrected->id());
        args.emplace_back("former", std::to_string(corrected->value()));
    }
    write_log(draft,
              context,
              {.incident_id = figure.incident_id(),
               .about_id = figure.id(),
               .code = corrected ? "log.figure_corrected" : "log.figure_added",
               .args = std::move(args)});
    v1::AddFigureResponse response;
    *response.mutable_figure() = draft.put(std::move(entity)).figure();
    return response;
}

v1::SummarizeFiguresResponse summarize(const std::vector<EntityPtr>& figures) {
    std::set<std::string_view> corrected;
    for (const auto& stored : figures) corrected.insert(stored->message.figure().corrects_id());
    using BySource = std::map<std::string_view, const v1::Figure*>;
    std::map<v1::FigureSubject, BySource> holding;
    for (const auto& stored : figures) {
        const v1::Figure& figure = stored->message.figure();
        if (corrected.contains(figure.id())) continue;
        const v1::Figure*& newest = holding[figure.subject()][figure.source()];
        if (newest == nullptr || from_proto(figure.as_of()) >= from_proto(newest->as_of())) {
            newest = &figure;
        }
    }
    v1::SummarizeFiguresResponse response;
    for (const auto& [subject, by_source] : holding) {
        std::vector<const v1::Figure*> list;
        for (const auto& [source, figure] : by_source) list.push_back(figure);
        std::ranges::stable_sort(list, std::greater(), [](const v1::Figure* figure) {
            return from_proto(figure->as_of());
        });
        auto& summary = *response.add_subjects();
        summary.set_subject(subject);
        for (const auto* figure : list) *summary.add_figures() = *figure;
        summary.set_contradictory(std::ranges::any_of(
            list, [&](const v1::Figure* figure) { return figure->value() != list[0]->value(); }));
    }
    return response;
}

}  // namespace muster
