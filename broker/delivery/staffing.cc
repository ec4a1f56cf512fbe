#include "broker/delivery/staffing.h"

#include <absl/container/flat_hash_set.h>
#include <spdlog/spdlog.h>

#include <string_view>

#include "proto/leave.h"

namespace huying::delivery {
namespace {

using Places = absl::flat_hash_set<std::string_view>;

constexpr std::string_view desk_place = "desk";

// Places where somebody answers for the cell; as the hosts choose a case's holder (workers/cell/settings.h).
Places staffed_places(const v1::Directory& directory, std::int64_t now_ms) {
  Places staffed;
  for (const auto& person : directory.people()) {
    if (is_absent(person, now_ms)) continue;
    for (const auto& post : person.posts()) {
      if (post.role() == v1::ROLE_GRID_WORKER) staffed.insert(post.place());
      if (post.role() == v1::ROLE_DESK) staffed.insert(desk_place);
    }
  }
  return staffed;
}

}  // namespace

void Staffing::look() {
  to_announce_.clear();
  const auto& directory = context_.version->directory();
  const auto staffed = staffed_places(directory, context_.now_ms());
  looked_at_retired_changes_ = context_.cells.retired_changes();
  look_again_at_ms_ = next_change_of_leave(directory, context_.now_ms());
  for (const auto& entry : directory.cells()) {
    CellState* cell = context_.cells.find(StreamId(entry.stream()));
    if (cell == nullptr) continue;
    const bool is_idle = entry.retired() && context_.cells.open_cases_in(cell->stream) == 0;
    const bool nobody = !is_idle && !staffed.contains(entry.code());
    if (nobody != cell->nobody_announced) to_announce_.push_back({cell, nobody, is_idle});
  }
}

void Staffing::tick() {
  const bool has_changed = looked_at_retired_changes_ != context_.cells.retired_changes();
  if (context_.version && (has_changed || context_.now_ms() >= look_again_at_ms_)) look();
  std::size_t lost = 0;
  std::string_view first;
  while (!to_announce_.empty() && !coverage_.full()) {
    const auto [cell, nobody, is_idle] = to_announce_.front();
    to_announce_.pop_front();
    if (nobody && lost++ == 0) first = cell->place.cell;
    coverage_.say(*cell, nobody ? v1::Coverage::NOBODY_ON_DUTY : v1::Coverage::SOMEBODY_ON_DUTY,
                  nobody    ? "the directory has nobody on duty for it"
                  : is_idle ? "it is retired, and has no open case any more"
                            : "somebody is on duty again");
  }
  if (lost != 0) spdlog::warn("nobody is on duty in {} cells, {} among them", lost, first);
}

}  // namespace huying::delivery
