// What a citizen is told of their case: its state and its steps in plain words, without persons, reasons, moves between cells or
// anything else that is between staff (faces: who never sees what). Pure.
#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "gateway/shell/directory_view.h"
#include "huying/v1/session.pb.h"
#include "words/phrases.h"

namespace huying::gateway {

// 正在办理. `review_on`: of a paused case the day on which it is taken up again, 12月05日; empty: not known.
words::Sentence citizen_state(v1::CaseState state, const std::string& cell_name, const std::string& review_on);
// The local day on which a pause is reviewed; empty: nothing is paused.
std::string review_day(const v1::CaseWhole& whole, const CivilZone& zone);
// Nothing: this step is not the citizen's to see.
std::optional<words::Sentence> citizen_step(const v1::CaseEvent& event, const std::string& cell_name);

// Added by the citizen, and so theirs to read; not by staff.
bool is_their_note(const v1::CaseEvent& event);

struct LatestAnswer {
  std::int64_t at_ms = 0;  // 0: none, the case has ended or waits for a review
  bool provisional = false;
};
// When it must be solved at the latest, by the clocks that run.
LatestAnswer latest_answer(const v1::CaseWhole& whole);

// What was closed may be called not solved for 14 days from then (faces, 1.4); after that it is reported anew. `now`: the
// broker's time, as that of all due times.
bool may_reopen(const v1::CaseWhole& whole, Instant now);

}  // namespace huying::gateway
