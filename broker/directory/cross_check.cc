#include "broker/directory/cross_check.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/civil_time.h"
#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/cells.h"
#include "broker/directory/citizen.h"
#include "broker/dispatch/datum.h"

namespace huying::directory {
namespace {

constexpr std::uint32_t border_metres_default = 10, border_metres_max = 1000;
constexpr double tolerance_m2_default = 1000, tolerance_m2_max = 1e6;
constexpr std::size_t unit_bytes_max = 32;
constexpr std::uint32_t default_point_radius_metres_max = 10'000;
constexpr int list_max = 10'000;

bool is_short(const std::string& text) { return text.size() <= limits::name_bytes_max; }

bool is_street_short(const std::string& text) {
  return text.size() >= 1 && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

class TextCheck {
 public:
  TextCheck(v1::Directory& directory, Findings& findings) : directory_(directory), findings_(findings) {}
  void run(const v1::Configuration* before);

 private:
  void require(bool is_good, std::string what) {
    if (!is_good) findings_.add(v1::ERROR_CODE_DIRECTORY_INVALID, "directory.txtpb", std::move(what));
  }
  void check_names();
  void check_units();
  void check_numbers();

  v1::Directory& directory_;
  Findings& findings_;
};

void TextCheck::check_names() {
  require(is_token(directory_.street(), limits::street_bytes_max), "street must be 1 to 32 of a-z, 0-9, '_', '-'");
  require(is_token(directory_.district(), limits::street_bytes_max), "district must be 1 to 32 of a-z, 0-9, '_', '-'");
  require(directory_.street() != directory_.district(), "street and district must have different codes");
  require(is_street_short(directory_.street_short()), "street_short must be 1 to 4 upper-case letters");
  require(CivilZone::named(directory_.time_zone()).has_value(),
          "time_zone must be one of the tz database, such as Asia/Shanghai");
  require(is_short(directory_.street_name()) && is_short(directory_.district_name()),
          "street_name and district_name have at most 128 bytes");
  require(is_short(directory_.cell_id_property()), "cell_id_property has at most 128 bytes");
  require(directory_.notice().size() <= 1024, "notice has at most 1,024 bytes");
  for (const auto& alias : directory_.district_aliases())
    require(alias.name().size() >= 2 && is_short(alias.name()), "a district alias has 2 to 128 bytes");
}

void TextCheck::check_units() {
  absl::flat_hash_set<std::string> codes;
  for (const auto& unit : directory_.units()) {
    const std::string shown = quotable(unit.code(), 40);
    require(is_token(unit.code(), unit_bytes_max),
            fmt::format("unit '{}': its code must be 1 to 32 of a-z, 0-9, '_', '-'", shown));
    require(unit.code() != "desk", "unit 'desk' is made by itself; leave it out");
    require(codes.insert(unit.code()).second, fmt::format("unit '{}' stands there twice", shown));
    require(!unit.name().empty() && is_short(unit.name()), fmt::format("unit '{}': its name is missing or too long", shown));
    require(unit.kind() == v1::UNIT_KIND_VILLAGE || unit.kind() == v1::UNIT_KIND_COMMUNITY,
            fmt::format("unit '{}': its kind must be UNIT_KIND_VILLAGE or UNIT_KIND_COMMUNITY", shown));
  }
}

void TextCheck::check_numbers() {
  if (!directory_.has_border_metres()) directory_.set_border_metres(border_metres_default);
  if (!directory_.has_geometry_tolerance_m2()) directory_.set_geometry_tolerance_m2(tolerance_m2_default);
  require(directory_.border_metres() <= border_metres_max, "border_metres must be 0 to 1,000");
  const double tolerance = directory_.geometry_tolerance_m2();
  require(std::isfinite(tolerance) && tolerance >= 0 && tolerance <= tolerance_m2_max,
          "geometry_tolerance_m2 must be 0 to 1,000,000");
  for (const auto& point : directory_.default_points())
    require(dispatch::in_range({point.latitude(), point.longitude()}) &&
                point.radius_metres() <= default_point_radius_metres_max,
            "a default point needs a latitude and a longitude in degrees, and a radius of at most 10,000 m");
}

void TextCheck::run(const v1::Configuration* before) {
  require(directory_.cells_size() == 0 && directory_.people_size() == 0 && directory_.places_size() == 0,
          "cells, people and places come from cells.geojson, people.csv and places.csv; leave them out");
  directory_.clear_cells();
  directory_.clear_people();
  directory_.clear_places();
  require(directory_.units_size() <= list_max && directory_.systems_size() <= list_max &&
              directory_.default_points_size() <= 1000 && directory_.district_aliases_size() <= 100,
          "at most 10,000 units, 10,000 systems, 1,000 default points and 100 district aliases");
  if (findings_.has_errors()) return;
  check_names();
  check_units();
  check_numbers();
  if (before != nullptr)
    require(before->directory().street() == directory_.street(),
            fmt::format("street was {} and cannot become another; its cases are kept under that code",
                        before->directory().street()));
}

}  // namespace

void check_directory_text(v1::Directory& directory, const v1::Configuration* before, Findings& findings) {
  TextCheck(directory, findings).run(before);
}

void join_people(const std::vector<PostRow>& posts, v1::Directory& directory, Findings& findings) {
  const CellNames cells(directory);
  absl::flat_hash_set<std::string> units;
  for (const auto& unit : directory.units()) units.insert(unit.code());
  for (const PostRow& row : posts) {
    auto* post = directory.mutable_people(row.person)->mutable_posts(row.post);
    const auto refuse = [&](const char* what) { findings.add(v1::ERROR_CODE_PERSON_INVALID, row.where(), what); };
    switch (post->role()) {
      case v1::ROLE_GRID_WORKER:
      case v1::ROLE_CADRE: {
        const auto* cell = cells.find(post->place());
        if (cell == nullptr || cell->code() == "desk")
          refuse("its place must be a cell of cells.geojson");
        else
          post->set_place(cell->code());
        break;
      }
      case v1::ROLE_UNIT_SUPERVISOR:
        if (!units.contains(post->place()) || post->place() == "desk") refuse("its place must be a unit of directory.txtpb");
        break;
      case v1::ROLE_DISTRICT_SUPERVISOR:
        if (post->place() != directory.district()) refuse("its place must be the district's code");
        break;
      case v1::ROLE_DESK:
        if (post->place() != "desk" && post->place() != directory.street())
          refuse("its place must be `desk` or the street's code");
        break;
      default:
        if (post->place() != directory.street()) refuse("its place must be the street's code");
    }
  }
}

void join_places(const std::vector<std::size_t>& lines, v1::Directory& directory, Findings& findings) {
  const CellNames cells(directory);
  for (int i = 0; i < directory.places_size(); ++i) {
    auto* place = directory.mutable_places(i);
    const auto* cell = cells.find(place->cell());
    if (cell == nullptr || cell->code() == "desk")
      findings.add(v1::ERROR_CODE_PLACE_INVALID, fmt::format("places.csv:{}", lines[static_cast<std::size_t>(i)]),
                   "its cell is not a cell of cells.geojson");
    else
      place->set_cell(cell->code());
  }
}

void check_systems(const v1::Directory& directory, Findings& findings) {
  absl::flat_hash_set<std::string> people, systems;
  for (const auto& person : directory.people()) people.insert(person.code());
  for (const auto& system : directory.systems()) {
    const auto refuse = [&](std::string_view what) {
      findings.add(v1::ERROR_CODE_DIRECTORY_INVALID, "directory.txtpb",
                   fmt::format("system '{}': {}", quotable(system.code(), 64), what));
    };
    if (!is_code(system.code(), limits::code_bytes_max)) refuse("its code must be 1 to 64 of a-z, 0-9, '.', '_', '-'");
    if (!is_short(system.title())) refuse("its title has more than 128 bytes");
    if (!systems.insert(system.code()).second) refuse("stands there twice");
    if (people.contains(system.code())) refuse("a person of people.csv has this code");
    if (system.code() == citizen_code) refuse("this code stands for the citizen whose step a gateway brings");
    const auto role = system.role();
    if (role != v1::ROLE_PUBLISHER && role != v1::ROLE_HOST && role != v1::ROLE_GATEWAY && role != v1::ROLE_OBSERVER &&
        role != v1::ROLE_ADMINISTRATOR)
      refuse("its role must be ROLE_PUBLISHER, ROLE_HOST, ROLE_GATEWAY, ROLE_OBSERVER or ROLE_ADMINISTRATOR");
    if (system.may_act_for_size() > 0 && role != v1::ROLE_PUBLISHER && role != v1::ROLE_GATEWAY)
      refuse("only a publisher or a gateway may act for people");
    if (system.may_act_for_size() > 1000) refuse("acts for more than 1,000 people; say \"*\"");
    for (const auto& person : system.may_act_for()) {
      if (person == citizen_code && role != v1::ROLE_GATEWAY) refuse("only a gateway may act for the citizen");
      if (person != "*" && person != citizen_code && !people.contains(person))
        refuse("acts for somebody who is not in people.csv");
    }
  }
}

void check_somebody_is_there(const v1::Directory& directory, Findings& findings) {
  struct Staff {
    bool worker = false, deputy = false, present = false;
  };
  absl::flat_hash_map<std::string, Staff> staff;
  bool has_administrator = false;
  for (const auto& person : directory.people())
    for (const auto& post : person.posts()) {
      has_administrator = has_administrator || post.role() == v1::ROLE_ADMINISTRATOR;
      if (post.role() != v1::ROLE_GRID_WORKER) continue;
      Staff& here = staff[post.place()];
      (post.deputy() ? here.deputy : here.worker) = true;
      here.present = here.present || !person.absent();
    }
  for (const auto& system : directory.systems())
    has_administrator = has_administrator || system.role() == v1::ROLE_ADMINISTRATOR;
  const auto warn = [&](const char* where, std::string what) {
    findings.add(v1::ERROR_CODE_WARNING_NOBODY, where, std::move(what));
  };
  if (!has_administrator) warn("directory.txtpb", "there is no administrator; nobody could publish the next version");
  if (directory.people_size() == 0) return warn("people.csv", "there are no people; no cell has a grid worker");
  for (const auto& cell : directory.cells()) {
    if (cell.retired() || cell.code() == "desk") continue;
    const Staff here = staff[cell.code()];
    if (!here.worker) warn("people.csv", fmt::format("cell {} has no grid worker", cell.code()));
    if (!here.deputy) warn("people.csv", fmt::format("cell {} has no deputy", cell.code()));
    if ((here.worker || here.deputy) && !here.present)
      warn("people.csv", fmt::format("cell {}: everybody is absent", cell.code()));
  }
}

}  // namespace huying::directory
