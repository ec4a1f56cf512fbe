// What it costs to take a cell over whose history is long and whose open cases are few: from the Hello of the next
// host until it has the cell as it is. With the newest checkpoint, and from the start. The broker's core, its journal
// on a real disk and the host's core in one process, without sockets between them: frames are serialized and parsed as
// on the wire. Blocks; one thread; the folder is removed.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace huying::bench {

struct TakeoverOptions {
  std::uint64_t records = 100'000;  // of the cell, at least
  std::uint32_t open_cases = 20;    // the rest was solved on the spot
  std::string folder;               // where the temporary folder is made; empty: the system's
};

struct Takeover {
  double milliseconds = 0, cpu_milliseconds = 0;  // the latter counts what this thread did, whatever else runs
  std::uint64_t records = 0, bytes = 0;  // handed over; the checkpoint's bytes are among them
};

struct TakeoverFigures {
  TakeoverOptions options;
  std::uint64_t records = 0, open_cases = 0, checkpoint_bytes = 0;
  Takeover with_checkpoint, from_the_start;
};

// JOURNAL_WRITE_FAILED and what else the journal refuses; INTERNAL when no checkpoint was made.
Result<TakeoverFigures> run_takeover(const TakeoverOptions& options);

std::string table(const TakeoverFigures& figures);
std::string json_line(const TakeoverFigures& figures);

}  // namespace huying::bench
