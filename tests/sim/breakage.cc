#include "tests/sim/breakage.h"

#include "base/check.h"
#include "tests/sim/broken_journal.h"

namespace huying::sim {
namespace {

constexpr auto begins_after = std::chrono::seconds(6);
constexpr std::int64_t clock_ahead_ms = 10ll * 3'600'000;
bool is_host(const std::string& client) { return client.starts_with("host-"); }

}  // namespace

const std::vector<NegativeName>& negatives() {
  static const std::vector<NegativeName> all{
      {Negative::lying_disk, "lying-disk", "I1"},       {Negative::forgotten_key, "forgotten-key", "I2"},
      {Negative::stale_epoch, "stale-epoch", "I3"},     {Negative::dropped_clock, "dropped-clock", "I5"},
      {Negative::fired_twice, "fired-twice", "I6"},     {Negative::fired_early, "fired-early", "I6"},
  };
  return all;
}

bool Breakage::begun() const { return !rests_ && world_.now().time_since_epoch() > begins_after; }

std::unique_ptr<journal::Journal> Breakage::wrap(journal::Journal& journal) {
  if (negative_ != Negative::forgotten_key && negative_ != Negative::stale_epoch) return nullptr;
  return std::make_unique<BrokenJournal>(*this, journal);
}

bool Breakage::sync_was_a_lie(const std::vector<broker::OutFrame>& sent) {
  v1::BrokerFrame frame;
  for (const auto& one : sent) {
    if (!frame.ParseFromString(one.bytes)) continue;
    for (const auto& ack : frame.publish_acks().acks()) done_ |= ack.error() == 0 && !ack.known();
  }
  return done_;
}

// ---- Frames ------------------------------------------------------------------------------------------------------

void Breakage::to_client(const std::string& client, std::string& bytes) {
  if (negative_ != Negative::fired_early || !is_host(client)) return;
  v1::BrokerFrame frame;
  HUYING_CHECK(frame.ParseFromString(bytes));
  true_now_ms_ = std::max(true_now_ms_, frame.now_ms());
  if (!begun()) return;
  frame.set_now_ms(frame.now_ms() + clock_ahead_ms);
  bytes = frame.SerializeAsString();
}

void Breakage::to_broker(const std::string& client, std::string& bytes) {
  const bool breaks_commits = negative_ == Negative::dropped_clock || negative_ == Negative::fired_twice ||
                              negative_ == Negative::fired_early;
  if (!breaks_commits || !is_host(client) || !begun()) return;
  v1::ClientFrame frame;
  HUYING_CHECK(frame.ParseFromString(bytes));
  bool changed = false;
  for (auto& one : *frame.mutable_commits()->mutable_commits()) {
    v1::Commit commit;
    HUYING_CHECK(commit.ParseFromString(one));
    if (!break_commit(commit)) continue;
    one = commit.SerializeAsString();
    changed = true;
  }
  if (changed) bytes = frame.SerializeAsString();
}

bool Breakage::break_commit(v1::Commit& commit) {
  if (negative_ == Negative::fired_early) {
    // The commit claims to be of now; what it fires is due hours ahead.
    for (const auto& event : commit.events()) done_ |= event.kind() == v1::EVENT_KIND_BREACHED;
    commit.set_decided_at_ms(std::min(commit.decided_at_ms(), true_now_ms_));
    return true;
  }
  if (done_) return false;
  for (int i = 0; i < commit.events_size(); ++i) {
    auto& committed = *commit.mutable_events(i);
    if (negative_ == Negative::fired_twice && committed.kind() == v1::EVENT_KIND_BREACHED) {
      *commit.add_events() = v1::CommittedEvent(committed);
      return done_ = true;
    }
    if (negative_ != Negative::dropped_clock || committed.kind() != v1::EVENT_KIND_DISPATCHED) continue;
    v1::CaseEvent event;
    HUYING_CHECK(event.ParseFromString(committed.event()));
    if (commit.events_size() > i + 1) continue;  // solved on the spot: another clock follows
    event.clear_clocks_set();
    committed.set_event(event.SerializeAsString());
    return done_ = true;
  }
  return false;
}

}  // namespace huying::sim
