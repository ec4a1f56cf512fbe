#include "broker/directory/places.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/csv.h"

namespace huying::directory {
namespace {

constexpr std::size_t aliases_max = 64;

const std::vector<CsvColumn> columns = {{"name"}, {"cell"}, {"aliases", false}};

bool is_one_character(std::string_view text) {
  std::size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return characters == 1;
}

// A name of one character would be found in every second address.
bool is_place_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::name_bytes_max && name.find('\n') == std::string_view::npos &&
         !is_one_character(name);
}

std::vector<std::string> split_aliases(const std::string& text) {
  std::vector<std::string> aliases;
  const std::string plain = absl::StrReplaceAll(text, {{"；", ";"}});
  for (const absl::string_view part : absl::StrSplit(plain, ';')) {
    const auto alias = absl::StripAsciiWhitespace(part);
    if (!alias.empty()) aliases.emplace_back(alias);
  }
  return aliases;
}

}  // namespace

std::vector<std::size_t> read_places(std::string_view text, v1::Directory& directory, Findings& findings) {
  std::vector<std::size_t> lines;
  for (const CsvRow& row : read_csv("places.csv", text, columns, findings)) {
    if (findings.is_full()) break;
    const auto refuse = [&](std::string what) {
      findings.add(v1::ERROR_CODE_PLACE_INVALID, fmt::format("places.csv:{}", row.line), std::move(what));
    };
    const auto aliases = split_aliases(row.fields[2]);
    bool names_are_good = is_place_name(row.fields[0]) && aliases.size() <= aliases_max;
    for (const auto& alias : aliases) names_are_good = names_are_good && is_place_name(alias);
    if (!names_are_good) {
      refuse("a name or alias is missing, of one character or longer than 128 bytes, or there are more than 64 aliases");
      continue;
    }
    if (row.fields[1].empty() || row.fields[1].size() > limits::name_bytes_max) {
      refuse("its cell is missing or too long");
      continue;
    }
    lines.push_back(row.line);
    auto* place = directory.add_places();
    place->set_name(row.fields[0]);
    place->set_cell(row.fields[1]);
    for (const auto& alias : aliases) place->add_aliases(alias);
  }
  return lines;
}

std::string place_rows(const std::vector<PlaceRow>& rows, std::string_view places_csv, Findings& findings) {
  std::string out;
  std::vector<std::size_t> order = {0, 1, 2};
  if (places_csv.empty()) {
    out = "name,cell,aliases\n";
  } else {
    order = read_csv_header("places.csv", places_csv, columns, findings);
    if (!places_csv.ends_with('\n') && !places_csv.ends_with('\r')) out = "\n";
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i > 0) out += ',';
      if (order[i] < 2) out += csv_field(order[i] == 0 ? row.name : row.cell);
    }
    out += '\n';
  }
  return out;
}

}  // namespace huying::directory
