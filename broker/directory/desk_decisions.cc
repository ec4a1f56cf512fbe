#include "broker/directory/desk_decisions.h"

#include <algorithm>
#include <iterator>

namespace huying::directory {
namespace {

constexpr std::string_view desk = "desk";

bool tells_where(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_DISPATCHED || kind == v1::EVENT_KIND_ASSIGNED || kind == v1::EVENT_KIND_RETURNED ||
         kind == v1::EVENT_KIND_TRANSFERRED_OUT;
}

}  // namespace

void DeskDecisions::take(v1::RecordKind kind, std::string_view payload) {
  if (kind == v1::RECORD_KIND_REQUEST) take_request(payload);
  if (kind == v1::RECORD_KIND_COMMIT) take_commit(payload);
}

void DeskDecisions::take_request(std::string_view payload) {
  if (!request_.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return;
  const auto& request = request_.private_part().request();
  const auto& number = request_.filed().case_number();
  if (request.location().address().empty() || number.empty()) return;
  if (!by_number_.try_emplace(number, cases_.size()).second) return;
  cases_.push_back({number, request.location().address(), request.contact().name().plain(), {}, false});
}

void DeskDecisions::take_commit(std::string_view payload) {
  if (!commit_.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return;
  for (const auto& committed : commit_.events())
    if (tells_where(committed.kind()) && event_.ParseFromString(committed.event())) take_event(event_);
}

void DeskDecisions::take_event(const v1::CaseEvent& event) {
  const auto found = by_number_.find(event.case_number());
  if (found == by_number_.end()) return;
  auto& one = cases_[found->second];
  const auto& to = event.move().to_cell();
  const bool is_where_it_was_sent = event.kind() == v1::EVENT_KIND_DISPATCHED && one.cell == to;
  if (is_where_it_was_sent) return;  // what the desk assigned has arrived
  one.cell = to == desk ? std::string() : to;
  const bool is_taken_back = event.kind() == v1::EVENT_KIND_TRANSFERRED_OUT && event.actor().role() == v1::ROLE_DESK;
  one.by_desk = event.kind() == v1::EVENT_KIND_ASSIGNED || is_taken_back;  // or the street supervisor assigned in its place
}

std::vector<DecidedAddress> DeskDecisions::known() const {
  std::vector<DecidedAddress> out;
  std::copy_if(cases_.begin(), cases_.end(), std::back_inserter(out), [](const auto& one) { return !one.cell.empty(); });
  return out;
}

}  // namespace huying::directory
