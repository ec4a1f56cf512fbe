#include "gateway/shell/directory_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/limits.h"
#include "broker/dispatch/dispatcher.h"

namespace huying::gateway {
namespace {

constexpr double units_a_degree = 1e7;
constexpr std::int64_t outside_units = 18'000;  // 200 m of latitude, a little less of longitude
constexpr std::string_view desk = "desk";

template <class Map>
auto found_in(const Map& map, std::string_view code) {
  const auto at = map.find(absl::string_view(code.data(), code.size()));
  return at == map.end() ? nullptr : at->second;
}

}  // namespace

Result<std::shared_ptr<const DirectoryView>> DirectoryView::make(const v1::Configuration& configuration, std::uint64_t version) {
  auto zone = CivilZone::named(configuration.directory().time_zone());
  if (!zone) return tl::unexpected(zone.error());
  return std::shared_ptr<const DirectoryView>(new DirectoryView(configuration, version, std::move(*zone)));
}

DirectoryView::DirectoryView(const v1::Configuration& configuration, std::uint64_t version, CivilZone zone)
    : configuration_(configuration), version_(version), zone_(std::move(zone)) {
  draw_map();
  dispatcher_ = std::make_unique<const dispatch::Dispatcher>(directory());
  for (auto& cell : *configuration_.mutable_directory()->mutable_cells()) cell.clear_polygons();
  for (const auto& person : directory().people()) people_[person.code()] = &person;
  for (const auto& system : directory().systems())
    if (system.role() == v1::ROLE_OBSERVER) observers_[system.code()] = &system;
  for (const auto& cell : directory().cells()) cells_[cell.code()] = &cell;
  for (const auto& unit : directory().units()) units_[unit.code()] = &unit;
  for (const auto& category : configuration_.policy().categories()) categories_[category.code()] = &category;
}

DirectoryView::~DirectoryView() = default;

// Coordinates are written as they are kept, in 1e-7 degrees: nothing is rounded.
void DirectoryView::draw_map() {
  Json features = Json::array();
  for (const auto& cell : directory().cells()) {
    if (cell.polygons().empty()) continue;  // the desk
    Json polygons = Json::array();
    for (const auto& polygon : cell.polygons()) {
      Json rings = Json::array();
      for (const auto& ring : polygon.rings()) {
        Json points = Json::array();
        std::int64_t longitude = 0, latitude = 0;
        for (int i = 0; i + 1 < ring.coordinates_size(); i += 2) {
          longitude += ring.coordinates(i);
          latitude += ring.coordinates(i + 1);
          points.push_back({static_cast<double>(longitude) / units_a_degree, static_cast<double>(latitude) / units_a_degree});
          bounds_.west = std::min(bounds_.west, longitude);
          bounds_.east = std::max(bounds_.east, longitude);
          bounds_.south = std::min(bounds_.south, latitude);
          bounds_.north = std::max(bounds_.north, latitude);
        }
        rings.push_back(std::move(points));
      }
      polygons.push_back(std::move(rings));
    }
    Json properties{{"code", cell.code()}, {"name", cell.name()}, {"unit", cell.unit()}, {"retired", cell.retired()}};
    features.push_back({{"type", "Feature"},
                        {"id", cell.code()},
                        {"properties", std::move(properties)},
                        {"geometry", {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}}}});
  }
  map_ = dumped({{"type", "FeatureCollection"}, {"features", std::move(features)}});
}

bool DirectoryView::is_far_outside(double latitude, double longitude) const {
  if (bounds_.west > bounds_.east) return false;  // no cell has a shape
  if (!std::isfinite(latitude) || !std::isfinite(longitude) || std::abs(latitude) > 90 || std::abs(longitude) > 180) return true;
  const auto x = std::llround(longitude * units_a_degree), y = std::llround(latitude * units_a_degree);
  return x < bounds_.west - outside_units || x > bounds_.east + outside_units || y < bounds_.south - outside_units ||
         y > bounds_.north + outside_units;
}

// ---- People ----------------------------------------------------------------------------------------------------

