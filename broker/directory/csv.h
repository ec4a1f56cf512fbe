// A CSV file with named columns (RFC 4180), read by libcsv. Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/findings.h"

namespace huying::directory {

struct CsvRow {
  std::size_t line = 0;             // in the file, from 1, where the row ends
  std::vector<std::string> fields;  // in the order of the wanted columns; absent ones empty
};

struct CsvColumn {
  std::string_view name;
  bool required = true;
};

// The first row names the columns, in any order; unknown ones are refused, so that a misspelt one is not lost. Spaces
// around a field are dropped, empty rows too; a byte order mark is. CSV_SYNTAX, CSV_COLUMN, FILE_TOO_LARGE.
std::vector<CsvRow> read_csv(std::string_view file, std::string_view text, const std::vector<CsvColumn>& columns,
                             Findings& findings);

// Which of the wanted columns each column of the file is; empty when the header is wrong. The same findings.
std::vector<std::size_t> read_csv_header(std::string_view file, std::string_view text,
                                         const std::vector<CsvColumn>& columns, Findings& findings);

// A field of a row, in quotation marks, whatever it holds.
std::string csv_field(std::string_view text);

}  // namespace huying::directory
