#include "tests/bench/latency.h"

#include <algorithm>

namespace huying::bench {

Latency latency_of(std::vector<std::int64_t> took) {
  if (took.empty()) return {};
  const auto at = [&took](double share) {
    const auto index = std::min(took.size() - 1, static_cast<std::size_t>(share * static_cast<double>(took.size())));
    std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(index), took.end());
    return static_cast<double>(took[index]) / 1e6;
  };
  return {at(0.5), at(0.99), at(1.0)};
}

}  // namespace huying::bench
