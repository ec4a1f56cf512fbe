// Ended cases of which a reopening waits to be decided. The journal holds them as undecided causes, from which they are
// made again at a start. Owned by the core, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/encoding.h"

namespace huying::broker {

class Reopenings {
 public:
  // `action`: key of the step that reopens the case.
  void begin(const Digest128& action, std::string case_number);
  // Decided, or set aside. Of any other step nothing is known here, and nothing happens.
  void end(const Digest128& action);
  bool waits(std::string_view case_number) const;

  void encode(Encoder& out) const;  // of a snapshot (core_snapshot.cc), in the order of the keys
  bool decode(Decoder& in);

 private:
  absl::flat_hash_map<Digest128, std::string> by_action_;
  absl::flat_hash_map<std::string, int> numbers_;
};

}  // namespace huying::broker
