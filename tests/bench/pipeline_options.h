// What `huying bench pipeline` is asked to do. Plain data.
#pragma once
#include <cstdint>
#include <string>

namespace huying::bench {

enum class Life : std::uint8_t {
  solved_on_spot,  // a worker's report, recorded, resolved and closed in one step
  by_action,       // publish, accept, feed back, resolve: each an action of the cell's worker
  leave_open,      // dispatched, its three clocks running
};

struct PipelineOptions {
  std::uint64_t requests = 200'000;
  std::uint32_t cells = 67;
  std::uint32_t in_flight = 2'000;   // published and its last commit not yet seen
  double rate = 0;                   // requests a second; 0: as fast as the window allows
  Life life = Life::solved_on_spot;
  std::uint64_t first_number = 0;    // of the requests: theirs is its source_id, never used twice in a folder
  std::string folder;                // where the temporary folder is made; empty: the system's
  std::string program = "/proc/self/exe";
};

}  // namespace huying::bench
