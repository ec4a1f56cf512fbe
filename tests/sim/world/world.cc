#include "tests/sim/world/world.h"

#include <algorithm>

#include "base/digest.h"

namespace huying::sim {

void World::at(SteadyInstant when, std::function<void()> what) {
  things_.push_back({std::max(when, now_), put_down_++, std::move(what)});
  std::push_heap(things_.begin(), things_.end(), Later{});
}

bool World::step() {
  if (things_.empty()) return false;
  std::pop_heap(things_.begin(), things_.end(), Later{});
  const Thing next = std::move(things_.back());
  things_.pop_back();
  now_ = next.when;
  ++happened_;
  next.what();
  return true;
}

void World::observe(std::string_view bytes) {
  const auto at = now_.time_since_epoch().count();
  digest_ = chain_digest(digest_ ^ static_cast<std::uint64_t>(at), bytes);
}

void World::note(std::string line) {
  observe(line);
  if (teller_) teller_(now_, std::move(line));
}

}  // namespace huying::sim
