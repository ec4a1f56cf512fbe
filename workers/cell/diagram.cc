#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "workers/cell/case_table.h"

namespace huying::cell {
namespace {

// DISPATCHED of CASE_STATE_DISPATCHED.
std::string short_name(std::string name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string state_name(v1::CaseState state) { return short_name(v1::CaseState_Name(state), "CASE_STATE_"); }

std::string label_of(const Row& row) {
  switch (row.cause) {
    case Cause::request:
      return "request";
    case Cause::request_to_desk:
      return "request, not certain";
    case Cause::arrival:
    case Cause::arrival_at_desk:
      return "arrives";
    case Cause::solved_on_spot:
      return "solved on the spot";
    case Cause::no_check_needed:
      return "rule closes on resolve";
    case Cause::not_solved:
      return "call back says not solved";
    case Cause::stage_clock:
      return "breach (a clock is due)";
    case Cause::ladder_clock:
      return "climb (a rung is out of time)";
    case Cause::reminder:
      return "reminder before due";
    case Cause::recount:
      return "calendar or policy changed";
    case Cause::hops_over:
      return "transfer, one hop too many (moves)";
    case Cause::poisoned_clock:
      return "a clock is set aside";
    case Cause::action:
      break;
  }
  std::string label = short_name(v1::ActionKind_Name(row.action), "ACTION_KIND_");
  for (auto& c : label) c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (row.verdict == v1::VERDICT_PASSED) label += " passed";
  if (row.verdict == v1::VERDICT_FAILED) label += " failed";
  const bool moves = row.event == v1::EVENT_KIND_ASSIGNED || row.event == v1::EVENT_KIND_TRANSFERRED_OUT ||
                     row.event == v1::EVENT_KIND_RETURNED;
  return moves ? label + " (moves)" : label;
}

// In every open state but a parked one alike, and leads nowhere else: said once, beside the diagram.
bool is_common(const Row& row) {
  if (row.from != row.to || row.from == v1::CASE_STATE_UNSPECIFIED) return false;
  int open = 0, alike = 0;
  for (int state = 0; state < v1::CaseState_ARRAYSIZE; ++state)  // of a parked one little fires
    open += row_of(static_cast<v1::CaseState>(state), Cause::stage_clock) != nullptr;
  for (const auto& other : case_table())
    alike += other.from == other.to && other.cause == row.cause && other.action == row.action && other.event == row.event;
  return alike >= open;
}

}  // namespace

std::string diagram() {
  // One arrow for each pair of states; what leads along it is joined.
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> labels;
  for (const auto& row : case_table()) {
    if (is_common(row)) continue;
    const auto from = row.from == v1::CASE_STATE_UNSPECIFIED ? std::string("[*]") : state_name(row.from);
    const bool returns = row.to == v1::CASE_STATE_UNSPECIFIED;
    const auto edge = std::pair(from, returns ? std::string("AS_BEFORE") : state_name(row.to));
    auto& all = labels[edge];
    if (all.empty()) order.push_back(edge);
    all.push_back(label_of(row));
  }
  std::string out = "stateDiagram-v2\n";
  for (const auto& edge : order) {
    out += fmt::format("  {} --> {}: {}\n", edge.first, edge.second, fmt::join(labels[edge], ", "));
  }
  for (const auto* ended : {"CLOSED", "VOID", "NOT_ACCEPTED"}) out += fmt::format("  {} --> [*]\n", ended);
  return out;
}

}  // namespace huying::cell
