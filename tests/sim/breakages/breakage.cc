#include "tests/sim/breakages/breakage.h"

namespace huying::sim {
namespace {

std::vector<NamedBreakage> all() {
  auto named = breakages_of_the_journal();
  for (const auto& more : {breakages_of_commits(), breakages_of_the_shell(), breakages_of_lists()})
    named.insert(named.end(), more.begin(), more.end());
  return named;
}

}  // namespace

MakeBreakage* breakage_named(std::string_view name) {
  if (name.empty()) return [](World& world) { return std::make_unique<Breakage>(world); };
  for (const auto& one : all())
    if (one.name == name) return one.make;
  return nullptr;
}

std::vector<std::string> breakage_names() {
  std::vector<std::string> names;
  for (const auto& one : all()) names.emplace_back(one.name);
  return names;
}

}  // namespace huying::sim
