// A Commit as the broker reads it: its head, its events' kinds and its effects, without copying the events. What is rare (sends,
// an action's outcome) or unexpected is parsed as a whole. The views live as long as the bytes. Owned by Hosting, reused; one
// thread.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "huying/v1/record.pb.h"

namespace huying::delivery {

class CommitView {
 public:
  struct Event {
    v1::EventKind kind{};
    v1::Rung rung{};
    bool actor_only = false;
    std::string_view event;
  };
  struct Effect {
    std::string_view case_number;
    v1::CaseEffect::Kind kind{};
    std::uint32_t to_stream = 0;
  };

  // False when the bytes are not a Commit. What is accepted here, protobuf's parser accepts, now and when it is replayed.
  bool read(std::string_view bytes);

  std::uint32_t stream = 0;
  EpochId epoch;
  std::uint64_t commit_number = 0, consumes = 0;
  std::int64_t decided_at_ms = 0;
  std::vector<Event> events;
  std::vector<Effect> effects;
  // Empty unless the commit has sends, an outcome, or names whom it decides for.
  v1::Commit rest;

 private:
  bool scan(std::string_view bytes);
  void clear();
  void fill_from_rest();
};

}  // namespace huying::delivery
