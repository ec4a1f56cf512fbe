// The broker in the simulated world: the production core and journal, driven round by round as the shell does
// (broker/broker.cc), on a disk that forgets. It dies where the seed says: at any effect on the disk, between any two
// steps of a round, amid sending; it is stalled, stopped and started again. Owned by the Simulation; one thread.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/broker_core.h"
#include "broker/journal/embedded_journal.h"
#include "broker/time_base.h"
#include "tests/sim/breakages/breakage.h"
#include "tests/sim/shadow_fold.h"
#include "tests/sim/surroundings.h"
#include "tests/sim/world/broker_disk.h"
#include "tests/sim/world/network.h"
#include "tests/sim/world/process_clock.h"

namespace huying::sim {

enum class Death : std::uint8_t {
  power,   // the disk forgets what was not synced
  killed,  // the page cache survives
};

class BrokerNode {
 public:
  struct Options {
    std::uint32_t rate = 0;   // of the folder's time; 0: the real clock
    Instant origin;           // when the world begins
  };
  BrokerNode(const Surroundings& around, Breakage& breakage, Options options);
  ~BrokerNode();

  void boot();
  bool up() const { return core_ != nullptr; }
  // Without room on the disk nothing is decided, granted or announced.
  bool serves() const { return up() && !stalled_ && !waits_for_room_ && !room_.is_full(); }
  SteadyInstant serves_since() const { return serves() ? serves_since_ : SteadyInstant::max(); }
  Instant partition_now() const;
  journal::Journal* journal() { return embedded_.get(); }

  // Faults.
  void die(Death death);
  void die_at_a_disk_effect();
  void die_at_a_step();
  void die_sending();
  void die_recovering();
  void stop_cleanly();
  void stall(Span how_long);
  void go_on();
  void fail_next(journal::Effect::Kind kind, FaultKind counted_as) { disk_.fail_next(kind, counted_as); }
  void has_free_bytes(std::optional<std::uint64_t> bytes);
  void is_filled_within_a_round(std::uint64_t bytes_left) { left_within_a_round_ = bytes_left; }
  void be_damaged(FaultKind kind);  // its disk, while it is down
  void be_archived();  // its old segments, while it is down
  void harm_a_checkpoint(FaultKind kind);
  void step_clock(Milliseconds by);
  void spare();  // no fault from here on

 private:
  enum class Step : std::uint8_t { begun, received, decided, landed, cursors_saved, sent, housekept, nothing };
  struct Doom {  // what will kill it
    std::uint64_t disk_effect = 0;
    Step step = Step::nothing;
    std::uint32_t rounds = 0;  // that reach the step, or that send
    bool sending = false;
  };
  enum class Opened : std::uint8_t { yes, power_lost, refused };

  Moment moment();
  // Starting (broker_boot.cc).
  Opened open();
  Opened open_journal();
  bool start_core();
  Opened refused(const Error& error);
  void boot_later(Span least, Span most);
  void open_read_only();
  void refused_read_only(const Error& error);
  void serve_read_only(journal::EmbeddedJournal& journal);
  bool archive_some();
  // Serving.
  void tick(std::uint64_t life);
  void round_soon();
  void round();
  bool decide();
  bool written(const Result<void>& done, std::vector<broker::OutFrame>& out);
  void end_round(bool idle);
  void wait_for_room();
  void write_what_waits();
  void look_at_disk();
  void send(std::vector<broker::OutFrame>& frames);
  void send_some(std::vector<broker::OutFrame>& frames, std::size_t how_many);
  bool send_one(const broker::OutFrame& out);
  void validate_later();
  void housekeep(bool idle);
  bool save_cursors();
  bool write_checkpoints();
  bool write_snapshot();
  void compare_with_a_start_from_nothing(const broker::CoreOptions& options);
  bool dies_at(Step step);
  void fails(const Error& error);
  bool power_is_lost() const { return doom_.disk_effect != 0 && disk_.effects() > doom_.disk_effect; }

  const Surroundings around_;
  Breakage& breakage_;
  Options options_;
  Chance fate_, rounds_, nonces_, harm_;
  BrokerDisk disk_;
  ProcessClock steady_;
  WallClock wall_;
  std::unique_ptr<journal::EmbeddedJournal> embedded_;
  std::unique_ptr<journal::Journal> wrapped_;  // of a run that breaks the journal; else null
  journal::Journal* journal_ = nullptr;
  std::unique_ptr<broker::BrokerCore> core_;
  broker::PartitionClock clock_;
  Term term_;
  std::deque<std::pair<broker::PeerId, std::string>> inbox_;
  std::vector<broker::DirectoryJobResult> validated_;
  v1::BrokerFrame frame_;  // reused
  Doom doom_;
  std::map<StreamId, journal::Checkpoint> last_written_, one_before_;  // checkpoints
  ShadowFolds shadows_;
  bool will_be_archived_ = false;
  bool recovery_is_doomed_ = false, spared_ = false, round_is_coming_ = false, stalled_ = false;
  broker::DiskRoom room_;        // as the core was told
  bool waits_for_room_ = false;  // the round that was decided is not written yet
  std::optional<std::uint64_t> left_within_a_round_;  // of the disk, once the next round looked and decided
  std::uint64_t life_ = 0;
  SteadyInstant housekept_at_, serves_since_, last_round_at_, signs_sent_at_;
};

}  // namespace huying::sim
