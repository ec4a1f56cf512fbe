#include "broker/directory/directory_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "broker/directory/calendar_file.h"
#include "broker/directory/cells.h"
#include "broker/directory/cross_check.h"
#include "broker/directory/findings.h"
#include "broker/directory/geojson.h"
#include "broker/directory/geometry_check.h"
#include "broker/directory/known_files.h"
#include "broker/directory/people.h"
#include "broker/directory/places.h"
#include "broker/directory/policy_file.h"
#include "broker/directory/text_file.h"

namespace huying::directory {
namespace {

using Files = std::map<std::string_view, std::string_view>;

// Each known file once, and none too large.
Files sorted_files(const v1::DirectoryFiles& files, Findings& findings) {
  Files sorted;
  for (const auto& file : files.files()) {
    const auto* known = known_file(file.name());
    if (known == nullptr) {
      findings.add(v1::ERROR_CODE_DIRECTORY_INVALID, "",
                   "a file that is none of directory.txtpb, cells.geojson, people.csv, places.csv, policy.txtpb, calendar.txtpb");
    } else if (!sorted.emplace(known->name, file.content()).second) {
      findings.add(v1::ERROR_CODE_DIRECTORY_INVALID, std::string(known->name), "the file is there twice");
    } else if (file.content().size() > known->bytes_max) {
      findings.add(v1::ERROR_CODE_FILE_TOO_LARGE, std::string(known->name),
                   fmt::format("{} bytes; at most {} are read", file.content().size(), known->bytes_max));
    }
    if (findings.is_full()) break;
  }
  for (const KnownFile& known : known_files)
    if (known.is_required && !sorted.contains(known.name))
      findings.add(v1::ERROR_CODE_FILE_MISSING, std::string(known.name), "the directory must hold it");
  return sorted;
}

void check_shapes(const FeatureFile& file, double tolerance_m2, Findings& findings) {
  std::vector<CheckedCell> cells;
  for (const Feature& feature : file.features)
    if (!feature.shape.empty()) cells.push_back({feature.where(), feature.id, feature.retired, &feature.shape});
  check_geometry(cells, tolerance_m2, findings);
}

void load_cells(const Files& files, const v1::Configuration* before, const LoadOptions& options,
                v1::Directory& directory, Findings& findings) {
  const std::string& property = options.id_property.empty() ? directory.cell_id_property() : options.id_property;
  FeatureFile file = read_geojson(files.at("cells.geojson"), property, findings);
  if (file.features.empty()) return;
  if (options.is_one_unit)
    for (auto& feature : file.features) feature.unit.reset();
  add_cells(file, before, directory, findings);
  if (directory.notice().empty()) directory.set_notice(file.notice);
  check_shapes(file, directory.geometry_tolerance_m2(), findings);
}

void load_all(const Files& files, const v1::Configuration* before, const LoadOptions& options,
              v1::Configuration& configuration, Findings& findings) {
  auto& directory = *configuration.mutable_directory();
  const auto policy = files.find("policy.txtpb");
  read_policy(policy == files.end() ? shipped_policy() : policy->second, *configuration.mutable_policy(), findings);
  const auto calendar = files.find("calendar.txtpb");
  read_calendar(calendar == files.end() ? shipped_calendar() : calendar->second, *configuration.mutable_calendar(),
                findings);
  if (!read_text_file("directory.txtpb", files.at("directory.txtpb"), v1::ERROR_CODE_DIRECTORY_SYNTAX, directory,
                      findings))
    return;
  Findings text;
  check_directory_text(directory, before, text);
  const bool text_is_good = !text.has_errors();
  for (auto& finding : text.take())
    findings.add(static_cast<v1::ErrorCode>(finding.code), std::move(finding.where), std::move(finding.what));
  if (!text_is_good) return;
  load_cells(files, before, options, directory, findings);
  if (directory.cells_size() <= 1) return;
  if (const auto people = files.find("people.csv"); people != files.end())
    join_people(read_people(people->second, directory, findings), directory, findings);
  if (const auto places = files.find("places.csv"); places != files.end())
    join_places(read_places(places->second, directory, findings), directory, findings);
  check_systems(directory, findings);
  check_somebody_is_there(directory, findings);
}

std::string_view file_of(std::uint32_t code) {
  if (code == v1::ERROR_CODE_POLICY_INVALID) return "policy.txtpb";
  return code == v1::ERROR_CODE_CALENDAR_INVALID ? "calendar.txtpb" : "directory.txtpb";
}

}  // namespace

bool Loaded::ok() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.is_error(); });
}

Loaded load(const v1::DirectoryFiles& files, const v1::Configuration* before, const LoadOptions& options) {
  Loaded loaded;
  Findings findings;
  const Files sorted = sorted_files(files, findings);
  if (!findings.has_errors()) load_all(sorted, before, options, loaded.configuration, findings);
  if (!findings.has_errors() && options.check != nullptr)
    if (const auto usable = options.check(loaded.configuration); !usable)
      findings.add(static_cast<v1::ErrorCode>(usable.error().code), file_of(usable.error().code), usable.error().detail);
  loaded.findings = findings.take();
  return loaded;
}

v1::Configuration without_geometry(const v1::Configuration& configuration) {
  v1::Configuration out = configuration;
  auto& directory = *out.mutable_directory();
  for (auto& cell : *directory.mutable_cells()) cell.clear_polygons();
  directory.clear_places();
  directory.clear_default_points();
  return out;
}

}  // namespace huying::directory
