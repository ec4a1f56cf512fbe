// Runs that break the system on purpose, each so that one checker must catch it for its own reason. Broken are the
// simulated shell's seams and what flows through them (the disk's promise, the journal port, frames on the wire, the
// ticks), never production code. Each begins when the run is well under way, and goes on until it is noticed.
// Owned by the Simulation; one thread. This class is the one that breaks nothing.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/journal/journal.h"
#include "broker/state/effects.h"
#include "huying/v1/session.pb.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

class Breakage {
 public:
  explicit Breakage(World& world) : world_(world), chance_(world.chance("breakage")) {}
  virtual ~Breakage() = default;

  // The journal as the broker is given it; null: as it is.
  virtual std::unique_ptr<journal::Journal> wrap(journal::Journal&) { return nullptr; }
  virtual bool wants_a_snapshot() { return false; }                              // of the disk, before a batch
  virtual bool sync_was_a_lie(const std::vector<broker::OutFrame>&) { return false; }  // and these rest on it
  virtual bool forgets_to_tick() { return false; }
  virtual bool changes_frames() const { return false; }
  virtual void to_broker(const std::string& /*client*/, std::string& /*frame*/) {}
  virtual void to_client(const std::string& /*client*/, std::string& /*frame*/) {}
  // Before it is a frame on the wire: what is changed here is what the host says, for those who listen too.
  virtual void host_says(v1::ClientFrame& /*frame*/) {}
  // What a subscriber's program is handed for an event, behind the client that numbers and repeats were looked at by.
  virtual bool changes_what_is_handed() const { return false; }
  virtual std::vector<v1::EventDelivery> handed(const std::string& /*subscriber*/, const v1::EventDelivery& one) { return {one}; }

 protected:
  bool begun() const { return world_.now().time_since_epoch() > std::chrono::seconds(6); }
  static bool is_host(const std::string& client) { return client.starts_with("host-"); }

  World& world_;
  Chance chance_;
};

using MakeBreakage = std::unique_ptr<Breakage>(World&);
// Null when there is none of that name; an empty name breaks nothing.
MakeBreakage* breakage_named(std::string_view name);
std::vector<std::string> breakage_names();

struct NamedBreakage {
  std::string_view name;
  MakeBreakage* make;
};
std::vector<NamedBreakage> breakages_of_the_journal();
std::vector<NamedBreakage> breakages_of_commits();
std::vector<NamedBreakage> breakages_of_the_shell();
std::vector<NamedBreakage> breakages_of_lists();

}  // namespace huying::sim
