// The broker in the simulated world: the production core and journal, driven round by round as the shell does
// (broker/broker.cc), on a disk that forgets. It dies where the seed says: at any effect on the disk (before or after a
// write, before or after a sync), or around the sending of what was released. Owned by the Simulation; one thread.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "broker/broker_core.h"
#include "broker/journal/embedded_journal.h"
#include "broker/time_base.h"
#include "tests/broker/journal/memory_disk.h"
#include "tests/sim/breakage.h"
#include "tests/sim/checkers/checker.h"
#include "tests/sim/network.h"
#include "tests/sim/street.h"

namespace huying::sim {

enum class Death : std::uint8_t {
  power,   // of what was not synced the disk keeps, loses or zeroes each sector
  killed,  // the page cache survives
};

class BrokerNode {
 public:
  struct Options {
    std::uint32_t rate_permille = 1000;
    Instant virtual_origin;
  };
  BrokerNode(World& world, Network& network, const Street& street, Breakage& breakage, Options options);
  ~BrokerNode();

  void boot();
  bool up() const { return core_ != nullptr; }
  Instant partition_now() const;

  void die(Death death);
  void die_at_a_coming_effect();  // the seed says which
  void spare();  // no fault from here on
  std::uint32_t deaths() const { return deaths_; }

  // What an outsider sees.
  std::function<void(const std::string& client, const v1::BrokerFrame& frame)> on_left;
  std::function<void(const JournalView& journal)> on_read_back;
  std::function<void(const std::string& why)> on_cannot_open;

  JournalView read_journal();

 private:
  enum class SendPoint : std::uint8_t { before_send, amid_send, after_send };
  struct Doom {
    std::uint64_t rounds_that_send = 0;  // 0: not this way
    SendPoint point{};
    std::uint64_t disk_effect = 0;       // 0: not this way
  };

  Moment moment();
  bool open();
  void tick(std::uint64_t life);
  void round_soon();
  void round();
  void send(std::vector<broker::OutFrame>& frames, std::size_t how_many);
  bool power_is_lost() const { return doom_.disk_effect != 0 && disk_->effects() > doom_.disk_effect; }
  void housekeep();

  World& world_;
  Network& network_;
  const Street& street_;
  Breakage& breakage_;
  Options options_;
  std::unique_ptr<journal::MemoryDisk> disk_, disk_before_;
  std::unique_ptr<journal::EmbeddedJournal> embedded_;
  std::unique_ptr<journal::Journal> wrapped_;  // of a run that breaks the journal; else null
  journal::Journal* journal_ = nullptr;
  std::unique_ptr<broker::BrokerCore> core_;
  broker::PartitionClock clock_;
  Term term_;
  std::deque<std::pair<broker::PeerId, std::string>> inbox_;
  Doom doom_;
  bool faults_allowed_ = true, round_is_coming_ = false;
  std::uint64_t life_ = 0;
  std::uint32_t deaths_ = 0;
  SteadyInstant housekept_at_;
};

}  // namespace huying::sim
