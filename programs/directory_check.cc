// huying directory check: is the directory sound? Reads files, needs no broker, changes nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "programs/connection.h"
#include "programs/directory_report.h"
#include "programs/open_directory.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct CheckOptions {
  std::string path, id_property, input;
  bool json = false;
};

void print_json(const directory::Loaded& loaded, const Proposal& proposal) {
  const auto summary = summary_of(loaded.configuration);
  nlohmann::ordered_json out{{"ok", loaded.ok()}, {"findings", nlohmann::ordered_json::array()}};
  for (const auto& finding : loaded.findings)
    out["findings"].push_back({{"number", finding.code}, {"where", finding.where}, {"what", finding.what}});
  if (loaded.ok())
    out.update({{"cells", summary.cells}, {"retired", summary.retired}, {"units", summary.units},
                {"people", summary.people}, {"places", summary.places},
                {"border_kilometres", summary.border_kilometres},
                {"notice", loaded.configuration.directory().notice()}});
  out["default_points"] = nlohmann::ordered_json::array();
  for (const auto& point : proposal.points)
    out["default_points"].push_back(
        {{"latitude", point.latitude}, {"longitude", point.longitude}, {"requests", point.requests}});
  fmt::print("{}\n", out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_text(const directory::Loaded& loaded, const Proposal& proposal) {
  for (const auto& finding : loaded.findings) fmt::print("{}\n", directory::to_string(finding));
  if (!loaded.ok()) {
    fmt::print("名录不可用：请改正标 E 的各项，标 W 的只是提醒\nrefused: mend what is marked E; W are warnings\n");
  } else {
    const auto summary = summary_of(loaded.configuration);
    const auto& directory = loaded.configuration.directory();
    fmt::print("street {} {}{}\n", directory.street(), directory.street_name(),
               directory.demonstration() ? " (demonstration)" : "");
    fmt::print("{} cells ({} retired) in {} units, {:.1f} km of borders\n", summary.cells, summary.retired,
               summary.units, summary.border_kilometres);
    fmt::print("{} people, {} systems, {} places\n", summary.people, summary.systems, summary.places);
    fmt::print("policy {}: {} rules, {} categories\n", loaded.configuration.policy().name(), summary.rules,
               summary.categories);
    if (!directory.notice().empty()) fmt::print("notice: {}\n", directory.notice());
  }
  if (proposal.lines > 0)
    fmt::print("{} requests, {} unreadable, {} with a point; {} default points proposed\n", proposal.lines,
               proposal.unreadable, proposal.with_point, proposal.points.size());
  for (const auto& point : proposal.points) fmt::print("{}\n", as_text(point, proposal.with_point));
}

ExitCode run(const CheckOptions& options) {
  Proposal proposal;
  if (!options.input.empty()) {
    std::ifstream in(options.input, std::ios::binary);
    if (in) proposal = propose_default_points(in);
    if (in.bad() || !in.eof()) {  // a folder, too, opens like a file
      print_error({v1::ERROR_CODE_FILE_UNREADABLE, options.input});
      return ExitCode::failed;
    }
  }
  const auto loaded = open_directory(options.path, options.id_property);
  if (!loaded) {
    print_error(loaded.error());
    return ExitCode::refused;
  }
  options.json ? print_json(*loaded, proposal) : print_text(*loaded, proposal);
  return loaded->ok() ? ExitCode::done : ExitCode::refused;
}

}  // namespace

void add_directory_check(CLI::App& directory, Chosen& chosen) {
  auto options = std::make_shared<CheckOptions>();
  auto* check = directory.add_subcommand("check", "Is a directory sound? Lists what is wrong, and what it holds.");
  check->add_option("path", options->path, "A directory's folder, or one GeoJSON file")->required();
  check->add_option("--id", options->id_property, "The property of a feature that is the cell's id");
  check->add_option("--input", options->input,
                    "JSON lines of real requests: proposes default points, which many requests share");
  check->add_flag("--json", options->json, "One JSON object for programs");
  check->footer("Exit codes: 0 sound (warnings may be listed), 1 the input could not be read, 2 usage, 3 refused.\n"
                "  huying directory check deploy/wenyuan\n"
                "  huying directory check cells.geojson --id name --input requests.ndjson");
  check->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace huying::programs
