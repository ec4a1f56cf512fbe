#include "workers/cell/settings.h"

#include <algorithm>

#include "huying/v1/error.pb.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {
namespace {

const std::string nobody;

Result<clocks::Calendar> calendar_of(const v1::Configuration& configuration) {
  if (!configuration.has_calendar()) return clocks::Calendar::weekdays();
  return clocks::Calendar::make(configuration.calendar());
}

}  // namespace

Result<std::shared_ptr<Settings>> Settings::make(std::uint64_t version, const v1::Configuration& configuration) {
  const auto& directory = configuration.directory();
  auto rules = clocks::RuleBook::make(configuration.policy());
  if (!rules) return tl::unexpected(rules.error());
  auto calendar = calendar_of(configuration);
  if (!calendar) return tl::unexpected(calendar.error());
  const auto zone_name = directory.time_zone().empty() ? "Asia/Shanghai" : directory.time_zone();
  auto zone = CivilZone::named(zone_name);
  if (!zone) return fail(v1::ERROR_CODE_DIRECTORY_INVALID, "time_zone: " + zone.error().detail);
  std::shared_ptr<Settings> out(
      new Settings(version, std::move(*rules), clocks::Deadlines(std::move(*zone), std::move(*calendar))));
  out->street_ = directory.street();
  out->district_ = directory.district();
  for (const auto& cell : directory.cells()) out->cells_[cell.code()] = {cell.stream(), cell.unit(), cell.retired()};
  out->add_people(directory, false);
  out->add_people(directory, true);
  return out;
}

void Settings::add_people(const v1::Directory& directory, bool deputies) {
  for (const auto& person : directory.people()) {
    if (person.absent()) continue;
    for (const auto& post : person.posts()) {
      if (!v1::Role_IsValid(post.role()) || post.deputy() != deputies) continue;
      const std::string& place = post.role() == v1::ROLE_DESK ? std::string(desk_code) : post.place();
      auto& filler = duty_[place][static_cast<std::size_t>(post.role())].emplace_back();
      filler.person = person.code();
      for (const auto& leave : person.leave()) filler.leave.emplace_back(leave.from_ms(), leave.to_ms());
    }
  }
}

bool Settings::Filler::is_there(std::int64_t at_ms) const {
  return std::none_of(leave.begin(), leave.end(),
                      [&](const auto& one) { return one.first <= at_ms && at_ms < one.second; });
}

const std::string& Settings::on_duty(v1::Role role, std::string_view place, std::int64_t at_ms) const {
  const auto found = duty_.find(place);
  if (found == duty_.end()) return nobody;
  for (const auto& filler : found->second[static_cast<std::size_t>(role)])
    if (filler.is_there(at_ms)) return filler.person;
  return nobody;
}

const Settings::CellEntry* Settings::cell(std::string_view code) const {
  const auto found = cells_.find(code);
  return found == cells_.end() ? nullptr : &found->second;
}

void Settings::holder_at(const CellPlace& place, std::int64_t at_ms, v1::Holder& holder) const {
  if (place.is_desk()) return holder_at_desk(at_ms, holder);
  holder.set_role(v1::ROLE_GRID_WORKER);
  holder.set_rung(v1::RUNG_CELL);
  holder.set_place(place.cell);
  holder.set_person(on_duty(v1::ROLE_GRID_WORKER, place.cell, at_ms));
}

void Settings::holder_on_the_way(std::string_view to_cell, std::int64_t at_ms, v1::Holder& holder) const {
  if (to_cell == desk_code) return holder_at_desk(at_ms, holder);
  const auto* entry = cell(to_cell);
  holder.set_role(v1::ROLE_UNIT_SUPERVISOR);
  holder.set_rung(v1::RUNG_UNIT);
  holder.set_place(entry == nullptr ? nobody : entry->unit);
  holder.set_person(on_duty(v1::ROLE_UNIT_SUPERVISOR, holder.place(), at_ms));
}

void Settings::holder_at_desk(std::int64_t at_ms, v1::Holder& holder) const {
  holder.set_role(v1::ROLE_DESK);
  holder.set_rung(v1::RUNG_STREET);
  holder.set_place(std::string(desk_code));
  holder.set_person(on_duty(v1::ROLE_DESK, desk_code, at_ms));
}

void Settings::answerer_at(v1::Rung rung, const CellPlace& place, std::int64_t at_ms, v1::Holder& holder) const {
  const auto& where = rung == v1::RUNG_DISTRICT ? district_ : rung == v1::RUNG_STREET ? street_ : place.unit;
  const auto role = ladder::supervisor_of(rung);
  holder.set_role(role);
  holder.set_rung(rung);
  holder.set_place(where);
  holder.set_person(on_duty(role, where, at_ms));
}

Result<void> check_configuration(const v1::Configuration& configuration) {
  if (auto made = Settings::make(0, configuration); !made) return tl::unexpected(made.error());
  return {};
}

}  // namespace huying::cell
