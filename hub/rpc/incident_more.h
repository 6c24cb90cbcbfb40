// What IncidentService looks up besides incidents themselves: timelines and figures.
#pragma once

#include "hub/rpc/history.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

Result<v1::ListLogLinesResponse> list_log_lines(const Records& records,
                                                const v1::ListLogLinesRequest& request,
                                                const Actor& actor);
Result<v1::ListFiguresResponse> list_figures(const Records& records,
                                             const v1::ListFiguresRequest& request,
                                             const Actor& actor);
Result<v1::SummarizeFiguresResponse> summarize_figures(const Records& records,
                                                       const v1::SummarizeFiguresRequest& request,
                                                       const Actor& actor);

}  // namespace muster
