// Makes a damaged folder one that a broker starts with: mends what can be mended, cuts the rest (repair_plan.h).
// Nothing is deleted: every file that is replaced or left out is in FOLDER/quarantine/NNNN afterwards, beside
// report.txt, and that folder is one that `huying journal dump` and `export` read. One thread.
//
// Checkpoints and key files are put aside with it: they are caches of a history that is no longer this one. Cursors
// stay; one that lies behind the kept journal is refused when it is used (CURSOR_BEYOND_JOURNAL). Should it be broken
// off, no broker starts with what is there; run it again.
//
// Errors: NOTHING_TO_REPAIR, JOURNAL_LOCKED, JOURNAL_DAMAGED (nothing was changed), those of disk.h.
#pragma once
#include <functional>
#include <string>

#include "broker/journal/repair_plan.h"

namespace huying::journal {

// What a person should read: Chinese first, English second; no personal data. Names all that is missing; of cases no more
// than so many of a kind, and how many there are.
std::string to_text(const RepairPlan& plan, std::size_t cases_max = SIZE_MAX);

struct Repaired {
  std::string quarantine;  // the folder that was made
};
// `plan` is of this folder, as it is now. `random` as in EmbeddedOptions; empty: base/random.h.
Result<Repaired> repair_journal(Disk& disk, const std::string& folder, const RepairPlan& plan,
                                const std::function<std::uint64_t()>& random = {});

}  // namespace huying::journal
