// What the ledger's answers cost on a street of some years: a ledger in a temporary folder takes the events of a made-up history, as
// they would come from the journal, and then each answer is asked for again and again through a read-only connection of its own. No
// broker, no HTTP. Blocks; one thread; the folder is removed.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace huying::bench {

struct LedgerOptions {
  std::uint32_t cases = 100'000;  // of the history, over a year
  std::uint32_t open_cases = 10'000;
  std::uint32_t cells = 67;
  std::uint32_t runs = 20;        // of each answer
  std::string folder;             // where the temporary folder is made; empty: the system's
};

struct AnswerFigures {
  std::string answer;
  std::uint64_t rows = 0;  // or bytes, for files
  double median_ms = 0, worst_ms = 0, median_cpu_ms = 0;  // the latter counts what this thread did, whatever else runs
};

struct LedgerFigures {
  LedgerOptions options;
  std::uint64_t events = 0, file_bytes = 0;
  double rebuild_seconds = 0, rebuild_cpu_seconds = 0;
  std::uint64_t open_cases = 0, late = 0, escalated = 0;
  std::vector<AnswerFigures> answers;
};

// STORE_FAILED, and INTERNAL where an answer is not what the history says.
Result<LedgerFigures> run_ledger(const LedgerOptions& options);

std::string table(const LedgerFigures& figures);
std::string json_line(const LedgerFigures& figures);

}  // namespace huying::bench
