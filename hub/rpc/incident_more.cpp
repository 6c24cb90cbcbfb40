#include "hub/rpc/incident_more.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "hub/desk/figures.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

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

}  // namespace

Result<v1::ListLogLinesResponse> list_log_lines(const Records& records,
                                                const v1::ListLogLinesRequest& request,
                                                const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_ASSIGN(const auto lines,
                  records.about_incident(
                      actor, v1::ENTITY_KIND_LOG_LINE, request.incident_id(), "incident_id"));
    Rows rows = in_order_of_time(lines, &v1::Entity::log_line, &v1::LogLine::at);
    v1::ListLogLinesResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_log_lines() = entity->message.log_line();
    return response;
}

Result<v1::ListFiguresResponse> list_figures(const Records& records,
                                             const v1::ListFiguresRequest& request,
                                             const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_ASSIGN(const auto figures,
                  records.about_incident(
                      actor, v1::ENTITY_KIND_FIGURE, request.incident_id(), "incident_id"));
    Rows rows = in_order_of_time(figures, &v1::Entity::figure, &v1::Figure::recorded_at);
    v1::ListFiguresResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_figures() = entity->message.figure();
    return response;
}

Result<v1::SummarizeFiguresResponse> summarize_figures(const Records& records,
                                                       const v1::SummarizeFiguresRequest& request,
                                                       const Actor& actor) {
    MUSTER_ASSIGN(auto figures,
                  records.about_incident(
                      actor, v1::ENTITY_KIND_FIGURE, request.incident_id(), "incident_id"));
    std::ranges::stable_sort(figures, {}, [](const EntityPtr& stored) {
        return from_proto(stored->message.figure().recorded_at());
    });
    return summarize(figures);
}

}  // namespace muster
