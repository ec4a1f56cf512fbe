#include "tests/sim/nodes/people.h"

#include <fmt/format.h>

#include "huying/v1/error.pb.h"
#include "tests/sim/nodes/habits.h"
#include "tests/sim/witness.h"

namespace huying::sim {
namespace {

using namespace std::chrono_literals;

bool leaves_the_cell(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_RETURNED || kind == v1::EVENT_KIND_TRANSFERRED_OUT || kind == v1::EVENT_KIND_ASSIGNED;
}

bool is_of_a_step_set_aside(const v1::FiledDetail& filed) { return !filed.set_aside().step().empty(); }

}  // namespace

People::People(const Surroundings& around, const scenario::Workload& workload)
    : ClientNode(around, "gateway-1", v1::ROLE_GATEWAY), workload_(workload), chance_(around.world.chance("people")) {}

void People::begin() {
  actor_ = std::make_unique<client::Actor>(session_);
  session_.attach(*actor_);
  being_finished_.clear();
  for (const auto& [id, action] : waiting_) give_to_actor(action);
}

const std::string& People::any_cell() {
  const auto& cells = around_.street.cells();
  return cells[chance_(cells.size())].code;
}

// ---- What they see -----------------------------------------------------------------------------------------------

void People::see(const v1::EventDelivery& delivery) {
  if (!at_work_ || delivery.kind() == v1::EVENT_KIND_UNSPECIFIED) return;
  v1::CaseEvent event;
  if (!event.ParseFromString(delivery.event())) return;
  const auto& cell = around_.street.cell_of(delivery.stream());
  see_case(event, {cell.unit, cell.code});
}

void People::see_case(const v1::CaseEvent& event, const Place& place) {
  v1::Action action;
  action.set_case_number(event.case_number());
  if (event.kind() == v1::EVENT_KIND_ESCALATED) {
    if (event.holder().person().empty() || !chance_.permille(400)) return;
    action.set_kind(v1::ACTION_KIND_ANSWER_ESCALATION);
    action.set_person(event.holder().person());
    return act_later(std::move(action), place, event.at_ms());
  }
  if (event.kind() == v1::EVENT_KIND_EXTENSION_REQUESTED) return decide_ask(event, place);
  // Each arrival is one event with a state; FILED in a cell is followed by DISPATCHED.
  const bool filed_here = event.kind() == v1::EVENT_KIND_FILED && event.state() != v1::CASE_STATE_AT_DESK;
  if (filed_here || leaves_the_cell(event.kind()) || event.kind() == v1::EVENT_KIND_BREACHED) return;
  // What people say by the way, and what the table does by itself, moves nobody to do something.
  const bool is_word = event.kind() == v1::EVENT_KIND_REMINDED || event.kind() == v1::EVENT_KIND_SUPERVISED ||
                       event.kind() == v1::EVENT_KIND_NOTE_ADDED || event.kind() == v1::EVENT_KIND_CLOCK_CHANGED;
  if (is_word && chance_.permille(500)) return;
  if (event.kind() == v1::EVENT_KIND_DISPATCHED && chance_.permille(100)) read_contact(event.case_number(), place);
  if (!chance_.permille(workload_.diligence_permille())) return;
  auto dice = chance_(1000);
  const bool is_to_be_replayed = event.state() == v1::CASE_STATE_AT_DESK && is_of_a_step_set_aside(event.filed());
  for (const Habit& habit : is_to_be_replayed ? habits_of_a_step_set_aside() : habits_in(event.state())) {
    if (dice >= habit.permille) {
      dice -= habit.permille;
      continue;
    }
    action.set_kind(habit.kind);
    action.set_verdict(habit.verdict);
    action.set_person(person_of(habit.who, place.cell, place.unit));
    return act_later(std::move(action), place, event.at_ms());
  }
}

void People::decide_ask(const v1::CaseEvent& event, const Place& place) {
  if (!chance_.permille(850)) return;
  constexpr Who deciders[] = {Who::unit_supervisor, Who::unit_supervisor, Who::unit_supervisor, Who::street_supervisor,
                              Who::district_supervisor};
  v1::Action action;
  action.set_case_number(event.case_number());
  action.set_kind(v1::ACTION_KIND_DECIDE_EXTENSION);
  action.set_verdict(chance_.permille(700) ? v1::VERDICT_PASSED : v1::VERDICT_FAILED);
  action.set_person(person_of(deciders[event.ask().rung()], place.cell, place.unit));
  act_later(std::move(action), place, event.at_ms());
}

// A time ahead, for what needs one; now and then none, or one that is over.
void People::name_a_time(v1::Action& action, std::int64_t seen_at_ms) {
  constexpr std::int64_t hour_ms = 3'600'000;
  const bool asks = action.kind() == v1::ACTION_KIND_REQUEST_EXTENSION;
  if (!asks && action.kind() != v1::ACTION_KIND_SHELVE && action.kind() != v1::ACTION_KIND_APPROVE_PLAN) return;
  if (asks) action.set_asks(static_cast<v1::AskKind>(chance_.permille(500) ? 1 : 2 + chance_(2)));
  const bool soon = action.kind() == v1::ACTION_KIND_SHELVE || action.asks() == v1::ASK_KIND_SHELVING;
  const auto hours = soon ? 2 + static_cast<std::int64_t>(chance_(40)) : 220 + static_cast<std::int64_t>(chance_(400));
  action.set_until_ms(chance_.permille(950) ? seen_at_ms + hours * hour_ms : seen_at_ms - hour_ms);
  if (!soon && chance_.permille(500)) action.add_milestones_ms(seen_at_ms + 100 * hour_ms);
}

void People::act_later(v1::Action action, const Place& place, std::int64_t seen_at_ms) {
  action.set_reason_code("simulated");
  name_a_time(action, seen_at_ms);
  if (action.kind() == v1::ACTION_KIND_ADD_NOTE) action.mutable_words()->set_plain("simulated words 模拟");
  if (action.kind() == v1::ACTION_KIND_ASSIGN || action.kind() == v1::ACTION_KIND_TRANSFER) {
    action.set_to_cell(any_cell());
    if (action.to_cell() == place.cell) return;
  }
  // Minutes to a day of the street's time; minutes where it runs on the real clock.
  Span wait = chance_.permille(600) ? chance_.between(1min, 90min) : chance_.between(1h, 26h);
  wait /= workload_.rate() == 0 ? 300 : workload_.rate();
  around_.world.after(wait, [this, action = std::move(action)] {
    if (at_work_) act(action);
  });
}

void People::read_contact(const std::string& case_number, const Place& place) {
  v1::Fetch fetch;
  fetch.set_case_number(case_number);
  fetch.set_part(chance_.permille(500) ? v1::FETCH_PART_CONTACT : v1::FETCH_PART_TEXT);
  fetch.set_person(chance_.permille(700) ? place.cell + ".worker" : place.unit + ".supervisor");
  if (!session_.running()) return;
  actor_->fetch(fetch, [this, fetch](const v1::FetchReply& reply) {
    around_.witness.fetched(fetch.person(), fetch, reply);
  });
}

// ---- What they do ------------------------------------------------------------------------------------------------

void People::act(v1::Action action) {
  action.set_action_id(fmt::format("step-{}", ++last_id_));
  const auto& kept = waiting_.emplace(action.action_id(), action).first->second;
  if (!session_.running()) return;
  give_to_actor(kept);
  if (chance_.permille(30)) give_to_actor(kept);  // an impatient finger
}

void People::give_to_actor(const v1::Action& action) {
  actor_->act(action, [this, action](const v1::ActionReply& reply) { answered(action, reply); });
}

void People::answered(const v1::Action& action, const v1::ActionReply& reply) {
  around_.witness.answered(action, reply);
  if (reply.stage() == v1::ActionReply::RECEIVED) return;
  being_finished_.erase(action.case_number());
  const bool later = reply.error() == v1::ERROR_CODE_JOURNAL_FULL || reply.error() == v1::ERROR_CODE_DISK_LOW;
  if (later && reply.stage() == v1::ActionReply::REFUSED) {
    around_.world.after(2s, [this, id = action.action_id()] {
      const auto still = waiting_.find(id);
      if (still != waiting_.end() && session_.running()) give_to_actor(still->second);
    });
    return;
  }
  waiting_.erase(action.action_id());
}

// ---- To zero -----------------------------------------------------------------------------------------------------

void People::work_to_zero() {
  for (const auto stream : around_.street.streams()) ask(around_.street.cell_of(stream));
  around_.world.after(1s, [this] { work_to_zero(); });
}

void People::ask(const SimulatedCell& cell) {
  if (!session_.welcomed()) return;
  v1::Query query;
  query.set_cell(cell.code);
  query.set_person("street.supervisor-1");
  actor_->query(query, [this, &cell](const v1::QueryReply& reply) {
    around_.witness.queried("street.supervisor-1", reply);
    for (const auto& view : reply.cases()) finish(view, cell);
  });
}

void People::finish(const v1::CaseView& view, const SimulatedCell& cell) {
  const auto& whole = view.whole();
  v1::Action action;
  action.set_case_number(whole.case_number());
  action.set_reason_code("simulated");
  switch (whole.state()) {
    case v1::CASE_STATE_AT_DESK:
      action.set_person("desk-1");
      action.set_kind(v1::ACTION_KIND_REPLAY_POISON);
      if (is_of_a_step_set_aside(whole.filed())) break;
      action.set_kind(v1::ACTION_KIND_ASSIGN);
      action.set_to_cell(any_cell());
      break;
    case v1::CASE_STATE_PARKED:
      action.set_kind(v1::ACTION_KIND_REPLAY_POISON);
      action.set_person("street.supervisor-1");
      break;
    case v1::CASE_STATE_RESOLVED:
    case v1::CASE_STATE_VERIFIED:
      action.set_kind(v1::ACTION_KIND_CLOSE);
      action.set_person(cell.unit + ".supervisor");
      break;
    case v1::CASE_STATE_SHELVED:
      action.set_kind(v1::ACTION_KIND_UNSHELVE);
      action.set_person(cell.code + ".worker");
      break;
    default:
      action.set_kind(v1::ACTION_KIND_RESOLVE);
      action.set_person(cell.code + ".worker");
      break;
  }
  if (being_finished_.insert(whole.case_number()).second) act(std::move(action));
}

}  // namespace huying::sim
