// Runs that break the system on purpose, each so that one checker must catch it for its own reason. Broken are the
// seams and what flows through them (the disk's promise, the journal port, frames on the wire), never production code.
// Each begins to break when the run is well under way. Owned by the Simulation; one thread.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/journal/journal.h"
#include "broker/state/effects.h"
#include "huying/v1/session.pb.h"
#include "tests/sim/world.h"

namespace huying::sim {

enum class Negative : std::uint8_t {
  none,
  lying_disk,      // I1: a sync that acknowledges did nothing, and the power goes
  forgotten_key,   // I2: the journal forgets that a (source, source_id) was there
  stale_epoch,     // I3: a commit of an epoch that is over stands behind newer ones
  dropped_clock,   // I5: the clocks of a dispatched case are lost on the wire
  fired_twice,     // I6: a breach is told twice
  fired_early,     // I6: a host's clock is ahead and the broker is not told
};

struct NegativeName {
  Negative negative;
  std::string_view name;       // of --negative
  std::string_view invariant;  // that must catch it
};
const std::vector<NegativeName>& negatives();

class Breakage {
 public:
  Breakage(Negative negative, World& world) : negative_(negative), world_(world) {}

  bool any() const { return negative_ != Negative::none; }
  bool done() const { return done_; }  // something was broken: what came of it may be judged
  void once_more() { done_ = false; }  // it was lost on the way, or refused
  void rest() { rests_ = true; }       // nothing more is broken

  // The journal as the broker is given it; null: as it is.
  std::unique_ptr<journal::Journal> wrap(journal::Journal& journal);
  bool wants_the_disk_before() const { return negative_ == Negative::lying_disk && begun() && !done_; }
  bool sync_was_a_lie(const std::vector<broker::OutFrame>& sent);  // these frames rest on a sync that did nothing
  void to_broker(const std::string& client, std::string& frame);
  void to_client(const std::string& client, std::string& frame);

 private:
  friend class BrokenJournal;
  bool begun() const;
  bool break_commit(v1::Commit& commit);

  Negative negative_;
  World& world_;
  bool done_ = false, rests_ = false;
  std::int64_t true_now_ms_ = 0;
};

}  // namespace huying::sim
