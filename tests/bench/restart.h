// What a start costs on a folder with a long history of which little is still open: a street in a temporary folder, its
// history through the real broker and worker, both stopped; then the same folder started again and again, after a clean stop,
// after both were killed, and from the journal alone (without what was left beside it to start from). Files of the folder
// leave the page cache before each start, where the system lets go of them. Blocks; one thread; the folder is removed.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace huying::bench {

struct RestartOptions {
  std::uint64_t cases = 100'000;     // of the history
  std::uint64_t open_cases = 1'000;  // of them; the rest was solved on the spot
  std::uint32_t cells = 67;
  unsigned runs = 3;                 // of each kind of start; medians are told
  std::string folder;                // where the temporary folder is made; empty: the system's
  std::string program = "/proc/self/exe";
};

enum class StartKind : std::uint8_t { clean, killed, journal_alone };
inline constexpr std::array start_kinds{StartKind::clean, StartKind::killed, StartKind::journal_alone};

// Milliseconds from the start of both processes, but for the two that the broker says of itself.
struct StartFigures {
  double opened_ms = 0, replayed_ms = 0;     // how long the broker took to open its journal, then to have its state
  double answered_ms = 0;                    // until a request was acknowledged
  double decided_ms = 0;                     // until each cell had a host that decided a request of this start
  std::uint64_t broker_memory_bytes = 0, worker_memory_bytes = 0;  // proportional share (PSS), then
  std::uint64_t broker_read_bytes = 0;       // by read calls until it answered, from the disk or the page cache
};

struct RestartFigures {
  RestartOptions options;
  std::uint64_t journal_bytes = 0, open_cases = 0;
  std::array<StartFigures, start_kinds.size()> starts;  // by kind; the median of the runs, figure by figure
};

// NOT_CONNECTED when a server does not start or ends, with the end of its log; else what the broker refused.
Result<RestartFigures> run_restart(const RestartOptions& options);

const char* name_of(StartKind kind);
std::string table(const RestartFigures& figures);
std::string json_line(const RestartFigures& figures);

}  // namespace huying::bench
