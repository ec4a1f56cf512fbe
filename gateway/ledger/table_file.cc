#include "gateway/ledger/table_file.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_replace.h>
#include <csv.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "proto/errors.h"

namespace huying::ledger {
namespace {

constexpr std::size_t cell_units_max = 32'767;  // of a spreadsheet's cell

std::string plain(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return fmt::format("{}", std::get<double>(value));
}

// https://owasp.org/www-community/attacks/CSV_Injection. Some programs take the full-width signs, too, and what is not seen before
// a sign does not hide it.
constexpr std::array<std::string_view, 8> formula_signs{"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
constexpr std::array<std::string_view, 21> unseen{" ",      "\"",     "\u00A0", "\u00AD", "\u061C", "\u200B", "\u200C",
                                                  "\u200D", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
                                                  "\u202E", "\u2060", "\u2066", "\u2067", "\u2068", "\u3000", "\uFEFF"};

template <class Signs>
std::size_t bytes_of_one(const Signs& signs, std::string_view text) {
  const auto found = std::find_if(signs.begin(), signs.end(), [&](std::string_view sign) { return text.starts_with(sign); });
  return found == signs.end() ? 0 : found->size();
}

bool begins_as_a_formula(std::string_view text) {
  for (std::size_t bytes; (bytes = bytes_of_one(unseen, text)) != 0;) text.remove_prefix(bytes);
  return bytes_of_one(formula_signs, text) != 0;
}

// An apostrophe before what a spreadsheet would take for a formula: at the beginning, and behind a semicolon, a tab or a line end,
// for where the list separator is another than the comma a cell begins there.
std::string without_formula(std::string_view text) {
  std::string out;
  if (text.starts_with('\t') || text.starts_with('\r') || text.starts_with('\n')) out += '\'';
  for (bool begins = true; !text.empty(); text.remove_prefix(1)) {
    if (begins && begins_as_a_formula(text)) out += '\'';
    begins = std::string_view(";\t\r\n").find(text.front()) != std::string_view::npos;
    out += text.front();
  }
  return out;
}

void add_field(std::string& out, const Value& value) {
  std::string text = plain(value);
  if (std::holds_alternative<std::string>(value)) text = without_formula(text);
  std::string quoted(2 * text.size() + 2, '\0');
  const auto bytes = csv_write(quoted.data(), quoted.size(), text.data(), text.size());
  quoted.resize(bytes);
  out += quoted;
}

template <class Values>
void add_line(std::string& out, const Values& values) {
  bool first = true;
  for (const auto& value : values) {
    if (!first) out += ',';
    first = false;
    add_field(out, value);
  }
  out += "\r\n";
}

// Cut to what a cell holds: units of UTF-16, so that a character beyond the first plane is two. The ledger's texts are shorter,
// but who knows.
std::string clipped(const std::string& text) {
  std::size_t units = 0, at = 0;
  while (at < text.size()) {
    units += static_cast<unsigned char>(text[at]) >= 0xF0 ? 2 : 1;
    if (units > cell_units_max) break;
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return text.substr(0, at);
}

// U+FFFE and U+FFFF stand in no XML: one of them, and no program opens the file. "_x000D_" in a sheet means the character of that
// number: its first sign is written as such a number itself. Control characters are libxlsxwriter's matter.
std::string sheet_text(std::string text) {
  absl::StrReplaceAll({{"\uFFFE", "\uFFFD"}, {"\uFFFF", "\uFFFD"}}, &text);
  constexpr std::string_view sign_of_sign = "x005F_";  // behind a '_': the number of '_'
  for (auto at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
    const auto number = std::string_view(text).substr(at + 2, 5);
    if (number.size() < 5 || number[4] != '_' || !std::all_of(number.begin(), number.begin() + 4, absl::ascii_isxdigit)) continue;
    text.insert(at + 1, sign_of_sign);
    at += sign_of_sign.size();
  }
  return clipped(text);
}

void write(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Value& value, lxw_format* format) {
  if (const auto* text = std::get_if<std::string>(&value))
    worksheet_write_string(sheet, row, column, sheet_text(*text).c_str(), format);
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    worksheet_write_number(sheet, row, column, static_cast<double>(*number), format);
  else
    worksheet_write_number(sheet, row, column, std::get<double>(value), format);
}

void write_sheet(lxw_workbook* book, const Table& table, lxw_format* bold) {
  lxw_worksheet* sheet = workbook_add_worksheet(book, table.name.c_str());
  lxw_row_t row = 0;
  for (const auto& note : table.notes) worksheet_write_string(sheet, row++, 0, sheet_text(note).c_str(), nullptr);
  for (std::size_t i = 0; i < table.headings.size(); ++i)
    worksheet_write_string(sheet, row, static_cast<lxw_col_t>(i), sheet_text(table.headings[i]).c_str(), bold);
  ++row;
  worksheet_freeze_panes(sheet, row, 0);
  for (const auto& values : table.rows) {
    for (std::size_t i = 0; i < values.size(); ++i) write(sheet, row, static_cast<lxw_col_t>(i), values[i], nullptr);
    ++row;
  }
}

}  // namespace

std::string csv_of(const Table& table) {
  std::string out = "\xEF\xBB\xBF";
  for (const auto& note : table.notes) add_line(out, std::vector<Value>{note});
  add_line(out, std::vector<Value>(table.headings.begin(), table.headings.end()));
  for (const auto& row : table.rows) add_line(out, row);
  return out;
}

// This libxlsxwriter writes to files only: one of our own, gone when it is read.
Result<std::string> xlsx_of(const std::vector<Table>& sheets) {
  std::string path = (std::filesystem::temp_directory_path() / "huying-XXXXXX").string();
  const int descriptor = ::mkstemp(path.data());
  if (descriptor < 0) return fail(v1::ERROR_CODE_STORE_FAILED, path + ": " + std::generic_category().message(errno));
  ::close(descriptor);
  struct Removed {
    const std::string& path;
    ~Removed() { std::remove(path.c_str()); }
  } const removed{path};
  lxw_workbook* book = workbook_new(path.c_str());
  if (book == nullptr) return fail(v1::ERROR_CODE_STORE_FAILED, "no spreadsheet can be begun");
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  for (const Table& table : sheets) write_sheet(book, table, bold);
  if (const auto error = workbook_close(book); error != LXW_NO_ERROR)
    return fail(v1::ERROR_CODE_STORE_FAILED, lxw_strerror(error));
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace huying::ledger
