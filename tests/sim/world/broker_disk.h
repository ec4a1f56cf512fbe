// The broker's disk in the simulated world: the memory disk of the journal's tests, with chance deciding what a power loss
// leaves of what was not synced, and with damage to what was: a bit flipped or a page zeroed below a proven sync. Damage
// is remembered, so that it can be undone as somebody does who has a second copy. Owned by the BrokerNode; one thread.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "tests/broker/journal/memory_disk.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

class BrokerDisk {
 public:
  explicit BrokerDisk(World& world);

  journal::MemoryDisk& memory() { return *memory_; }
  std::uint64_t effects() const { return memory_->effects(); }

  void lose_power();  // sectors old, new or zero; names undone
  void kill() { memory_->kill(); }

  // The next write, or sync, of a segment fails.
  void fail_next(journal::Effect::Kind kind, FaultKind counted_as);
  void fail_next_checkpoint();
  bool lose_checkpoint(StreamId stream);  // false: the power went
  void has_free_bytes(std::optional<std::uint64_t> bytes);  // nothing: plenty

  // While no process has the folder open. False: there is nothing yet that could be damaged so.
  bool damage(FaultKind kind);
  bool is_damaged() const { return damaged_.has_value(); }
  const std::string& damaged_file() const { return damaged_->path; }
  void undo_damage();
  void forget_damage() { damaged_.reset(); }

  // A disk that lies: from take_snapshot on nothing is kept, when the power goes.
  void take_snapshot() { snapshot_ = std::make_unique<journal::MemoryDisk>(memory_->copy()); }
  void drop_snapshot() { snapshot_.reset(); }

 private:
  struct Write {
    std::string path;
    std::uint64_t offset = 0;
  };
  struct Damaged {
    std::string path, bytes;  // as it was
  };
  void watch(const journal::Effect& effect);
  std::uint64_t proven_bytes(const std::string& path) const;
  std::string any_file(FaultKind kind);

  World& world_;
  Chance chance_;
  std::unique_ptr<journal::MemoryDisk> memory_, snapshot_;
  std::array<Write, 2> last_writes_;  // of parts of segments, the newest first
  std::optional<journal::Effect::Kind> failing_;
  FaultKind failing_counts_{};
  bool failing_checkpoint_ = false;
  std::optional<Damaged> damaged_;
};

}  // namespace huying::sim
