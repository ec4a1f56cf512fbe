#include "tests/sim/people.h"

#include <fmt/format.h>

#include <span>
#include <tuple>

namespace huying::sim {
namespace {

using namespace std::chrono_literals;
using enum v1::ActionKind;

std::vector<std::string> tokens_of(const std::string& subject) {
  std::vector<std::string> tokens(1);
  for (const char c : subject) {
    if (c == '.')
      tokens.emplace_back();
    else
      tokens.back() += c;
  }
  return tokens;
}

}  // namespace

// ---- The wall ----------------------------------------------------------------------------------------------------

Wall::Wall(World& world, Network& network) : Client(world, network, "wall-1", v1::ROLE_OBSERVER) {}

void Wall::began(const v1::BrokerFrame&) {
  v1::ClientFrame frame;
  auto& subscribe = *frame.mutable_subscribe();
  subscribe.set_name("wall");
  subscribe.add_subjects("case.>");
  subscribe.add_subjects("escalation.>");
  if (began_before_)
    subscribe.set_cursor(true);
  else
    subscribe.set_start(true);
  subscribe.mutable_credit()->set_messages(200);
  subscribe.mutable_credit()->set_bytes(1 << 20);
  send(frame);
}

void Wall::received(const v1::BrokerFrame& frame) {
  if (frame.has_subscribed()) began_before_ = true;
  if (frame.events().events_size() == 0) return;
  v1::ClientFrame answer;
  std::uint64_t bytes = 0;
  for (const auto& delivery : frame.events().events()) {
    bytes += delivery.event().size() + delivery.subject().size() + 48;
    v1::CaseEvent event;
    if (!event.ParseFromString(delivery.event())) continue;
    if (seen_.emplace(delivery.stream(), delivery.sequence(), delivery.index()).second) on_event(delivery, event);
  }
  auto& acknowledgement = *answer.mutable_acknowledge_events();
  acknowledgement.set_name("wall");
  acknowledgement.set_consumer_sequence(frame.events().events().rbegin()->consumer_sequence());
  send(answer);
  auto& credit = *answer.mutable_credit();
  credit.set_name("wall");
  credit.set_messages(static_cast<std::uint32_t>(frame.events().events_size()));
  credit.set_bytes(bytes);
  send(answer);
}

// ---- People ------------------------------------------------------------------------------------------------------

People::People(World& world, Network& network, const Street& street, std::uint32_t rate_permille)
    : Client(world, network, "gateway-1", v1::ROLE_GATEWAY), street_(street), rate_permille_(rate_permille) {}

const std::string& People::any_cell() { return street_.cells()[world_.dice()(street_.cells().size())].code; }

void People::see(const v1::EventDelivery& delivery, const v1::CaseEvent& event) {
  const auto tokens = tokens_of(delivery.subject());  // case: 5 tokens; escalation too
  if (tokens.size() != 5 || !at_work_) return;
  const bool escalation = tokens[0] == "escalation";
  const std::string& unit = escalation ? tokens[3] : tokens[2];
  const std::string& cell = escalation ? tokens[4] : tokens[3];
  if (event.kind() == v1::EVENT_KIND_ESCALATED) {
    const bool answers = world_.dice().chance(400);
    if (answers && event.has_holder() && !event.holder().person().empty())
      act_later(event.case_number(), cell, ACTION_KIND_ANSWER_ESCALATION, event.holder().person());
    return;
  }
  // Each arrival is one event with a state; FILED in a cell is followed by DISPATCHED.
  if (event.kind() == v1::EVENT_KIND_FILED && event.state() != v1::CASE_STATE_AT_DESK) return;
  const bool left = event.kind() == v1::EVENT_KIND_RETURNED || event.kind() == v1::EVENT_KIND_TRANSFERRED_OUT ||
                    event.kind() == v1::EVENT_KIND_ASSIGNED;
  if (left) return;
  choose(event.case_number(), cell, unit, event.state());
}

void People::choose(const std::string& number, const std::string& cell, const std::string& unit, v1::CaseState state) {
  static constexpr Habit dispatched[] = {{ACTION_KIND_ACCEPT, 450},  {ACTION_KIND_FEED_BACK, 120},
                                         {ACTION_KIND_RESOLVE, 120}, {ACTION_KIND_RETURN, 70},
                                         {ACTION_KIND_TRANSFER, 90}, {ACTION_KIND_ESCALATE, 40}};
  static constexpr Habit accepted[] = {{ACTION_KIND_FEED_BACK, 450},
                                       {ACTION_KIND_RESOLVE, 300},
                                       {ACTION_KIND_RETURN, 50},
                                       {ACTION_KIND_TRANSFER, 60},
                                       {ACTION_KIND_ESCALATE, 40}};
  static constexpr Habit fed_back[] = {
      {ACTION_KIND_RESOLVE, 750}, {ACTION_KIND_FEED_BACK, 50}, {ACTION_KIND_TRANSFER, 50}};
  static constexpr Habit resolved[] = {{ACTION_KIND_VERIFY, 400}, {ACTION_KIND_CLOSE, 350}, {ACTION_KIND_REWORK, 100}};
  static constexpr Habit verified[] = {{ACTION_KIND_CLOSE, 850}, {ACTION_KIND_REWORK, 50}};
  static constexpr Habit at_desk[] = {{ACTION_KIND_ASSIGN, 800}};
  std::span<const Habit> habits;
  std::string person = cell + ".worker";
  switch (state) {
    case v1::CASE_STATE_AT_DESK:
      habits = at_desk;
      person = "desk-1";
      break;
    case v1::CASE_STATE_DISPATCHED:
    case v1::CASE_STATE_REWORK:
      habits = dispatched;
      break;
    case v1::CASE_STATE_ACCEPTED:
      habits = accepted;
      break;
    case v1::CASE_STATE_FED_BACK:
      habits = fed_back;
      break;
    case v1::CASE_STATE_RESOLVED:
    case v1::CASE_STATE_VERIFIED:
      habits = state == v1::CASE_STATE_RESOLVED ? std::span<const Habit>(resolved) : std::span<const Habit>(verified);
      person = unit + ".supervisor";
      break;
    default:
      return;
  }
  auto dice = world_.dice()(1000);
  for (const Habit& habit : habits) {
    if (dice < habit.permille) return act_later(number, cell, habit.kind, person);
    dice -= habit.permille;
  }
}

void People::act_later(const std::string& number, const std::string& cell, v1::ActionKind kind, std::string person) {
  // Minutes to a day of the street's time.
  const auto wait = world_.dice().chance(600) ? world_.dice().between(1min, 90min) : world_.dice().between(1h, 26h);
  v1::Action action;
  action.set_action_id(fmt::format("step-{}", ++last_tag_));
  action.set_case_number(number);
  action.set_kind(kind);
  action.set_person(std::move(person));
  action.set_reason_code("simulated");
  if (kind == ACTION_KIND_VERIFY)
    action.set_verdict(world_.dice().chance(850) ? v1::VERDICT_PASSED : v1::VERDICT_FAILED);
  if (kind == ACTION_KIND_ASSIGN || kind == ACTION_KIND_TRANSFER) {
    action.set_to_cell(any_cell());
    if (action.to_cell() == cell) return;
  }
  world_.after(Span{wait.count() / rate_permille_ * 1000}, [this, tag = last_tag_, action = std::move(action)] {
    if (!at_work_) return;
    waiting_[tag] = action;
    if (has_session()) say(tag);
  });
}

void People::say(std::uint64_t tag) {
  v1::ClientFrame frame;
  frame.mutable_act()->set_tag(tag);
  *frame.mutable_act()->mutable_action() = waiting_.at(tag);
  send(frame);
  if (world_.dice().chance(50)) send(frame);  // an impatient finger
}

void People::began(const v1::BrokerFrame&) {
  for (const auto& [tag, action] : waiting_) say(tag);
}

void People::received(const v1::BrokerFrame& frame) {
  for (const auto& reply : frame.action_replies().replies()) {
    const auto at = waiting_.find(reply.tag());
    if (at == waiting_.end()) continue;
    on_answered(at->second, reply);
    if (reply.stage() == v1::ActionReply::RECEIVED) continue;
    decided_ += reply.stage() == v1::ActionReply::DECIDED;
    waiting_.erase(at);
  }
}

}  // namespace huying::sim
