// So many of a name within a window, each told apart by its id: the same id again costs nothing, so that a retry is answered
// as the first was. For what citizens add to their cases. One thread; times are the system's; a restart forgets.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>
#include <vector>

#include "base/clock.h"

namespace huying::gateway {

struct AllowanceOptions {
  std::size_t most = 6;
  Milliseconds window = std::chrono::hours(1);  // from the first
  std::size_t names_max = 100'000;  // when so many are kept a new one waits rather than an old one being forgotten
};

class Allowance {
 public:
  explicit Allowance(AllowanceOptions options = {}) : options_(options) {}
  // 0: taken. Else how long to wait, and nothing was counted.
  Milliseconds take(const std::string& name, const std::string& id, Instant now);

 private:
  struct Taken {
    std::vector<std::string> ids;
    Instant until;
  };
  const AllowanceOptions options_;
  absl::flat_hash_map<std::string, Taken> taken_;
};

}  // namespace huying::gateway
