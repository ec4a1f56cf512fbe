// The order of the zero register (销号台账): what hurts most first. One comparison for whoever lists open cases: a cell that
// sorts its own, the broker that merges what cells answered, a program that merges pages.
//
// In words, the first difference decides:
//  1. An escalation that nobody has answered: the higher it climbed, the earlier it stands (district, street, unit, none).
//  2. What is paused (shelved) stands last, unless 1 holds of it.
//  3. The earlier due time stands first. So what is overdue longest comes before what is overdue since just now, and that
//     before what is due soonest. It is the earliest of the case's clocks that run, or are overdue and not done yet; of the
//     ladder's clocks only a running one counts: a rung that let its time pass has handed the case on.
//  4. The case number.
//
// No time is asked: a due instant is a fact, so the order of two cases changes only with an event of one of them. Two cases
// never compare equal. Pure; any thread.
#pragma once
#include <cstdint>
#include <limits>
#include <string_view>

#include "huying/v1/session.pb.h"

namespace huying {

struct Rank {
  v1::Rung waits_for = v1::RUNG_UNSPECIFIED;  // who must answer an escalation; unspecified: nobody
  bool paused = false;
  std::int64_t due_at_ms = std::numeric_limits<std::int64_t>::max();  // no clock: never
  std::string_view case_number;  // borrowed
};

bool hurts_more(const Rank& a, const Rank& b);

// Of the clocks of 3: a rung's, and the monthly feedback's at the top.
bool is_of_ladder(v1::ClockKind kind);
// A clock counts for the due time of 3; unspecified: it runs.
bool presses(v1::ClockKind kind, v1::ClockOutcome outcome);

// Makes a rank of what a case is and of its clocks, in whatever form they are kept.
class Ranking {
 public:
  Ranking(std::string_view case_number, v1::CaseState state, v1::Rung highest_asked, bool escalation_answered);
  void take(v1::ClockKind kind, v1::ClockOutcome outcome, std::int64_t due_at_ms);
  Rank rank() const;

 private:
  Rank rank_;
  v1::Rung highest_asked_;
  bool answered_;
  bool ladder_runs_ = false;
};

// These borrow the number from what they are given.
Rank rank_of(const v1::CaseWhole& whole);
Rank rank_of(const v1::CaseRank& rank);
v1::CaseRank to_message(const Rank& rank);

// The clock by which the case has its due time (3); nullptr: none.
const v1::ClockState* pressing_clock(const v1::CaseWhole& whole);

}  // namespace huying
