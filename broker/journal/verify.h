// Walks a whole journal and checks what its format promises (docs/journal-format.md, Verify). Takes no lock, changes
// nothing; beside a running broker the last batch may look like a tail. Memory: 16 bytes and more a unique key.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "broker/journal/disk.h"

namespace huying::journal {

struct VerifyFinding {
  std::uint32_t segment = 0, part = 0;
  std::uint64_t offset = 0;  // in the segment
  std::string what;          // English, no personal data
};
std::string to_string(const VerifyFinding& finding);  // "00000001-0000.segment offset 1024: …"

struct VerifyReport {
  std::string partition;
  std::uint64_t segments = 0, parts = 0, batches = 0, marks = 0, items = 0, records = 0;
  std::uint64_t begun_anew = 0;  // times a restore or repair left segment numbers out
  std::uint64_t unique_keys = 0, replaceable_keys = 0, streams = 0, payload_bytes = 0, live_bytes = 0;
  std::uint64_t last_batch = 0, proven_through = 0;  // batches above the latter are on disk or in the page cache only
  std::int64_t last_recorded_at_ms = 0;
  Term last_term;
  bool tail_is_blank = true;            // false: something was cut off, which was never acknowledged
  std::vector<VerifyFinding> findings;  // at most limits::findings_max
  std::uint64_t findings_in_all = 0;
  bool clean() const { return findings_in_all == 0; }
};

// JOURNAL_UNREADABLE, JOURNAL_VERSION; damage is a finding.
Result<VerifyReport> verify_journal(Disk& disk, const std::string& folder);

}  // namespace huying::journal
