#include "broker/directory/people.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_split.h>
#include <date/date.h>
#include <fmt/format.h>

#include <optional>
#include <sstream>

#include "base/civil_time.h"
#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/citizen.h"
#include "broker/directory/csv.h"

namespace huying::directory {
namespace {

constexpr std::size_t posts_max = 64;  // of one person
constexpr std::size_t leaves_max = 32;

std::optional<v1::Role> role_named(std::string_view name) {
  constexpr std::pair<std::string_view, v1::Role> roles[] = {
      {"grid_worker", v1::ROLE_GRID_WORKER},
      {"cadre", v1::ROLE_CADRE},
      {"unit_supervisor", v1::ROLE_UNIT_SUPERVISOR},
      {"street_supervisor", v1::ROLE_STREET_SUPERVISOR},
      {"district_supervisor", v1::ROLE_DISTRICT_SUPERVISOR},
      {"desk", v1::ROLE_DESK},
      {"administrator", v1::ROLE_ADMINISTRATOR},
  };
  for (const auto& [text, role] : roles)
    if (text == name) return role;
  return std::nullopt;
}

std::optional<bool> yes_or_no(std::string_view text) {
  if (text.empty() || text == "no" || text == "false" || text == "0" || text == "否") return false;
  if (text == "yes" || text == "true" || text == "1" || text == "是") return true;
  return std::nullopt;
}

std::optional<date::local_days> day_named(absl::string_view text) {
  std::istringstream in{std::string(text)};
  date::local_days day;
  if (text.size() != 10 || !(in >> date::parse("%F", day)) || in.peek() != std::istringstream::traits_type::eof())
    return std::nullopt;
  return day;
}

// `absent` of people.csv: yes, no, or leaves "2026-02-10..2026-02-20;2026-03-02..2026-03-02", each with its last day.
struct Absence {
  bool always = false;
  std::vector<std::pair<date::local_days, date::local_days>> leaves;
  bool operator==(const Absence&) const = default;
};

std::optional<Absence> absence_named(const std::string& text) {
  if (const auto plain = yes_or_no(text)) return Absence{*plain, {}};
  Absence absence;
  for (const auto leave : absl::StrSplit(absl::string_view(text.data(), text.size()), ';')) {
    const std::pair<absl::string_view, absl::string_view> ends = absl::StrSplit(leave, absl::MaxSplits("..", 1));
    const auto first = day_named(absl::StripAsciiWhitespace(ends.first));
    const auto last = day_named(absl::StripAsciiWhitespace(ends.second));
    if (!first || !last || *last < *first || absence.leaves.size() >= leaves_max) return std::nullopt;
    absence.leaves.emplace_back(*first, *last);
  }
  return absence;
}

struct Row {
  const std::string &code, &title, &role, &place, &deputy, &absent;
};

void write_absence(const Absence& absence, const CivilZone& zone, v1::Person& person) {
  person.set_absent(absence.always);
  for (const auto& [first, last] : absence.leaves) {
    auto& leave = *person.add_leave();
    leave.set_from_ms(to_ms(zone.midnight(first)));
    leave.set_to_ms(to_ms(zone.midnight(last + date::days{1})));
  }
}

// What is wrong with the row by itself; empty: nothing.
std::string fault_of(const Row& row) {
  if (!is_code(row.code, limits::code_bytes_max))
    return "its code must be 1 to 64 of a-z, 0-9, '.', '_' and '-': a role and a number, never a name";
  if (row.code == citizen_code) return "this code stands for the citizen whose step a gateway brings";
  if (row.title.empty() || row.title.size() > limits::name_bytes_max || row.title.find('\n') != std::string::npos)
    return "its title is missing or longer than 128 bytes";
  if (!role_named(row.role))
    return "its role must be grid_worker, cadre, unit_supervisor, street_supervisor, district_supervisor, desk or "
           "administrator";
  if (row.place.empty() || row.place.size() > limits::name_bytes_max) return "its place is missing or too long";
  if (!yes_or_no(row.deputy)) return "deputy is yes, no or empty";
  if (!absence_named(row.absent))
    return "absent is yes, no, empty, or leaves such as 2026-02-10..2026-02-20, at most 32, with ';' between them";
  if (*yes_or_no(row.deputy) && row.role != "grid_worker") return "only a grid worker may be a deputy";
  return {};
}

// What is wrong with the row beside the person's earlier ones.
std::string contradiction_of(const Row& row, const v1::Person& person, const Absence& absence) {
  if (person.title() != row.title || absence != *absence_named(row.absent))
    return "title and absent differ from an earlier row of the same person";
  for (const auto& post : person.posts())
    if (post.role() == *role_named(row.role) && post.place() == row.place) return "the same post stands there twice";
  if (person.posts_size() >= static_cast<int>(posts_max)) return "more than 64 posts";
  return {};
}

}  // namespace

std::string PostRow::where() const { return fmt::format("people.csv:{}", line); }

std::vector<PostRow> read_people(std::string_view text, v1::Directory& directory, Findings& findings) {
  const auto rows = read_csv("people.csv", text,
                             {{"code"}, {"title"}, {"role"}, {"place"}, {"deputy", false}, {"absent", false}}, findings);
  std::vector<PostRow> posts;
  absl::flat_hash_map<std::string, int> known;
  std::vector<Absence> absences;  // by person
  const auto zone = CivilZone::named(directory.time_zone());
  if (!zone) return posts;  // refused by name elsewhere
  for (const CsvRow& csv_row : rows) {
    if (findings.is_full()) break;
    const auto& f = csv_row.fields;
    const Row row{f[0], f[1], f[2], f[3], f[4], f[5]};
    auto fault = fault_of(row);
    const auto earlier = known.find(row.code);
    if (fault.empty() && earlier != known.end())
      fault = contradiction_of(row, directory.people(earlier->second),
                               absences[static_cast<std::size_t>(earlier->second)]);
    if (!fault.empty()) {
      findings.add(v1::ERROR_CODE_PERSON_INVALID, fmt::format("people.csv:{}", csv_row.line), std::move(fault));
      continue;
    }
    const int index = earlier != known.end() ? earlier->second : directory.people_size();
    if (earlier == known.end()) {
      known[row.code] = index;
      auto* person = directory.add_people();
      person->set_code(row.code);
      person->set_title(row.title);
      absences.push_back(*absence_named(row.absent));
      write_absence(absences.back(), *zone, *person);
    }
    auto* person = directory.mutable_people(index);
    posts.push_back({csv_row.line, index, person->posts_size()});
    auto* post = person->add_posts();
    post->set_role(*role_named(row.role));
    post->set_place(row.place);
    post->set_deputy(*yes_or_no(row.deputy));
  }
  return posts;
}

}  // namespace huying::directory
