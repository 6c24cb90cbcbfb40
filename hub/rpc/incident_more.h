// What IncidentService looks up besides incidents themselves: timelines, figures, words.
#pragma once

#include "hub/desk/desk.h"
#include "hub/desk/sight.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

Result<v1::ListLogLinesResponse> list_log_lines(const Desk& desk,
                                                const v1::ListLogLinesRequest& request,
                                                const Actor& actor);
Result<v1::ListFiguresResponse> list_figures(const Desk& desk,
                                             const v1::ListFiguresRequest& request,
                                             const Actor& actor);
Result<v1::SummarizeFiguresResponse> summarize_figures(const Desk& desk,
                                                       const v1::SummarizeFiguresRequest& request,
                                                       const Actor& actor);
// Of the incidents in memory, closed ones too, those in whose number, place and text all words of
// the query occur, in either case.
Result<v1::SearchIncidentsResponse> search_memory(const Desk& desk,
                                                  const v1::SearchIncidentsRequest& request,
                                                  const Actor& actor);

}  // namespace muster
