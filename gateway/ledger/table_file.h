// Tables as files that people open: CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheet programs read Chinese) and
// XLSX. Written by libcsv and libxlsxwriter. Text from outside stays text: in XLSX a cell of text is no formula; in CSV what a
// spreadsheet would take for one gets an apostrophe before it: = + - @, of both widths, at the beginning or behind a semicolon, a tab
// or a line end, whatever unseen signs stand before them; and a tab or a line end at the beginning. Any thread; values in, bytes
// out. Errors: STORE_FAILED where a temporary file cannot be written.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace huying::ledger {

// A number is one in a spreadsheet, too.
using Value = std::variant<std::string, std::int64_t, double>;

struct Table {
  std::string name;                   // of the sheet, at most 31 characters
  std::vector<std::string> notes;     // lines above the headings: what it is, and that it is a demonstration's where it is
  std::vector<std::string> headings;
  std::vector<std::vector<Value>> rows;
};

std::string csv_of(const Table& table);
Result<std::string> xlsx_of(const std::vector<Table>& sheets);

}  // namespace huying::ledger
