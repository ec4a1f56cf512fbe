// One decision under way: what Decider's parts share. Inside workers/cell only; lives for one call.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "workers/cell/case_table.h"
#include "workers/cell/decide.h"

namespace huying::cell {

// A clock about to be set.
struct NewClock {
  Instant due;
  v1::ClockReason reason = v1::CLOCK_REASON_STARTED;
  v1::SpanOf span_of = v1::SPAN_OF_GIVEN;
  std::int64_t started_at_ms = 0;        // what span_of was reckoned from
  std::uint32_t remind_before_minutes = 0;
  bool provisional = false, asks_the_calendar = false;
};

// The rule that the case is worked under.
const v1::Rule& rule_of(const Case& one, const Settings& settings);

class Decision {
 public:
  Decision(EventParts& parts, CellState& state, Settings* settings, const CauseFacts& cause,
           const DecidingAt& at, v1::Commit& commit);

  // decide_request.cc
  void request(v1::RequestFiled& request);  // also one that was set aside, at the desk
  // decide_move.cc
  void arrive(const v1::Transfer& transfer, std::string_view from_cell);
  void move(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  // decide_action.cc
  void action(const v1::ActionStamped& action, const v1::CaseWhole* prior, bool was_forwarded);
  // decide_clock.cc
  void fire(Case& one, const Clock& due);
  void remind(const Case& one, const Clock& clock);
  // decide_recount.cc: a share of the cell's clocks is reckoned anew; `before` is null where it is not kept any more. False:
  // that was not all of them.
  bool recount(Settings* before, RecountProgress& progress);
  bool recount_case(const Case& one, Settings* before);
  // `due_at_ms`: of the clock that fired; 0: none did.
  void escalate(Case& one, v1::EscalationReason reason, v1::ClockKind clock, std::string_view reason_code,
                std::int64_t due_at_ms = 0);
  // decide_park.cc
  void park(Case& one);

 private:
  // --- the event under way (decision.cc)
  v1::CaseEvent& begin(const CaseNumber& number, v1::EventKind kind, v1::CaseState state);
  // Numbers it, writes it into the commit and folds it.
  void commit_event(v1::Rung rung = v1::RUNG_UNSPECIFIED);
  void effect(const CaseNumber& number, v1::CaseEffect::Kind kind, std::uint32_t to_stream = 0);
  void set_actor(const v1::Actor& actor, v1::Role role);

  // --- clocks of the event under way
  const v1::Rule& rule_of(const Case& one) const { return cell::rule_of(one, *settings_); }
  void set_clock(const Case* one, v1::ClockKind kind, const NewClock& clock);
  NewClock reckoned(const v1::Span& span, Instant start, v1::SpanOf span_of,
                    v1::ClockReason reason = v1::CLOCK_REASON_STARTED, std::span<const clocks::Pause> pauses = {});
  void set_stage_clocks(const Case* one, Clocks kinds, const v1::Rule& rule, Instant start);
  void set_rework_clock(const Case& one, const v1::Rule& rule);
  void set_again(const Case& one, v1::ClockKind kind);
  void end_clocks(const Case& one, Clocks meets, Clocks drops, std::int64_t done_at_ms);
  // The case without a running clock gets its answerer's own again (I5).
  void keep_a_clock(const Case& one, v1::Rung rung);

  // --- steps
  v1::ErrorCode find_row(const Case& one, const v1::ActionStamped& action, const Row*& row, v1::Role& role);
  v1::ErrorCode check_needs(const Row& row, const Case& one, const v1::ActionStamped& action, v1::Role role);
  v1::ErrorCode check_move(const Row& row, const Case& one, const v1::ActionStamped& action, v1::Role role);
  void refuse(const v1::ActionStamped& action, const Case* one, v1::CaseState state, v1::ErrorCode error);
  void forward(const v1::ActionStamped& action, std::uint32_t to_stream);
  void carry_out(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  static bool leaves(v1::EventKind event);
  void write_reason(const v1::ActionStamped& action);
  void write_outcome(const CaseNumber& number, const v1::ActionStamped& action);
  void simple_step(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void finish_simple_step(const Row& row, Case& one, const v1::ActionStamped& action);
  void resolve(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void add_word(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void flag_hard(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void answer_escalation(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void solve_on_spot(const CaseNumber& number, const v1::RequestFiled& request, const v1::Rule& rule);
  // Ends what a resolved case no longer needs, sets its verify clock where it is checked, and commits the event.
  void finish_resolve(const Row& row, Case& one, const v1::Rule& rule);
  // --- decide_ask.cc: what a worker asks for and a rung above grants
  v1::ErrorCode check_ask(const Row& row, const Case& one, const v1::ActionStamped& action, v1::Role role);
  void ask_or_grant(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void ask(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void refuse_ask(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void extend(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void shelve(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void unshelve(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void approve_plan(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  void mark_complex(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  v1::AskDetail& write_ask_detail(const Case& one, const v1::ActionStamped& action, v1::AskKind kind, v1::Rung rung);
  NewClock next_month(const v1::Rule& rule, Instant start);
  // --- decide_end.cc: how a case ends, and begins again
  void close(const Row& row, Case& one, const v1::Actor& by, v1::Role role, std::string_view reason_code);
  v1::ErrorCode reopen(const v1::ActionStamped& action, const v1::CaseWhole& prior);
  void write_whole_at_end(const Case& one, v1::CaseState state, std::string_view reason_code);
  void end_arrival_clock(const Case& one, const Row& row);
  // decide_park.cc
  void unpark(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role);
  using LadderSpan = const v1::Span& (*)(const v1::Ladder&, v1::Rung);
  NewClock ladder_clock(const Case& one, v1::ClockKind kind, LadderSpan span_at, v1::Rung rung, v1::SpanOf span_of,
                        v1::ClockReason reason);
  // Sends the step that the case is about to its cell again.
  void let_be_decided_again(const v1::SetAsideDetail& matter);

  EventParts& parts_;
  CellState& state_;
  Settings* settings_;
  const CauseFacts& cause_;
  std::int64_t caught_up_until_ms_;
  std::int64_t now_ms_;  // never before the cause, never before an earlier event of the cell
  v1::Commit& commit_;
  bool filed_is_at_hand_ = false;  // in parts_, uncopied: the request is being decided
};

// The case's pauses, as reckoning takes them; one that lasts is left out.
std::vector<clocks::Pause> pauses_of(const Case& one);
// The span that a clock of the case was reckoned by; nullptr: by none.
const v1::Span* span_of(const v1::Rule& rule, const Case& one, const Clock& clock);
// Every role that the action may be done in.
std::vector<v1::Role> roles_of(const v1::ActionStamped& action);

// What may be done with a case by somebody of these roles: the table, who may answer an escalation, and who may grant by the
// case's rule. nullptr: the configuration is not here; then what needs a rung is left in, and refused where it is done.
std::vector<v1::ActionKind> allowed_for(const Case& one, std::span<const v1::Role> roles, const Settings* settings);
// Whether one of the roles stands as high as the rule asks for this granting step (shelve, plan, decide an ask). decide_ask.cc.
bool may_grant(const Case& one, v1::ActionKind kind, std::span<const v1::Role> roles, const v1::Rule& rule);
// Whether this role may answer the escalation of the case.
bool may_answer(const Case& one, v1::Role role);
// The case is the desk's own, about a step that was set aside and can be sent on.
bool is_of_step_set_aside(const Case& one);

}  // namespace huying::cell
