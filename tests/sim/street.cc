#include "tests/sim/street.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "broker/state/version.h"
#include "workers/cell/settings.h"

namespace huying::sim {
namespace {

constexpr double side = 0.005;  // degrees, about half a kilometre

constexpr std::string_view directory_head = R"(street: "900000001"
street_name: "模拟街道"
street_short: "SI"
district: "900000"
district_name: "模拟区"
time_zone: "Asia/Shanghai"
demonstration: true
cell_id_property: "id"
notice: "Made up by the simulator. 模拟器虚构。"
systems { code: "hotline-1" title: "热线" role: ROLE_PUBLISHER }
systems { code: "programme-1" title: "小程序" role: ROLE_PUBLISHER may_act_for: "*" }
systems { code: "gateway-1" title: "网关" role: ROLE_GATEWAY may_act_for: "*" }
systems { code: "gateway-2" title: "小网关" role: ROLE_GATEWAY may_act_for: "cell-01.worker" }
systems { code: "wall-1" title: "大屏" role: ROLE_OBSERVER }
)";

// Rules of several paces, working days among them, so that clocks fire within minutes, within hours, and within days; `spot` needs no check.
struct Pace {
  std::string_view name, unit;
  int arrange, feed_back, solve, verify, desk, rung, district, monthly;
  std::string_view monthly_unit, more;
};
constexpr Pace paces[] = {
    {"ordinary", "NATURAL_DAY", 1, 3, 7, 3, 1, 1, 1, 1, "NATURAL_MONTH", ""},
    {"working", "WORKING_DAY", 1, 3, 7, 3, 1, 1, 1, 1, "NATURAL_MONTH", ""},
    {"brisk", "MINUTE", 90, 240, 480, 240, 90, 90, 180, 600, "MINUTE", ""},
    {"minutes", "MINUTE", 1, 2, 4, 2, 1, 1, 2, 5, "MINUTE", ""},
    {"spot", "NATURAL_DAY", 1, 3, 7, 3, 1, 1, 1, 1, "NATURAL_MONTH", "close_on_resolve: true"},
};

constexpr std::string_view general = "general";  // under the rule that is nobody's own

std::string span(std::string_view what, int count, std::string_view unit, int remind_before_minutes = 0) {
  return fmt::format("{} {{ count: {} unit: SPAN_UNIT_{} first_day: FIRST_DAY_COUNTED remind_before_minutes: {} }}\n", what,
                     count, unit, remind_before_minutes);
}

// Versions differ in how long a stage is, so that a new one makes open deadlines other ones.
std::string policy_file(std::uint32_t version) {
  std::string text = "name: \"simulated\"\ndefault_rule: \"ordinary\"\nurgent_rule: \"brisk\"\n";
  const int more = static_cast<int>(version % 3);
  for (const Pace& pace : paces) {
    const int remind = pace.unit == "MINUTE" ? pace.arrange / 3 : 360;
    text += fmt::format("rules {{ name: \"{}\" source: \"made up\" {}\n", pace.name, pace.more);
    text += span("arrange", pace.arrange, pace.unit, remind) + span("feed_back", pace.feed_back + more, pace.unit, remind);
    text += span("solve", pace.solve + more, pace.unit, remind) + span("solve_complex", pace.solve * 2, pace.unit, remind);
    text += span("verify", pace.verify + more, pace.unit, remind) + span("desk", pace.desk + more, pace.unit, remind);
    text += span("review", pace.verify, pace.unit, remind) + "ladder {\n";
    text += span("unit", pace.rung + more, pace.unit) + span("street", pace.rung + more, pace.unit);
    text += span("district", pace.district, pace.unit) + span("monthly", pace.monthly + more, pace.monthly_unit) + "} }\n";
    text += fmt::format("categories {{ code: \"{0}\" name: \"{0}\" rule: \"{0}\" urgent_rule: \"{0}\" }}\n", pace.name);
  }
  return text + fmt::format("categories {{ code: \"{}\" name: \"其他\" }}\n", general);
}

// Made up: versions differ in which days are free. The year to come is published with the second: what was reckoned into
// it before was provisional.
std::string calendar_file(std::uint32_t version) {
  std::string text = fmt::format(
      "name: \"simulated\"\noffice_hours {{ from: \"08:30\" to: \"18:00\" }}\nexpects_notices: true\n"
      "years {{ year: 2026 official: true source: \"made up\" rest {{ from: \"2026-11-{0:02}\" to: \"2026-11-{0:02}\" name: \"模拟\" }} }}\n",
      23 + version % 5);
  if (version < 2) return text;
  text += "years { year: 2027 official: true source: \"made up\"\n";
  for (int month = 1; month <= 12; ++month) {
    const auto day = 3 + (version + static_cast<std::uint32_t>(month)) % 20;
    text += fmt::format("rest {{ from: \"2027-{0:02}-{1:02}\" to: \"2027-{0:02}-{2:02}\" name: \"模拟\" }}\n", month, day,
                        day + month % 4);
  }
  return text + "}\n";
}

// Of whoever is away for a time: some days soon, and five days of each month that comes.
std::string leaves_of(std::uint32_t number) {
  std::string text = "2026-11-23..2026-11-23;2026-11-25..2026-11-27;2026-12-24..2027-01-03";
  const auto day = 1 + number % 23;
  for (int month = 2; month <= 11; ++month)
    text += fmt::format(";2027-{0:02}-{1:02}..2027-{0:02}-{2:02}", month, day, day + 4);
  return text;
}

std::string square(const SimulatedCell& cell) {
  const double west = cell.longitude - side / 2, east = cell.longitude + side / 2;
  const double south = cell.latitude - side / 2, north = cell.latitude + side / 2;
  return fmt::format(
      R"({{"type":"Feature","properties":{{"id":"{}","name":"{}","unit":"{}"}},"geometry":{{"type":"Polygon","coordinates":)"
      R"([[[{:.4f},{:.4f}],[{:.4f},{:.4f}],[{:.4f},{:.4f}],[{:.4f},{:.4f}],[{:.4f},{:.4f}]]]}}}})",
      cell.code, cell.code, cell.unit, west, south, east, south, east, north, west, north, west, south);
}

bool is_of(std::string_view person, std::string_view place, std::string_view post) {
  return person.size() == place.size() + post.size() && person.starts_with(place) && person.ends_with(post);
}

}  // namespace

