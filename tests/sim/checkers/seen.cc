#include "tests/sim/checkers/seen.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"

namespace huying::sim {

bool ends_the_case(v1::CaseState state) {
  return state == v1::CASE_STATE_CLOSED || state == v1::CASE_STATE_VOID || state == v1::CASE_STATE_NOT_ACCEPTED;
}

bool is_of_the_ladder(v1::ClockKind kind) {
  return kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
}

bool LedgerCase::ended() const { return ends_the_case(state); }

bool LedgerCase::any_clock_runs() const {
  return std::any_of(clocks.begin(), clocks.end(), [](const LedgerClock& clock) { return clock.running; });
}

void fold(LedgerCase& into, const v1::CaseEvent& event, const std::string& bytes, std::uint32_t stream) {
  into.number = event.case_number();
  into.stream = stream;
  into.state = event.state();
  into.revision = event.revision();
  // What a whole says of a case's history reaches to the event before its end, and goes on from there when it is reopened.
  if (!ends_the_case(event.state())) into.history = chain_digest(into.history, bytes);
  // An escalation names who must answer; the case stays with its holder.
  const bool of_the_ladder =
      event.kind() == v1::EVENT_KIND_ESCALATED || event.kind() == v1::EVENT_KIND_ESCALATION_ANSWERED;
  if (event.has_holder() && !of_the_ladder) into.holder = event.holder();
  for (const auto& ended : event.clocks_ended()) {
    auto& clock = into.clocks[static_cast<std::size_t>(ended.kind())];
    clock.running = false;
    clock.fired = ended.outcome() == v1::CLOCK_OUTCOME_FIRED;
  }
  for (const auto& set : event.clocks_set())
    into.clocks[static_cast<std::size_t>(set.kind())] = {set.generation(), set.first_due_at_ms(), set.due_at_ms(), true,
                                                         false};
  if (event.kind() == v1::EVENT_KIND_ESCALATED) {
    into.rung = event.escalation().to();
    into.ladder_generation = event.escalation().generation();
    into.asked = true;
  }
  // Answered, or the reason is gone.
  const bool ladder_runs = into.clock(v1::CLOCK_KIND_RUNG).running ||
                           into.clock(v1::CLOCK_KIND_MONTHLY_FEEDBACK).running;
  if (event.kind() == v1::EVENT_KIND_ESCALATION_ANSWERED || !ladder_runs) into.asked = false;
  if (!into.ended()) return;
  for (auto& clock : into.clocks) clock.running = false;
}

std::uint64_t key_of(std::string_view name, std::string_view more) { return chain_digest(chain_digest(0, name), more); }

std::uint64_t key_of(std::string_view name, std::uint64_t first, std::uint64_t second) {
  const std::uint64_t numbers[] = {first, second};
  return key_of(name, {reinterpret_cast<const char*>(numbers), sizeof numbers});
}

std::string text_of(const std::string& number, v1::ClockKind kind, std::uint32_t generation) {
  return fmt::format("case {}, {} generation {}", number, v1::ClockKind_Name(kind), generation);
}

}  // namespace huying::sim
