// How long things took, as a few numbers. Any thread.
#pragma once
#include <cstdint>
#include <vector>

namespace huying::bench {

struct Latency {
  double p50_ms = 0, p99_ms = 0, max_ms = 0;
};

// Of so many nanoseconds each; zeros where there are none.
Latency latency_of(std::vector<std::int64_t> took_ns);

}  // namespace huying::bench
