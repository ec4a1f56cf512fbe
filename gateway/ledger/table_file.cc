#include "gateway/ledger/table_file.h"

#include <csv.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "proto/errors.h"

namespace huying::ledger {
namespace {

constexpr std::size_t cell_characters_max = 32'767;  // of a spreadsheet's cell

std::string plain(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return fmt::format("{}", std::get<double>(value));
}

// https://owasp.org/www-community/attacks/CSV_Injection
bool looks_like_a_formula(const std::string& text) {
  return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
}

void add_field(std::string& out, const Value& value) {
  std::string text = plain(value);
  if (std::holds_alternative<std::string>(value) && looks_like_a_formula(text)) text.insert(0, 1, '\'');
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

// The sheet's own text has at most so many characters; the ledger's has fewer, but who knows.
std::string clipped(const std::string& text) {
  std::size_t characters = 0, at = 0;
  while (at < text.size() && characters < cell_characters_max) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
    ++characters;
  }
  return text.substr(0, at);
}

void write(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Value& value, lxw_format* format) {
  if (const auto* text = std::get_if<std::string>(&value))
    worksheet_write_string(sheet, row, column, clipped(*text).c_str(), format);
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    worksheet_write_number(sheet, row, column, static_cast<double>(*number), format);
  else
    worksheet_write_number(sheet, row, column, std::get<double>(value), format);
}

void write_sheet(lxw_workbook* book, const Table& table, lxw_format* bold) {
  lxw_worksheet* sheet = workbook_add_worksheet(book, table.name.c_str());
  lxw_row_t row = 0;
  for (const auto& note : table.notes) worksheet_write_string(sheet, row++, 0, clipped(note).c_str(), nullptr);
  for (std::size_t i = 0; i < table.headings.size(); ++i)
    worksheet_write_string(sheet, row, static_cast<lxw_col_t>(i), table.headings[i].c_str(), bold);
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