Street::Street(std::uint32_t cells, std::uint32_t hosts)
    : hosts_(hosts), zone_(CivilZone::named("Asia/Shanghai").value()) {
  for (std::uint32_t i = 0; i < cells; ++i)
    cells_.push_back(
        {fmt::format("cell-{:02}", i + 1), fmt::format("village-{}", i / 3 + 1), 35.0025, 113.0025 + side * i});
  const auto first = configuration();
  for (const auto& cell : first.version->directory().cells()) {
    const auto* known = find(cell.code());
    by_stream_[cell.stream()] = known != nullptr ? *known : SimulatedCell{cell.code(), cell.unit()};
    by_code_[cell.code()] = cell.stream();
    streams_.push_back(cell.stream());
  }
}

const SimulatedCell* Street::find(std::string_view code) const {
  for (const auto& cell : cells_)
    if (cell.code == code) return &cell;
  return nullptr;
}

const SimulatedCell& Street::cell_of(std::uint32_t stream) const { return by_stream_.at(stream); }

std::uint32_t Street::stream_of(std::string_view cell) const {
  const auto at = by_code_.find(cell);
  return at == by_code_.end() ? 0 : at->second;
}

const std::vector<std::string>& Street::categories() {
  static const std::vector<std::string> all{std::string(general), "brisk", "spot", "working"};
  return all;
}

bool Street::has_category(std::string_view code) {
  return code == general || std::any_of(std::begin(paces), std::end(paces), [&](const Pace& pace) { return pace.name == code; });
}

std::int64_t Street::end_of_month_ms(std::int64_t at_ms) const {
  const date::year_month_day day(zone_.day_of(instant(at_ms)));
  const auto next = day.year() / day.month() + date::months{1};
  return to_ms(zone_.midnight(date::local_days(next / 1)));
}

// ---- Files -------------------------------------------------------------------------------------------------------

