#include "gateway/shell/allowance.h"

#include <algorithm>

namespace huying::gateway {

Milliseconds Allowance::take(const std::string& name, const std::string& id, Instant now) {
  const auto found = taken_.find(name);
  if (found != taken_.end() && found->second.until > now) {
    auto& ids = found->second.ids;
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) return {};
    if (ids.size() >= options_.most) return found->second.until - now;
    ids.push_back(id);
    return {};
  }
  if (found == taken_.end() && taken_.size() >= options_.names_max) {
    absl::erase_if(taken_, [&](const auto& one) { return one.second.until <= now; });
    if (taken_.size() >= options_.names_max) return options_.window;
  }
  taken_[name] = {{id}, now + options_.window};
  return {};
}

}  // namespace huying::gateway
