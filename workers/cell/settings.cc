#include "workers/cell/settings.h"

#include "huying/v1/error.pb.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {
namespace {
const std::string nobody;
}  // namespace

Result<std::shared_ptr<Settings>> Settings::make(std::uint64_t version, const v1::Configuration& configuration) {
  const auto& directory = configuration.directory();
  auto rules = clocks::RuleBook::make(configuration.policy());
  if (!rules) return tl::unexpected(rules.error());
  const auto zone_name = directory.time_zone().empty() ? "Asia/Shanghai" : directory.time_zone();
  auto zone = CivilZone::named(zone_name);
  if (!zone) return fail(v1::ERROR_CODE_DIRECTORY_INVALID, "time_zone: " + zone.error().detail);
  std::shared_ptr<Settings> out(new Settings(version, std::move(*rules), std::move(*zone)));
  out->street_ = directory.street();
  out->district_ = directory.district();
  for (const auto& cell : directory.cells()) out->cells_[cell.code()] = {cell.stream(), cell.unit(), cell.retired()};
  out->add_people(directory);
  return out;
}

void Settings::add_people(const v1::Directory& directory) {
  for (const auto& person : directory.people()) {
    if (person.absent()) continue;
    for (const auto& post : person.posts()) {
      if (!v1::Role_IsValid(post.role())) continue;
      if (post.role() == v1::ROLE_DESK && (desk_person_.empty() || !post.deputy())) desk_person_ = person.code();
      auto& duty = duty_[post.place()];
      const auto role = static_cast<std::size_t>(post.role());
      const int rank = post.deputy() ? 1 : 2;
      if (rank <= duty.rank[role]) continue;  // the first in the directory, but a deputy only when nobody else is there
      duty.rank[role] = rank;
      duty.person[role] = person.code();
    }
  }
}

const std::string& Settings::on_duty(v1::Role role, std::string_view place) const {
  const auto found = duty_.find(place);
  return found == duty_.end() ? nobody : found->second.person[static_cast<std::size_t>(role)];
}

const Settings::CellEntry* Settings::cell(std::string_view code) const {
  const auto found = cells_.find(code);
  return found == cells_.end() ? nullptr : &found->second;
}

void Settings::holder_at(const CellPlace& place, v1::Holder& holder) const {
  if (place.is_desk()) return holder_at_desk(holder);
  holder.set_role(v1::ROLE_GRID_WORKER);
  holder.set_rung(v1::RUNG_CELL);
  holder.set_place(place.cell);
  holder.set_person(on_duty(v1::ROLE_GRID_WORKER, place.cell));
}

void Settings::holder_on_the_way(std::string_view to_cell, v1::Holder& holder) const {
  if (to_cell == desk_code) return holder_at_desk(holder);
  const auto* entry = cell(to_cell);
  holder.set_role(v1::ROLE_UNIT_SUPERVISOR);
  holder.set_rung(v1::RUNG_UNIT);
  holder.set_place(entry == nullptr ? nobody : entry->unit);
  holder.set_person(on_duty(v1::ROLE_UNIT_SUPERVISOR, holder.place()));
}

void Settings::holder_at_desk(v1::Holder& holder) const {
  holder.set_role(v1::ROLE_DESK);
  holder.set_rung(v1::RUNG_STREET);
  holder.set_place(std::string(desk_code));
  holder.set_person(desk_person_);
}

void Settings::answerer_at(v1::Rung rung, const CellPlace& place, v1::Holder& holder) const {
  const auto& where = rung == v1::RUNG_DISTRICT ? district_ : rung == v1::RUNG_STREET ? street_ : place.unit;
  const auto role = ladder::supervisor_of(rung);
  holder.set_role(role);
  holder.set_rung(rung);
  holder.set_place(where);
  holder.set_person(on_duty(role, where));
}

}  // namespace huying::cell
