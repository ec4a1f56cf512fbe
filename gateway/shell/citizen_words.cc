#include "gateway/shell/citizen_words.h"

#include <fmt/format.h>

#include <chrono>

namespace huying::gateway {
namespace {

constexpr std::chrono::days reopened_within{14};

}  // namespace

words::Sentence citizen_state(v1::CaseState state, const std::string& cell_name, const std::string& review_on) {
  switch (state) {
    case v1::CASE_STATE_AT_DESK: return {"收到了", "Received"};
    case v1::CASE_STATE_DISPATCHED: return {fmt::format("已交给{}", cell_name), fmt::format("Handed to {}", cell_name)};
    case v1::CASE_STATE_ACCEPTED: return {"网格员已接手", "Accepted"};
    case v1::CASE_STATE_FED_BACK:
    case v1::CASE_STATE_PARKED: return {"正在办理", "In progress"};
    case v1::CASE_STATE_RESOLVED:
    case v1::CASE_STATE_VERIFIED: return {"已办，请您确认", "Done, please confirm"};
    case v1::CASE_STATE_SHELVED:
      if (review_on.empty()) return {"暂停", "Paused"};
      return {fmt::format("暂停，{} 再办", review_on), fmt::format("Paused until {}", review_on)};
    case v1::CASE_STATE_REWORK: return {"已重新办理", "Reopened"};
    case v1::CASE_STATE_CLOSED:
    case v1::CASE_STATE_VOID: return {"已结束", "Ended"};
    case v1::CASE_STATE_NOT_ACCEPTED: return {"不归街道办，已告诉您该找谁", "Not ours; you were told who to ask"};
    default: return {};
  }
}

std::string review_day(const v1::CaseWhole& whole, const CivilZone& zone) {
  for (const auto& clock : whole.clocks()) {
    if (clock.kind() != v1::CLOCK_KIND_REVIEW || clock.outcome() != v1::CLOCK_OUTCOME_UNSPECIFIED) continue;
    const date::year_month_day day(zone.day_of(instant(clock.due_at_ms() - 1)));  // 24:00 is the day that ends
    return fmt::format("{}月{:02}日", static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  }
  return {};
}

std::optional<words::Sentence> citizen_step(const v1::CaseEvent& event, const std::string& cell_name) {
  using words::Sentence;
  switch (event.kind()) {
    case v1::EVENT_KIND_FILED: return Sentence{"已收到您反映的问题", "What you said was received"};
    case v1::EVENT_KIND_DISPATCHED:
    case v1::EVENT_KIND_ASSIGNED:
    case v1::EVENT_KIND_TRANSFERRED_IN:
      if (event.state() == v1::CASE_STATE_AT_DESK) return Sentence{"指挥中心正在确定由谁办理", "The desk decides who works on it"};
      return Sentence{fmt::format("已派给{}", cell_name), fmt::format("Sent to {}", cell_name)};
    case v1::EVENT_KIND_ACCEPTED: return Sentence{fmt::format("{}已签收", cell_name), fmt::format("{} signed for it", cell_name)};
    case v1::EVENT_KIND_FED_BACK: return Sentence{"办理中，有新进展", "Being worked on, there is news"};
    case v1::EVENT_KIND_RESOLVED: return Sentence{"办理人说已办好，等核实", "Said to be solved; it will be checked"};
    case v1::EVENT_KIND_VERIFIED: return Sentence{"已核实", "Checked"};
    case v1::EVENT_KIND_CALLED_BACK: return Sentence{"已收到您的评价", "Your word was received"};
    case v1::EVENT_KIND_NOTE_ADDED:
      if (!is_their_note(event)) return std::nullopt;  // what staff note is between them
      return Sentence{"已收到您的补充", "What you added was received"};
    case v1::EVENT_KIND_REWORK: return Sentence{"会重新办理，编号不变", "It is done again, under the same number"};
    case v1::EVENT_KIND_REOPENED: return Sentence{"已重新办理，编号不变", "Opened again, under the same number"};
    case v1::EVENT_KIND_SHELVED: return Sentence{"暂时无法办理，到期复核", "It cannot be done for now and will be reviewed"};
    case v1::EVENT_KIND_UNSHELVED: return Sentence{"已恢复办理", "Work on it goes on"};
    case v1::EVENT_KIND_CLOSED: return Sentence{"已结案", "Closed"};
    case v1::EVENT_KIND_NOT_ACCEPTED: return Sentence{"按规定不予受理", "Not accepted, by rule"};
    case v1::EVENT_KIND_VOIDED: return Sentence{"不作为案件办理", "Not taken as a case"};
    default: return std::nullopt;
  }
}

bool is_their_note(const v1::CaseEvent& event) {
  return event.kind() == v1::EVENT_KIND_NOTE_ADDED && event.actor().role() == v1::ROLE_CITIZEN;
}

LatestAnswer latest_answer(const v1::CaseWhole& whole) {
  LatestAnswer latest;
  for (const auto& clock : whole.clocks()) {
    const bool counts = clock.kind() == v1::CLOCK_KIND_SOLVE || clock.kind() == v1::CLOCK_KIND_VERIFY || clock.kind() == v1::CLOCK_KIND_DESK;
    const bool runs = clock.outcome() == v1::CLOCK_OUTCOME_UNSPECIFIED || clock.outcome() == v1::CLOCK_OUTCOME_FIRED;
    if (!counts || !runs || clock.due_at_ms() <= latest.at_ms) continue;
    latest = {clock.due_at_ms(), clock.provisional()};
  }
  return latest;
}

bool may_reopen(const v1::CaseWhole& whole, Instant now) {
  return whole.state() == v1::CASE_STATE_CLOSED && now < instant(whole.updated_at_ms()) + reopened_within;
}

}  // namespace huying::gateway
