#include "gateway/shell/ledger_names.h"

#include <set>
#include <utility>

#include "base/text.h"

namespace huying::gateway {

std::vector<ledger::Name> names_of(const DirectoryView& view) {
  std::vector<ledger::Name> names;
  std::set<std::pair<ledger::NameKind, std::string>> known;
  const auto add = [&](ledger::NameKind kind, const std::string& code, const std::string& name, const std::string& unit = {},
                       const std::string& english = {}) {
    const auto text = name.empty() ? code : std::string(clip(name, ledger::name_text_bytes_max));
    const bool is_new = kind == ledger::NameKind::place || known.emplace(kind, code).second;
    if (is_new && names.size() < ledger::names_max) names.push_back({kind, code, unit, text, english});
  };
  const auto& directory = view.directory();
  for (const auto& cell : directory.cells()) add(ledger::NameKind::cell, cell.code(), view.cell_name(cell.code()), cell.unit());
  for (const auto& unit : directory.units()) add(ledger::NameKind::unit, unit.code(), unit.name());
  for (const auto& category : view.categories()) {
    add(ledger::NameKind::category, category.code(), category.name(), {}, view.category_english(category.code()));
  }
  for (const auto& person : directory.people()) add(ledger::NameKind::person, person.code(), person.title());
  for (const auto& system : directory.systems()) {
    const auto name = view.find(ledger::NameKind::system, system.code());
    if (name) add(ledger::NameKind::system, system.code(), name->zh, {}, name->en);
  }
  for (const auto& place : directory.places()) {
    add(ledger::NameKind::place, place.cell(), place.name());
    for (const auto& alias : place.aliases()) add(ledger::NameKind::place, place.cell(), alias);
  }
  return names;
}

}  // namespace huying::gateway