const v1::Person* DirectoryView::person(std::string_view code) const { return found_in(people_, code); }
const v1::System* DirectoryView::observer(std::string_view code) const { return found_in(observers_, code); }
bool DirectoryView::may_log_in(std::string_view code) const { return person(code) != nullptr || observer(code) != nullptr; }

bool DirectoryView::holds(std::string_view code, v1::Role role) const {
  const auto* who = person(code);
  return who != nullptr && std::any_of(who->posts().begin(), who->posts().end(), [&](const auto& post) { return post.role() == role; });
}

std::vector<std::string> DirectoryView::cells_of(const v1::Person& who) const {
  std::vector<std::string> cells;
  for (const auto& cell : directory().cells()) {
    const bool is_theirs = std::any_of(who.posts().begin(), who.posts().end(), [&](const v1::Post& post) {
      switch (post.role()) {
        case v1::ROLE_GRID_WORKER:
        case v1::ROLE_CADRE: return post.place() == cell.code();
        case v1::ROLE_UNIT_SUPERVISOR: return post.place() == cell.unit();
        case v1::ROLE_STREET_SUPERVISOR: return post.place() == directory().street();
        case v1::ROLE_DISTRICT_SUPERVISOR: return post.place() == directory().district();
        case v1::ROLE_DESK: return post.place() == directory().street() || post.place() == desk;
        default: return false;
      }
    });
    if (is_theirs) cells.push_back(cell.code());
  }
  return cells;
}

DirectoryView::Reads DirectoryView::reads(std::string_view code) const {
  const bool all = reads_only(code) || holds(code, v1::ROLE_STREET_SUPERVISOR) || holds(code, v1::ROLE_DISTRICT_SUPERVISOR) ||
                   holds(code, v1::ROLE_DESK) || holds(code, v1::ROLE_ADMINISTRATOR);
  const auto* who = person(code);
  return {all, all || who == nullptr ? std::vector<std::string>{} : cells_of(*who)};
}

std::vector<std::string> DirectoryView::subjects_of(std::string_view code) const {
  if (reads(code).all) return {"case.>", "configuration.>", "coverage.>"};
  const auto* who = person(code);
  if (who == nullptr) return {};
  std::set<std::string> subjects;
  for (const auto& post : who->posts()) {
    const bool is_of_unit = post.role() == v1::ROLE_UNIT_SUPERVISOR;
    if (!is_of_unit && post.role() != v1::ROLE_GRID_WORKER && post.role() != v1::ROLE_CADRE) continue;
    if (subjects.size() < limits::subjects_max) subjects.insert(fmt::format("case.*.{}{}.>", is_of_unit ? "" : "*.", post.place()));
  }
  for (const auto& cell : cells_of(*who))
    if (subjects.size() < limits::subjects_max) subjects.insert("coverage.*." + cell);
  return {subjects.begin(), subjects.end()};
}

// ---- Names -----------------------------------------------------------------------------------------------------

std::string DirectoryView::cell_name(std::string_view code) const {
  if (code == desk) return "指挥中心";
  const auto* cell = found_in(cells_, code);
  return cell == nullptr || cell->name().empty() ? std::string(code) : cell->name();
}

std::string DirectoryView::unit_of(std::string_view code) const {
  const auto* cell = found_in(cells_, code);
  return cell == nullptr ? std::string() : cell->unit();
}

bool DirectoryView::takes_cases(std::string_view code) const {
  const auto* cell = found_in(cells_, code);
  return cell != nullptr && !cell->retired() && code != desk;
}

std::string DirectoryView::category_name(std::string_view code) const {
  const auto* category = found_in(categories_, code);
  return category == nullptr || category->name().empty() ? std::string(code) : category->name();
}

std::string DirectoryView::category_english(std::string_view code) const {
  std::string english(code);
  std::replace(english.begin(), english.end(), '-', ' ');
  return english;
}

std::string DirectoryView::title_of(std::string_view code) const {
  if (const auto* who = person(code)) return who->title();
  for (const auto& system : directory().systems())
    if (system.code() == code) return system.title();
  return {};
}

