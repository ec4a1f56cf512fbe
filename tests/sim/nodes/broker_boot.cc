// BrokerNode: how it starts, and how it ends.
#include <fmt/format.h>

#include <limits>

#include "base/check.h"
#include "base/limits.h"
#include "broker/delivery/cursor.h"
#include "broker/journal/archive.h"
#include "broker/journal/format.h"
#include "broker/round.h"
#include "broker/snapshots.h"
#include "proto/errors.h"
#include "tests/sim/nodes/broker_node.h"
#include "tests/sim/witness.h"
#include "workers/cell/settings.h"

namespace huying::sim {
namespace {

using std::chrono::milliseconds;
constexpr const char* folder = "/data/street";
constexpr std::uint64_t segment_bytes = 256 * limits::KiB;  // small, so that a run crosses several
constexpr std::uint64_t pool_segments = 1;
constexpr std::uint64_t snapshot_after_records = 200;  // few, so that most starts find one with a tail behind it

}  // namespace

BrokerNode::BrokerNode(const Surroundings& around, Breakage& breakage, Options options)
    : around_(around), breakage_(breakage), options_(options), fate_(around.world.chance("broker's fate")),
      rounds_(around.world.chance("broker's rounds")), nonces_(around.world.chance("broker's nonces")),
      harm_(around.world.chance("harm to checkpoints")),
      disk_(around.world), steady_(ProcessClock::any(around.world.chance("broker's clock"))), wall_(options.origin) {
  if (steady_.drift_ppm() != 0) around_.world.counters().hit(scenario::CLOCK_DRIFTS);
}
BrokerNode::~BrokerNode() = default;

Moment BrokerNode::moment() {
  const SteadyInstant steady = steady_.steady(around_.world.now());
  return {clock_.at(steady, wall_.at(around_.world.now())), steady};
}

Instant BrokerNode::partition_now() const { return up() ? core_->now() : Instant{}; }

// ---- Start -------------------------------------------------------------------------------------------------------

BrokerNode::Opened BrokerNode::refused(const Error& error) {
  if (power_is_lost()) return Opened::power_lost;
  around_.world.note("broker: does not start: " + sentence(error));
  if (disk_.is_damaged() && error.code != v1::ERROR_CODE_JOURNAL_FULL) {
    ++around_.world.counters().damage_said;
    open_read_only();
    disk_.undo_damage();
  } else if (error.code != v1::ERROR_CODE_JOURNAL_FULL && error.code != v1::ERROR_CODE_JOURNAL_WRITE_FAILED) {
    around_.witness.unhappy("the broker does not start after a crash: " + sentence(error), {"broker"});
  }
  return Opened::refused;
}

// Boot is always possible read-only, but for one whose process dies in the midst: what it answers must be so, and it must not
// answer what is damaged.
void BrokerNode::open_read_only() {
  journal::EmbeddedOptions embedded;
  embedded.mode = journal::OpenMode::read_only;
  embedded.segment_bytes = segment_bytes;
  auto opened = journal::EmbeddedJournal::open(disk_.memory(), folder, embedded);
  if (!opened) return refused_read_only(opened.error());
  around_.witness.read_only(**opened);
  serve_read_only(**opened);
}

void BrokerNode::refused_read_only(const Error& error) {
  around_.world.note("broker: nor read-only: " + sentence(error));
  if (!power_is_lost()) around_.witness.unhappy("the broker could not boot read-only: " + sentence(error), {"broker"});
}

// Whatever is damaged, a broker serves what is left, and writes nothing.
void BrokerNode::serve_read_only(journal::EmbeddedJournal& journal) {
  const auto effects = disk_.effects();
  broker::CoreOptions core_options;
  core_options.read_only = true;
  core_options.missing = journal.missing();
  broker::BrokerCore core(core_options, journal.digest_key());
  const auto replayed = broker::replay_journal(core, journal);
  if (!replayed) return refused_read_only(replayed.error());
  core.start_read_only(journal.head(), moment());
  v1::ClientFrame hello, status;
  hello.mutable_hello()->set_protocol_version(1);
  hello.mutable_hello()->set_principal("administrator");
  hello.mutable_hello()->set_role(v1::ROLE_ADMINISTRATOR);
  hello.mutable_hello()->set_session_nonce(1);
  status.mutable_status()->set_tag(1);
  bool told = false;
  const broker::PeerId administrator(1);
  for (const auto& frame : {hello, status}) {
    core.begin(moment());
    core.receive(administrator, 1, frame.SerializeAsString());
    core.tick();
    std::vector<broker::OutFrame> out;
    HUYING_CHECK(broker::finish_round(core, journal, Term{}, out), "a round that writes nothing");
    for (const auto& one : out)
      told = told || (frame_.ParseFromString(one.bytes) && frame_.status().read_only() && frame_.status().error() == 0);
  }
  if (!told) around_.witness.unhappy("a broker that is read-only does not say so", {"broker"});
  if (disk_.effects() != effects) around_.witness.unhappy("a broker that is read-only wrote", {"broker"});
}

// ---- An archive --------------------------------------------------------------------------------------------------

// As an administrator does who knows where everybody is: no subscription's cursor lies in what is archived. False: the
// power went on the way.
bool BrokerNode::archive_some() {
  std::uint32_t before = ~std::uint32_t{0};
  {
    journal::EmbeddedOptions embedded;
    embedded.mode = journal::OpenMode::read_only;
    auto opened = journal::EmbeddedJournal::open(disk_.memory(), folder, embedded);
    if (!opened) return true;
    for (const auto& [name, state] : (*opened)->cursors())
      if (const auto saved = delivery::decode_saved_cursor(state))
        before = std::min(before, journal::segment_of(saved->cursor.position));
    before = std::min(before, journal::segment_of((*opened)->head()));
  }
  if (before < 3) return true;
  if (fate_.permille(300)) {
    doom_.disk_effect = disk_.effects() + fate_(60);
    disk_.memory().lose_power_at(doom_.disk_effect);
  }
  const auto done = journal::archive_journal(disk_.memory(), folder, "/archive/street", {.segment = before - 1, .time = {}});
  if (power_is_lost()) return false;
  doom_ = {};
  disk_.memory().lose_power_at(std::numeric_limits<std::uint64_t>::max());
  if (!done) {
    around_.world.note("broker: nothing is archived: " + sentence(done.error()));
  } else if (done->parts != 0) {
    around_.world.counters().hit(scenario::SEGMENTS_ARCHIVED);
    around_.world.note(fmt::format("broker: segments {} to {} are archived", done->first_segment, done->last_segment));
  }
  return true;
}

void BrokerNode::be_archived() {
  if (!serves()) return;
  will_be_archived_ = true;
  stop_cleanly();
}

BrokerNode::Opened BrokerNode::open_journal() {
  journal::EmbeddedOptions embedded;
  embedded.segment_bytes = segment_bytes;
  embedded.pool_segments = pool_segments;
  embedded.free_check_batches = 0;
  embedded.random = [this] { return nonces_.next() | 1; };
  auto opened = journal::EmbeddedJournal::open(disk_.memory(), folder, embedded);
  if (!opened) return refused(opened.error());
  // What the start did not read is verified at once, and not while idle, so that somebody can bring it back.
  if (disk_.is_damaged()) {
    if (auto verified = (*opened)->verify_unread(); !verified) return refused(verified.error());
  }
  if (disk_.is_damaged()) {  // it lay where nothing was, or in a file that may be lost: nobody needs to say so
    ++around_.world.counters().damage_harmless;
    disk_.forget_damage();
  }
  embedded_ = std::move(*opened);
  wrapped_ = breakage_.wrap(*embedded_);
  journal_ = wrapped_ ? wrapped_.get() : embedded_.get();
  around_.witness.read_back(*embedded_);
  return Opened::yes;
}

bool BrokerNode::start_core() {
  const auto asked = options_.rate == 0 ? std::nullopt : std::optional(options_.rate * 1000);
  const auto base = broker::time_base_of_folder(*journal_, asked);
  HUYING_CHECK(base.has_value(), "the folder has another time base");
  broker::CoreOptions core_options;
  core_options.scaled = base->scaled;
  core_options.rate_permille = base->rate_permille;
  core_options.real_origin = options_.origin;
  core_options.snapshot_after_records = snapshot_after_records;
  core_options.check_configuration = cell::check_configuration;
  core_ = std::make_unique<broker::BrokerCore>(core_options, journal_->digest_key());
  const auto replayed = broker::replay_journal(*core_, *journal_);
  if (!replayed) return false;
  if (replayed->from_snapshot) compare_with_a_start_from_nothing(core_options);
  const SteadyInstant steady = steady_.steady(around_.world.now());
  const bool fresh = core_->now() == Instant{};
  clock_ = base->scaled ? broker::PartitionClock(base->rate_permille, fresh ? options_.origin : core_->now(), steady)
                        : broker::PartitionClock();
  clock_.continue_from(core_->now());
  auto claimed = broker::claim_and_start(*core_, *journal_, "simulator", moment());
  if (!claimed) return false;
  term_ = *claimed;
  around_.witness.landed(*embedded_);
  room_ = {};
  look_at_disk();
  if (!core_->configured() && room_.is_full()) return false;  // a folder is begun with room
  if (!core_->configured()) core_->install(around_.street.configuration());
  do {
    core_->begin(moment());
    core_->tick();
    std::vector<broker::OutFrame> out;
    if (!broker::finish_round(*core_, *journal_, term_, out)) return false;
    around_.witness.landed(*embedded_);
  } while (core_->work_left());
  return !power_is_lost();
}

// I9, of the broker: what it has from a snapshot and the records behind it is what the whole journal says.
void BrokerNode::compare_with_a_start_from_nothing(const broker::CoreOptions& options) {
  ++around_.world.counters().snapshots_used;
  broker::BrokerCore other(options, journal_->digest_key());
  const auto replayed = broker::replay_journal(other, *embedded_, broker::ReplayFrom::beginning);
  HUYING_CHECK(replayed.has_value(), "the journal was read a moment ago");
  around_.witness.folded(partition_stream, core_->snapshot().value_or("none"), other.snapshot().value_or("nothing"));
}

BrokerNode::Opened BrokerNode::open() {
  if (const auto opened = open_journal(); opened != Opened::yes) return opened;
  if (start_core()) return Opened::yes;
  return power_is_lost() ? Opened::power_lost : Opened::refused;
}

void BrokerNode::boot() {
  ++life_;
  if (std::exchange(recovery_is_doomed_, false)) {
    doom_.disk_effect = disk_.effects() + fate_(30);
    disk_.memory().lose_power_at(doom_.disk_effect);
  }
  if (std::exchange(will_be_archived_, false) && !archive_some()) return die(Death::power);
  switch (open()) {
    case Opened::power_lost:
      around_.world.counters().hit(scenario::BROKER_DIES_RECOVERING);
      around_.world.note("broker: the power goes while it recovers");
      return die(Death::power);
    case Opened::refused:
      core_.reset();
      wrapped_.reset();
      embedded_.reset();
      disk_.kill();
      return boot_later(milliseconds(500), milliseconds(2500));
    case Opened::yes:
      break;
  }
  doom_ = {};
  disk_.memory().lose_power_at(std::numeric_limits<std::uint64_t>::max());
  serves_since_ = around_.world.now();
  last_round_at_ = steady_.steady(serves_since_);
  around_.world.note(fmt::format("broker: serves in term {}", term_.value));
  around_.network.broker_listens([this](broker::PeerId peer, std::string&& frame) {
    inbox_.emplace_back(peer, std::move(frame));
    round_soon();
  });
  tick(life_);
}

void BrokerNode::boot_later(Span least, Span most) {
  around_.world.after(fate_.between(least, most), [this, life = life_] {
    if (life == life_) boot();
  });
}

// ---- End ---------------------------------------------------------------------------------------------------------

void BrokerNode::die(Death death) {
  ++life_;
  round_is_coming_ = stalled_ = waits_for_room_ = false;
  inbox_.clear();
  validated_.clear();
  around_.network.broker_died();
  core_.reset();
  wrapped_.reset();
  embedded_.reset();
  doom_ = {};
  if (death == Death::power)
    disk_.lose_power();
  else
    disk_.kill();
  around_.world.note(death == Death::power ? "broker: dead, power lost" : "broker: dead, killed");
  boot_later(milliseconds(20), milliseconds(2500));
}

void BrokerNode::be_damaged(FaultKind kind) {
  if (!up()) return;
  die(fate_.permille(500) ? Death::power : Death::killed);
  disk_.damage(kind);
}

void BrokerNode::die_at_a_disk_effect() {
  if (!up() || doom_.disk_effect != 0) return;
  doom_.disk_effect = disk_.effects() + 1 + fate_(60);
  disk_.memory().lose_power_at(doom_.disk_effect);
}

void BrokerNode::die_at_a_step() {
  if (!up()) return;
  doom_.step = static_cast<Step>(fate_(static_cast<std::uint64_t>(Step::nothing)));
  doom_.rounds = 1 + static_cast<std::uint32_t>(fate_(20));
}

void BrokerNode::die_sending() {
  if (!up()) return;
  doom_.sending = true;
  doom_.rounds = 1 + static_cast<std::uint32_t>(fate_(20));
}

void BrokerNode::die_recovering() {
  if (!up()) return;
  recovery_is_doomed_ = true;
  die(fate_.permille(500) ? Death::power : Death::killed);
}

void BrokerNode::stop_cleanly() {
  if (!serves()) return;
  core_->stop_intake();
  const auto life = life_;
  round();
  if (life != life_) return;  // something else ended it
  if (waits_for_room_) return die(Death::killed);  // told to stop while it waits, it ends with the error
  if (save_cursors() && embedded_->close(core_->now())) (void)write_snapshot();
  around_.world.note("broker: stops cleanly");
  die(power_is_lost() ? Death::power : Death::killed);
}

void BrokerNode::spare() {
  spared_ = true;
  doom_ = {};
  recovery_is_doomed_ = false;
  disk_.memory().lose_power_at(std::numeric_limits<std::uint64_t>::max());
  has_free_bytes(std::nullopt);
  wall_.set_right();
  go_on();
}

}  // namespace huying::sim
