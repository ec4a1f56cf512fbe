#include "tests/sim/scenario_files.h"

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <fstream>
#include <sstream>

#include "proto/errors.h"
#include "tests/sim/breakages/breakage.h"
#include "tests/sim/street.h"
#include "tests/sim/world/counters.h"

namespace huying::sim {
namespace {

class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text.empty()) text = fmt::format("line {}, column {}: {}", line + 1, column + 1, message);
  }
  std::string text;
};

tl::unexpected<Error> wrong(const std::string& name, const std::string& what) {
  return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("scenario {}: {}", name, what));
}

Result<std::vector<NamedScenario>> of_path(const std::string& path) {
  std::ifstream file(path);
  if (!file) return wrong(path, "no such file");
  std::stringstream text;
  text << file.rdbuf();
  auto parsed = parse_scenario(path, text.str());
  if (!parsed) return tl::unexpected(parsed.error());
  return std::vector<NamedScenario>{{path, std::move(*parsed)}};
}

bool is_meant(std::string_view embedded, std::string_view name) {
  if (embedded == name) return true;
  const auto slash = embedded.find('/');
  return embedded.substr(0, slash) == name || embedded.substr(slash + 1) == name;
}

// What is wrong; empty: nothing.
std::string mistake_in(const scenario::Workload& workload) {
  if (workload.cells() < 2 || workload.cells() > 90) return "cells: 2 to 90";
  if (workload.hosts() < 1 || std::uint64_t{workload.hosts()} + workload.spares() > 9) return "hosts and spares: 1 to 9";
  if (workload.requests() < 2 || workload.requests() > 1'000'000) return "requests: 2 to 1,000,000";
  if (workload.days() > 366 || workload.minutes() > 1440 || workload.days() + workload.minutes() == 0)
    return "days: at most 366; minutes: at most 1,440; not both 0";
  if (workload.rate() > 100'000) return "rate: at most 100,000";
  for (const auto& category : workload.categories())
    if (!Street::has_category(category)) return "no category is called " + category;
  if (workload.published_again_permille() > 1000) return "published_again_permille: at most 1,000";
  if (workload.diligence_permille() > 1000) return "diligence_permille: at most 1,000";
  return {};
}

// Each is put down before the run begins, so what comes in all is bounded too.
std::string mistake_in(const scenario::Fault& fault, const scenario::Workload& workload) {
  constexpr std::uint64_t most = 1'000'000;
  const std::string name = name_of(fault.kind());
  if (!is_scheduled(fault.kind())) return name + " cannot be asked for";
  const auto minutes = std::uint64_t{workload.days()} * 1440 + workload.minutes();
  if (fault.times() > most || fault.in_all() > most || fault.times() * minutes / 1440 > most)
    return name + ": at most 1,000,000 times a day, and in the whole run";
  if (fault.least_ms() > fault.most_ms()) return name + ": least_ms is above most_ms";
  if (fault.permille() > 1000) return name + ": permille: at most 1,000";
  return {};
}

}  // namespace

Result<scenario::Scenario> parse_scenario(const std::string& name, const std::string& text) {
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.RecordErrorsTo(&error);
  scenario::Scenario scenario;
  if (!parser.ParseFromString(text, &scenario)) return wrong(name, error.text);
  if (const auto mistake = mistake_in(scenario.workload()); !mistake.empty()) return wrong(name, mistake);
  for (const auto& fault : scenario.faults())
    if (const auto mistake = mistake_in(fault, scenario.workload()); !mistake.empty()) return wrong(name, mistake);
  if (breakage_named(scenario.breakage()) == nullptr) return wrong(name, "no breakage is called " + scenario.breakage());
  return scenario;
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& one : embedded_scenarios()) names.emplace_back(one.name);
  return names;
}

Result<std::vector<NamedScenario>> scenarios_named(const std::string& name) {
  if (name.find('.') != std::string::npos || name.starts_with('/')) return of_path(name);
  std::vector<NamedScenario> found;
  for (const auto& one : embedded_scenarios()) {
    if (!is_meant(one.name, name)) continue;
    auto parsed = parse_scenario(std::string(one.name), std::string(one.text));
    if (!parsed) return tl::unexpected(parsed.error());
    found.push_back({std::string(one.name), std::move(*parsed)});
  }
  if (found.empty()) return wrong(name, "there is none of that name or folder");
  return found;
}

}  // namespace huying::sim
