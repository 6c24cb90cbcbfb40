// Casualty figures (数字): an append-only series by source. A figure is never changed; a correction
// is a figure of its own that names what it corrects, of the same subject and source, and each
// figure is corrected at most once (a correction may be corrected in its turn). Figures of
// different sources stand side by side; where they differ, that is shown, never averaged.
//
// A figure of a duplicate stays with it and is listed and summed up with the main incident; its
// correction may name either, and is kept where the corrected one is. A closed incident takes
// figures too, as long as it is in memory: people die in hospital after the fire is out.
#pragma once

#include <vector>

#include "hub/desk/draft.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// Figures are of the present: a device whose clock is this much ahead is taken to mean now.
constexpr std::chrono::seconds kFigureAhead{60};

// `as_of`, when unset, is now; of a correction it is that of the figure it corrects, so that a late
// correction of an old figure does not pass for the newest. Codes: invalid_argument
// (figure.in_future), not_found (incident, figure.unknown), already_exists (id),
// failed_precondition (figure.correction_of_other, figure.corrected_already).
Result<v1::AddFigureResponse> decide(Draft& draft,
                                     const v1::AddFigureRequest& request,
                                     const Context& context);

// What holds of a series that is in the order of recording: of each subject and source the figure
// with the newest as_of that is not corrected (of two as of the same moment the one that was
// recorded later), the newest first; subjects in the order of the proto.
v1::SummarizeFiguresResponse summarize(const std::vector<EntityPtr>& figures);

}  // namespace muster