std::string Street::directory_file() const {
  std::string text(directory_head), last_unit;
  for (std::uint32_t host = 1; host <= hosts_; ++host)
    text += fmt::format("systems {{ code: \"host-{}\" title: \"主机\" role: ROLE_HOST }}\n", host);
  for (const auto& cell : cells_) {
    if (cell.unit == last_unit) continue;
    last_unit = cell.unit;
    text += fmt::format("units {{ code: \"{}\" name: \"{}\" kind: UNIT_KIND_VILLAGE }}\n", cell.unit, cell.unit);
  }
  return text;
}

std::string Street::people_file(std::uint32_t version) const {
  std::string text = "code,title,role,place,deputy,absent\n", last_unit;
  std::uint32_t number = 0;
  for (const auto& cell : cells_) {
    // Some are away until a directory says otherwise, some for a time.
    std::string absent = "no";
    if (version != 0 && (number + version) % 4 == 0) absent = "yes";
    if ((number + version) % 4 == 1) absent = leaves_of(number);
    ++number;
    text += fmt::format("{0}.worker,网格员,grid_worker,{0},no,{1}\n", cell.code, absent);
    text += fmt::format("{0}.deputy,副网格员,grid_worker,{0},yes,no\n", cell.code);
    text += fmt::format("{0}.cadre,包联干部,cadre,{0},no,no\n", cell.code);
    if (cell.unit == last_unit) continue;
    last_unit = cell.unit;
    text += fmt::format("{0}.supervisor,村督导,unit_supervisor,{0},no,no\n", cell.unit);
  }
  return text +
         "street.supervisor-1,街道督导,street_supervisor,900000001,no,no\n"
         "district.supervisor-1,区督导,district_supervisor,900000,no,no\n"
         "desk-1,坐席,desk,desk,no,no\n"
         "administrator,管理员,administrator,900000001,no,no\n";
}

std::string Street::cells_file() const {
  std::string features;
  for (const auto& cell : cells_) features += (features.empty() ? "" : ",\n") + square(cell);
  return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

v1::DirectoryFiles Street::files(std::uint32_t version) const {
  v1::DirectoryFiles files;
  const auto add = [&](const char* name, std::string content) {
    auto& file = *files.add_files();
    file.set_name(name);
    file.set_content(std::move(content));
  };
  add("directory.txtpb", directory_file());
  add("cells.geojson", cells_file());
  add("people.csv", people_file(version));
  add("policy.txtpb", policy_file(version));
  add("calendar.txtpb", calendar_file(version));
  return files;
}

broker::DirectoryJobResult Street::configuration() const {
  broker::DirectoryJob job;
  job.files = files(0);
  job.check = cell::check_configuration;
  auto result = broker::perform(job);
  HUYING_CHECK(result.version != nullptr, "the simulated street is refused: {}",
               result.findings.empty() ? "" : result.findings.front());
  return result;
}

// ---- Who may -----------------------------------------------------------------------------------------------------

bool Street::works_in(std::string_view person, std::uint32_t stream) const {
  const std::string& cell = cell_of(stream).code;
  return is_of(person, cell, ".worker") || is_of(person, cell, ".deputy") || is_of(person, cell, ".cadre");
}

bool Street::supervises(std::string_view person, std::uint32_t stream) const {
  return is_of(person, cell_of(stream).unit, ".supervisor") || person == "street.supervisor-1";
}

bool Street::may_act_in(std::string_view person, std::uint32_t stream) const {
  return works_in(person, stream) || supervises(person, stream) || person == "desk-1" ||
         person == "district.supervisor-1";
}

bool Street::may_act_for(std::string_view system, std::string_view person) const {
  if (system == "gateway-2") return person == "cell-01.worker";
  return system == "gateway-1" || system == "programme-1";
}

bool Street::may_ask(std::string_view person, std::uint32_t stream) const {
  return may_act_in(person, stream) || person == "administrator";
}

bool Street::may_read_events(std::string_view principal, std::uint32_t stream) const {
  if (principal == "wall-1" || principal == "gateway-1") return true;
  return may_ask(principal == "gateway-2" ? "cell-01.worker" : principal, stream);
}

bool Street::may_fetch(std::string_view person, v1::FetchPart part, std::uint32_t stream) const {
  if (works_in(person, stream)) return true;
  const bool at_desk = cell_of(stream).code == "desk";
  if (person == "desk-1") return at_desk || part != v1::FETCH_PART_CONTACT;
  return supervises(person, stream) && part != v1::FETCH_PART_CONTACT;
}

}  // namespace huying::sim