std::optional<ledger::NameBook::Text> DirectoryView::find(ledger::NameKind kind, const std::string& code) const {
  using ledger::NameKind;
  switch (kind) {
    case NameKind::cell:
      if (found_in(cells_, code) != nullptr) return Text{cell_name(code), {}};
      break;
    case NameKind::unit:
      if (const auto* unit = found_in(units_, code)) return Text{unit->name().empty() ? code : unit->name(), {}};
      break;
    case NameKind::category:
      if (found_in(categories_, code) != nullptr) return Text{category_name(code), category_english(code)};
      break;
    case NameKind::person:
      if (const auto* who = person(code)) return Text{who->title().empty() ? code : who->title(), {}};
      break;
    case NameKind::system:
      for (const auto& system : directory().systems()) {
        if (system.code() != code) continue;
        if (system.role() == v1::ROLE_GATEWAY) return Text{"网页反映", "web page"};  // the citizen's own
        return Text{system.title().empty() ? code : system.title(), {}};
      }
      break;
    case NameKind::place: break;  // several of a cell
  }
  return std::nullopt;
}

// ---- JSON ------------------------------------------------------------------------------------------------------

Json DirectoryView::me(const std::string& code, const v1::Welcome& welcome) const {
  Json roles = Json::array(), cells = Json::array();
  if (const auto* who = person(code)) {
    for (const auto& post : who->posts()) {
      Json role{{"role", v1::Role_Name(post.role())}, {"place", post.place()}};
      if (post.deputy()) role["deputy"] = true;
      roles.push_back(std::move(role));
    }
    for (auto& cell : cells_of(*who)) cells.push_back(std::move(cell));
  } else {
    roles.push_back({{"role", v1::Role_Name(v1::ROLE_OBSERVER)}, {"place", directory().street()}});
  }
  return {{"person", code},
          {"title", title_of(code)},
          {"roles", std::move(roles)},
          {"cells", std::move(cells)},
          {"readOnly", reads_only(code)},
          {"street", {{"code", directory().street()}, {"name", directory().street_name()}}},
          {"demonstration", welcome.demonstration()},
          {"ratePermille", welcome.rate_permille()},
          {"timeZone", directory().time_zone()}};
}

Json DirectoryView::street(const v1::Welcome& welcome) const {
  Json units = Json::array(), categories = Json::array(), bounds = Json::array();
  for (const auto& unit : directory().units()) units.push_back({{"code", unit.code()}, {"name", unit.name()}});
  for (const auto& category : configuration_.policy().categories()) {
    Json one{{"code", category.code()}, {"name", category.name()}, {"nameEn", category_english(category.code())}};
    if (!category.guidance().empty()) one["guidance"] = category.guidance();
    categories.push_back(std::move(one));
  }
  if (bounds_.west <= bounds_.east)
    for (const auto edge : {bounds_.west, bounds_.south, bounds_.east, bounds_.north})
      bounds.push_back(static_cast<double>(edge) / units_a_degree);
  return {{"street", {{"code", directory().street()}, {"name", directory().street_name()}}},
          {"version", std::to_string(version_)},
          {"demonstration", welcome.demonstration()},
          {"ratePermille", welcome.rate_permille()},
          {"timeZone", directory().time_zone()},
          {"units", std::move(units)},
          {"categories", std::move(categories)},
          {"bounds", std::move(bounds)}};
}

Json DirectoryView::people(v1::Role role, std::string_view place) const {
  Json people = Json::array();
  for (const auto& who : directory().people())
    for (const auto& post : who.posts()) {
      if ((role != v1::ROLE_UNSPECIFIED && post.role() != role) || (!place.empty() && post.place() != place)) continue;
      Json one{{"person", who.code()}, {"title", who.title()}, {"role", v1::Role_Name(post.role())}, {"place", post.place()}};
      if (post.deputy()) one["deputy"] = true;
      if (who.absent()) one["absent"] = true;
      people.push_back(std::move(one));
    }
  return people;
}

}  // namespace huying::gateway
