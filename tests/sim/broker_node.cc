#include "tests/sim/broker_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/limits.h"
#include "broker/round.h"
#include "proto/errors.h"

namespace huying::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
constexpr auto tick_interval = milliseconds(50);
constexpr auto housekeeping_interval = milliseconds(1000);
constexpr const char* folder = "/data/street";
constexpr std::uint64_t segment_bytes = 256 * limits::KiB;  // small, so that a run crosses several

}  // namespace

BrokerNode::BrokerNode(World& world, Network& network, const Street& street, Breakage& breakage, Options options)
    : world_(world), network_(network), street_(street), breakage_(breakage), options_(options),
      disk_(std::make_unique<journal::MemoryDisk>()) {}
BrokerNode::~BrokerNode() = default;

Moment BrokerNode::moment() { return {clock_.at(world_.now(), Instant{}), world_.now()}; }
Instant BrokerNode::partition_now() const { return up() ? core_->now() : Instant{}; }

// ---- Start -----------------------------------------------------------------------------------------------------

bool BrokerNode::open() {
  journal::EmbeddedOptions embedded;
  embedded.segment_bytes = segment_bytes;
  embedded.pool_segments = 0;
  embedded.free_bytes_min = 0;
  embedded.random = [this] { return world_.dice().next() | 1; };
  auto opened = journal::EmbeddedJournal::open(*disk_, folder, embedded);
  if (!opened) {
    if (!power_is_lost()) on_cannot_open(sentence(opened.error()));
    return false;
  }
  embedded_ = std::move(*opened);
  wrapped_ = breakage_.wrap(*embedded_);
  journal_ = wrapped_ ? wrapped_.get() : embedded_.get();
  on_read_back(read_journal());
  const auto base = broker::time_base_of_folder(*journal_, options_.rate_permille);
  HUYING_CHECK(base.has_value() && base->scaled, "the folder has another time base");
  broker::CoreOptions core_options;
  core_options.scaled = base->scaled;
  core_options.rate_permille = base->rate_permille;
  core_options.real_origin = options_.virtual_origin;
  core_ = std::make_unique<broker::BrokerCore>(core_options, journal_->digest_key());
  if (!broker::replay_journal(*core_, *journal_)) return false;
  const bool fresh = core_->now() == Instant{};
  clock_ = broker::PartitionClock(base->rate_permille, fresh ? options_.virtual_origin : core_->now(), world_.now());
  auto claimed = broker::claim_and_start(*core_, *journal_, "simulator", moment());
  if (!claimed) return false;
  term_ = *claimed;
  core_->set_free_bytes(journal_->free_bytes());
  if (!core_->configured()) core_->install(street_.configuration());
  do {
    core_->begin(moment());
    core_->tick();
    std::vector<broker::OutFrame> out;
    if (!broker::finish_round(*core_, *journal_, term_, out)) return false;
  } while (core_->work_left());
  return !power_is_lost();
}

void BrokerNode::boot() {
  ++life_;
  doom_ = {};
  // Now and then the power goes again while it recovers.
  if (faults_allowed_ && deaths_ != 0 && world_.dice().chance(150)) {
    doom_.disk_effect = disk_->effects() + world_.dice()(12);
    disk_->lose_power_at(doom_.disk_effect);
  }
  if (!open()) {
    world_.note("broker: the power went while it recovered");
    return die(Death::power);
  }
  world_.note(fmt::format("broker: serves in term {}", term_.value));
  if (doom_.disk_effect == 0 && faults_allowed_) die_at_a_coming_effect();
  network_.broker_listens([this](broker::PeerId peer, std::string&& frame) {
    inbox_.emplace_back(peer, std::move(frame));
    round_soon();
  });
  tick(life_);
}

JournalView BrokerNode::read_journal() {
  JournalView view;
  auto read = embedded_->read(Position{}, [&](const journal::Record& record) {
    view.push_back({record.stream, record.sequence, record.kind, record.epoch, to_ms(record.recorded_at),
                    std::string(record.payload)});
    return journal::Sink::more;
  });
  HUYING_CHECK(read.has_value(), "the journal was opened and cannot be read: {}", read.error().detail);
  return view;
}

// ---- Rounds ----------------------------------------------------------------------------------------------------

void BrokerNode::tick(std::uint64_t life) {
  world_.after(tick_interval, [this, life] {
    if (life != life_ || !up()) return;
    round();
    if (life == life_) tick(life);
  });
}

void BrokerNode::round_soon() {
  if (round_is_coming_) return;
  round_is_coming_ = true;
  world_.after(world_.dice().between(microseconds(20), microseconds(1500)), [this, life = life_] {
    if (life != life_ || !up()) return;
    round_is_coming_ = false;
    round();
  });
}

