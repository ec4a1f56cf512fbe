#include "broker/directory/csv.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/limits.h"
#include "base/text.h"

namespace huying::directory {
namespace {

constexpr std::size_t field_bytes_max = 4096;
constexpr std::size_t row_fields_max = 64;

// Collects rows as libcsv finds them.
struct Collector {
  std::string_view file;
  const std::vector<CsvColumn>& columns;
  Findings& findings;
  std::vector<CsvRow> rows;
  std::vector<std::string> fields;
  std::vector<std::optional<std::size_t>> places;  // column of the file → wanted column
  std::size_t line = 1;                            // counted by the caller
  bool has_header = false, failed = false;

  std::string where() const { return fmt::format("{}:{}", file, line); }
  void fail(v1::ErrorCode code, std::string what) {
    findings.add(code, where(), std::move(what));
    failed = true;
  }
  void field(std::string_view text) {
    if (fields.size() >= row_fields_max || text.size() > field_bytes_max)
      return fail(v1::ERROR_CODE_CSV_SYNTAX, "a row with too many or too long fields; is a quotation mark missing?");
    fields.emplace_back(text);
  }
  void row() {
    const bool is_empty = std::all_of(fields.begin(), fields.end(), [](const auto& f) { return f.empty(); });
    if (!is_empty && !failed) has_header ? data_row() : header_row();
    fields.clear();
  }
  void header_row();
  void data_row();
};

void Collector::header_row() {
  has_header = true;
  std::vector<bool> seen(columns.size());
  for (const auto& name : fields) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const CsvColumn& c) { return c.name == name; });
    if (found == columns.end() && !name.empty()) {
      const bool is_shown = is_clean_text(name) && name.size() <= 40;
      fail(v1::ERROR_CODE_CSV_COLUMN, fmt::format("column '{}' is not known", is_shown ? name : "?"));
    }
    const auto index = static_cast<std::size_t>(found - columns.begin());
    if (index < columns.size() && seen[index])
      fail(v1::ERROR_CODE_CSV_COLUMN, fmt::format("column '{}' stands there twice", name));
    if (index < columns.size()) seen[index] = true;
    places.push_back(index < columns.size() ? std::optional(index) : std::nullopt);
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].required && !seen[i])
      fail(v1::ERROR_CODE_CSV_COLUMN, fmt::format("column '{}' is missing", columns[i].name));
}

void Collector::data_row() {
  if (fields.size() > places.size()) {
    findings.add(v1::ERROR_CODE_CSV_SYNTAX, where(),
                 fmt::format("{} fields, but {} columns; quote fields that hold commas", fields.size(), places.size()));
    return;
  }
  CsvRow row{line, std::vector<std::string>(columns.size())};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!is_clean_text(fields[i])) {
      findings.add(v1::ERROR_CODE_CSV_SYNTAX, where(), fmt::format("field {} is not clean UTF-8 text", i + 1));
      return;
    }
    if (places[i]) row.fields[*places[i]] = std::move(fields[i]);
  }
  rows.push_back(std::move(row));
}

// With its end, which is what libcsv ends a row at: a line feed, a carriage return, or both.
std::size_t line_bytes(std::string_view text) {
  const auto end = text.find_first_of("\r\n");
  if (end == text.npos) return text.size();
  return end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
}

void on_field(void* field, std::size_t size, void* collector) {
  static_cast<Collector*>(collector)->field({static_cast<const char*>(field), size});
}
void on_row(int, void* collector) { static_cast<Collector*>(collector)->row(); }

enum class ReadUpTo { header, end };

void collect(Collector& collector, std::string_view text, ReadUpTo up_to) {
  if (text.size() > limits::csv_bytes_max) {
    collector.findings.add(v1::ERROR_CODE_FILE_TOO_LARGE, std::string(collector.file),
                           fmt::format("{} bytes; at most {} are read", text.size(), limits::csv_bytes_max));
    collector.failed = true;
    return;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
    return collector.fail(v1::ERROR_CODE_INTERNAL, "the CSV parser did not start");
  const std::unique_ptr<csv_parser, void (*)(csv_parser*)> guard(&parser, csv_free);
  // Handed over line by line, so that a finding can name its line.
  while (!text.empty() && !collector.failed && !collector.findings.is_full()) {
    if (up_to == ReadUpTo::header && collector.has_header) return;
    const auto size = line_bytes(text);
    if (csv_parse(&parser, text.data(), size, on_field, on_row, &collector) != size)
      collector.fail(v1::ERROR_CODE_CSV_SYNTAX, "a quotation mark inside a field that is not quoted");
    text.remove_prefix(size);
    ++collector.line;
  }
  if (!collector.failed && csv_fini(&parser, on_field, on_row, &collector) != 0)
    collector.fail(v1::ERROR_CODE_CSV_SYNTAX, "the file ends inside a quoted field");
  if (!collector.has_header && !collector.failed)
    collector.fail(v1::ERROR_CODE_CSV_COLUMN, "the file is empty; its first line names the columns");
}

}  // namespace

std::vector<CsvRow> read_csv(std::string_view file, std::string_view text, const std::vector<CsvColumn>& columns,
                             Findings& findings) {
  Collector collector{file, columns, findings};
  collect(collector, text, ReadUpTo::end);
  return std::move(collector.rows);
}

std::vector<std::size_t> read_csv_header(std::string_view file, std::string_view text,
                                         const std::vector<CsvColumn>& columns, Findings& findings) {
  Collector collector{file, columns, findings};
  collect(collector, text, ReadUpTo::header);
  std::vector<std::size_t> order;
  if (collector.failed) return order;
  for (const auto& place : collector.places) order.push_back(place.value_or(columns.size()));
  return order;
}

std::string csv_field(std::string_view text) {
  std::string out(2 * text.size() + 2, '\0');  // every character a quotation mark
  out.resize(csv_write(out.data(), out.size(), text.data(), text.size()));
  return out;
}

}  // namespace huying::directory
