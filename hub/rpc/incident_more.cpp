#include "hub/rpc/incident_more.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <unordered_map>

#include <fmt/format.h>

#include "hub/desk/figures.h"
#include "hub/desk/merge.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

constexpr size_t kQuery = 200;
constexpr uint32_t kSearchDefault = 50;
constexpr uint32_t kSearchMost = 200;

// What is written about an incident and its duplicates, and never changed.
Result<std::vector<EntityPtr>> written_about(const Desk& desk,
                                             const Actor& actor,
                                             v1::EntityKind kind,
                                             const std::string& incident_id) {
    return read_as(desk, actor, [&](const Seen& seen) -> Result<std::vector<EntityPtr>> {
        MUSTER_ASSIGN(const EntityPtr incident,
                      find_entity(seen, v1::ENTITY_KIND_INCIDENT, incident_id, "incident_id"));
        return owned_with_duplicates(seen, kind, incident->message.incident().id());
    });
}

// Rows in the order of their times. What has the same time stays together by incident and in the
// order of writing there: a key stays the same whatever is written or merged between two pages.
template <class Item>
Rows in_order_of_time(const std::vector<EntityPtr>& entities,
                      const Item& (v1::Entity::*item)() const,
                      const google::protobuf::Timestamp& (Item::*time)() const) {
    Rows rows;
    rows.reserve(entities.size());
    std::unordered_map<std::string, size_t> same;
    for (const auto& entity : entities) {
        const Item& one = (entity->message.*item)();
        std::string key = oldest_first(from_proto((one.*time)()), one.incident_id());
        const size_t place = same[key]++;
        rows.emplace_back(fmt::format("{}{:06}", key, place), entity);
    }
    return rows;
}

std::string folded(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::vector<std::string> words_of(const std::string& query) {
    std::istringstream in(folded(query));
    return {std::istream_iterator<std::string>(in), {}};
}

bool has_all(const v1::Incident& incident, const std::vector<std::string>& words) {
    const std::string text =
        folded(incident.number() + "\n" + incident.place() + "\n" + incident.text());
    return std::ranges::all_of(
        words, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

}  // namespace

Result<v1::ListLogLinesResponse> list_log_lines(const Desk& desk,
                                                const v1::ListLogLinesRequest& request,
                                                const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_ASSIGN(const auto lines,
                  written_about(desk, actor, v1::ENTITY_KIND_LOG_LINE, request.incident_id()));
    Rows rows = in_order_of_time(lines, &v1::Entity::log_line, &v1::LogLine::at);
    v1::ListLogLinesResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_log_lines() = entity->message.log_line();
    return response;
}

Result<v1::ListFiguresResponse> list_figures(const Desk& desk,
                                             const v1::ListFiguresRequest& request,
                                             const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_ASSIGN(const auto figures,
                  written_about(desk, actor, v1::ENTITY_KIND_FIGURE, request.incident_id()));
    Rows rows = in_order_of_time(figures, &v1::Entity::figure, &v1::Figure::recorded_at);
    v1::ListFiguresResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_figures() = entity->message.figure();
    return response;
}

Result<v1::SummarizeFiguresResponse> summarize_figures(const Desk& desk,
                                                       const v1::SummarizeFiguresRequest& request,
                                                       const Actor& actor) {
    MUSTER_ASSIGN(auto figures,
                  written_about(desk, actor, v1::ENTITY_KIND_FIGURE, request.incident_id()));
    std::ranges::stable_sort(figures, {}, [](const EntityPtr& stored) {
        return from_proto(stored->message.figure().recorded_at());
    });
    return summarize(figures);
}

Result<v1::SearchIncidentsResponse> search_memory(const Desk& desk,
                                                  const v1::SearchIncidentsRequest& request,
                                                  const Actor& actor) {
    MUSTER_TRY(check_length(request.query(), 1, kQuery, "query"));
    const auto words = words_of(request.query());
    MUSTER_TRY(check_range(request.page_size(), 0, kSearchMost, "page_size"));
    MUSTER_ASSIGN(const Page page,
                  read_page(request.page_size() == 0 ? kSearchDefault : request.page_size(),
                            request.page_token()));
    std::vector<EntityPtr> incidents;
    read_as(desk, actor, [&](const Seen& seen) {
        for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_INCIDENT)) {
            incidents.push_back(entity);
        }
    });
    Rows rows;
    for (const auto& entity : incidents) {
        const v1::Incident& incident = entity->message.incident();
        if (!has_all(incident, words)) continue;
        rows.emplace_back(newest_first(from_proto(incident.reported_at()), incident.id()), entity);
    }
    v1::SearchIncidentsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_incidents() = entity->message.incident();
    return response;
}

}  // namespace muster