void BrokerNode::round() {
  core_->begin(moment());
  for (std::size_t received = 0; received < limits::round_frames_max && !inbox_.empty() && !core_->full(); ++received) {
    auto [peer, frame] = std::move(inbox_.front());
    inbox_.pop_front();
    core_->receive(peer, 1, frame);
  }
  core_->tick();
  if (breakage_.wants_the_disk_before()) disk_before_ = std::make_unique<journal::MemoryDisk>(disk_->copy());
  std::vector<broker::OutFrame> out;
  if (auto done = broker::finish_round(*core_, *journal_, term_, out); !done) {
    HUYING_CHECK(power_is_lost(), "the journal fails while there is power: {}", sentence(done.error()));
    world_.note(fmt::format("broker: the power went at effect {} of the disk", doom_.disk_effect));
    return die(Death::power);
  }
  // Frames to one peer keep their order; between peers there is none, and none may come of how a table lies in memory.
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.peer < b.peer; });
  if (doom_.rounds_that_send != 0 && !out.empty() && --doom_.rounds_that_send == 0) {
    const std::size_t sent = doom_.point == SendPoint::before_send ? 0
                             : doom_.point == SendPoint::amid_send ? world_.dice()(out.size())
                                                                   : out.size();
    world_.note(fmt::format("broker: dies when {} of {} frames are sent", sent, out.size()));
    send(out, sent);
    return die(world_.dice().chance(700) ? Death::power : Death::killed);
  }
  send(out, out.size());
  if (disk_before_ && breakage_.sync_was_a_lie(out)) {
    world_.note("broker: the disk lied about the last sync; the power goes");
    return die(Death::power);
  }
  disk_before_.reset();
  housekeep();
  if (power_is_lost()) {
    world_.note("broker: the power went outside a batch");
    return die(Death::power);
  }
  if (core_->work_left() || !inbox_.empty()) round_soon();
}

void BrokerNode::spare() {
  doom_ = {};
  faults_allowed_ = false;
  disk_->lose_power_at(std::numeric_limits<std::uint64_t>::max());
}

void BrokerNode::send(std::vector<broker::OutFrame>& frames, std::size_t how_many) {
  v1::BrokerFrame frame;
  for (std::size_t i = 0; i < how_many; ++i) {
    const std::string client = network_.name_of(frames[i].peer);
    HUYING_CHECK(frame.ParseFromString(frames[i].bytes), "the broker wrote a frame that cannot be read");
    world_.note_bytes(frames[i].bytes);
    if (!frame.has_heartbeat())
      world_.note(fmt::format("broker → {}: {}, {} bytes", client.empty() ? "nobody" : client,
                              v1::BrokerFrame::GetDescriptor()->FindFieldByNumber(frame.body_case())->name(),
                              frames[i].bytes.size()));
    // A connection that broke while the frame was on its way from the core: nobody sees it.
    if (!client.empty()) on_left(client, frame);
    if (!network_.to_client(frames[i].peer, frames[i].bytes)) core_->peer_gone(frames[i].peer);
  }
}

void BrokerNode::housekeep() {
  if (world_.now() - housekept_at_ < housekeeping_interval) return;
  housekept_at_ = world_.now();
  for (const auto& [name, cursor] : core_->take_changed_cursors()) (void)journal_->set_cursor(name, cursor);
  (void)embedded_->idle(core_->now());
}

// ---- Death -----------------------------------------------------------------------------------------------------

void BrokerNode::die_at_a_coming_effect() {
  auto& dice = world_.dice();
  doom_ = {};
  if (dice.chance(500)) {
    doom_.rounds_that_send = 1 + dice(800);
    doom_.point = static_cast<SendPoint>(dice(3));
  } else {
    doom_.disk_effect = disk_->effects() + 1 + dice(1600);
    disk_->lose_power_at(doom_.disk_effect);
  }
}

void BrokerNode::die(Death death) {
  ++life_;
  ++deaths_;
  round_is_coming_ = false;
  inbox_.clear();
  network_.broker_died();
  core_.reset();
  wrapped_.reset();
  embedded_.reset();
  auto& dice = world_.dice();
  if (disk_before_) {
    disk_ = std::move(disk_before_);
  } else if (death == Death::power) {
    disk_->crash([&dice](std::uint64_t sides) { return dice(sides); });
  } else {
    constexpr std::uint64_t fates = 3;
    disk_->crash([](std::uint64_t sides) {
      return sides == fates ? static_cast<std::uint64_t>(journal::SectorFate::new_bytes) : sides - 1;
    });
  }
  doom_ = {};
  world_.note(death == Death::power ? "broker: dead, power lost" : "broker: dead, killed");
  world_.after(dice.between(milliseconds(20), milliseconds(2500)), [this, life = life_] {
    if (life == life_) boot();
  });
}

}  // namespace huying::sim
