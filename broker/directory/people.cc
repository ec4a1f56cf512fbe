#include "broker/directory/people.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <optional>

#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/csv.h"

namespace huying::directory {
namespace {

constexpr std::size_t posts_max = 64;  // of one person

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

struct Row {
  const std::string &code, &title, &role, &place, &deputy, &absent;
};

// What is wrong with the row by itself; empty: nothing.
std::string fault_of(const Row& row) {
  if (!is_code(row.code, limits::code_bytes_max))
    return "its code must be 1 to 64 of a-z, 0-9, '.', '_' and '-': a role and a number, never a name";
  if (row.title.empty() || row.title.size() > limits::name_bytes_max || row.title.find('\n') != std::string::npos)
    return "its title is missing or longer than 128 bytes";
  if (!role_named(row.role))
    return "its role must be grid_worker, cadre, unit_supervisor, street_supervisor, district_supervisor, desk or "
           "administrator";
  if (row.place.empty() || row.place.size() > limits::name_bytes_max) return "its place is missing or too long";
  if (!yes_or_no(row.deputy) || !yes_or_no(row.absent)) return "deputy and absent are yes, no or empty";
  if (*yes_or_no(row.deputy) && row.role != "grid_worker") return "only a grid worker may be a deputy";
  return {};
}

// What is wrong with the row beside the person's earlier ones.
std::string contradiction_of(const Row& row, const v1::Person& person) {
  if (person.title() != row.title || person.absent() != *yes_or_no(row.absent))
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
  for (const CsvRow& csv_row : rows) {
    if (findings.is_full()) break;
    const auto& f = csv_row.fields;
    const Row row{f[0], f[1], f[2], f[3], f[4], f[5]};
    auto fault = fault_of(row);
    const auto earlier = known.find(row.code);
    if (fault.empty() && earlier != known.end()) fault = contradiction_of(row, directory.people(earlier->second));
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
      person->set_absent(*yes_or_no(row.absent));
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
