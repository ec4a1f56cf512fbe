// How long to wait before something refused is tried again: what the broker said, and up to half as much on top, so that a
// thousand clients that were refused together do not come back together. Any thread.
#pragma once
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace huying::client {

inline Milliseconds with_jitter(Milliseconds wait) {
  const auto half = static_cast<std::uint64_t>(wait.count() < 0 ? 0 : wait.count() / 2);
  return wait + Milliseconds(static_cast<std::int64_t>(random_nonce() % (half + 1)));
}

// The same for what a simulated client tries again: how much comes on top follows from what is tried, so that a run can be
// replayed.
inline Milliseconds with_jitter_of(std::string_view what, Milliseconds wait) {
  const auto half = static_cast<std::uint64_t>(wait.count() < 0 ? 0 : wait.count() / 2);
  return wait + Milliseconds(static_cast<std::int64_t>(std::hash<std::string_view>{}(what) % (half + 1)));
}

}  // namespace huying::client
