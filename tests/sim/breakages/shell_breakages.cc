// What goes wrong in the broker's shell, its disk, and on the way to who subscribes or asks.
#include <map>

#include "base/check.h"
#include "huying/v1/error.pb.h"
#include "tests/sim/breakages/breakage.h"

namespace huying::sim {
namespace {

// I1: acknowledged before the sync: it did nothing, and the power goes.
class LyingDisk final : public Breakage {
 public:
  using Breakage::Breakage;
  bool wants_a_snapshot() override { return begun(); }
  bool sync_was_a_lie(const std::vector<broker::OutFrame>& sent) override {
    if (!begun()) return false;
    v1::BrokerFrame frame;
    for (const auto& one : sent) {
      HUYING_CHECK(frame.ParseFromString(one.bytes));
      for (const auto& ack : frame.publish_acks().acks())
        if (ack.error() == 0 && !ack.known()) return true;
    }
    return false;
  }
};

// I4: the shell forgets the core's ticks: no session ends, no lease moves.
class NoTicks final : public Breakage {
 public:
  using Breakage::Breakage;
  bool forgets_to_tick() override { return begun(); }
};

// I8: whoever would close a case is not heard.
class NobodyCloses final : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_frames() const override { return true; }
  void to_broker(const std::string&, std::string& bytes) override {
    v1::ClientFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    if (frame.has_act() && frame.act().action().kind() == v1::ACTION_KIND_CLOSE) {
      frame.mutable_act()->mutable_action()->set_kind(v1::ACTION_KIND_CALL_BACK);
      bytes = frame.SerializeAsString();
    }
  }
};

// I11: an event does not reach who subscribed, and is not missed by its number.
class DroppedEvent final : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_frames() const override { return true; }
  void to_client(const std::string& client, std::string& bytes) override {
    if (!client.starts_with("wall-1") || !begun()) return;
    v1::BrokerFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    if (frame.has_subscribed()) dropped_ = 0;  // numbers begin anew, or where they were saved
    if (!frame.has_events()) return;
    auto& events = *frame.mutable_events();
    v1::Events kept;
    for (auto& one : *events.mutable_events()) {
      if (one.consumer_sequence() % 40 == 0) {
        ++dropped_;
        continue;
      }
      one.set_consumer_sequence(one.consumer_sequence() - dropped_);
      *kept.add_events() = one;
    }
    events.mutable_events()->Swap(kept.mutable_events());
    if (events.has_progress())
      events.mutable_progress()->set_through_consumer_sequence(events.progress().through_consumer_sequence() - dropped_);
    bytes = frame.SerializeAsString();
  }

 private:
  std::uint64_t dropped_ = 0;
};

// I11: two events of a cell change places. On the wire it would be a loss: the client takes what goes back for a repeat.
class SwappedEvents final : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_what_is_handed() const override { return true; }
  std::vector<v1::EventDelivery> handed(const std::string& subscriber, const v1::EventDelivery& one) override {
    if (subscriber != "wall-1" || !begun()) return {one};
    const auto [at, is_held] = held_.try_emplace(one.stream(), one);
    if (is_held) return {};
    v1::EventDelivery later = at->second, earlier = one;
    earlier.set_consumer_sequence(at->second.consumer_sequence());
    later.set_consumer_sequence(one.consumer_sequence());
    held_.erase(at);
    return {earlier, later};
  }

 private:
  std::map<std::uint32_t, v1::EventDelivery> held_;  // by stream, until its next comes
};

// I12: who is refused a contact is given one.
class AnsweredStranger final : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_frames() const override { return true; }
  void to_client(const std::string&, std::string& bytes) override {
    v1::BrokerFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    if (!frame.has_fetch_reply() || !begun()) return;
    auto& reply = *frame.mutable_fetch_reply();
    if (reply.error() != v1::ERROR_CODE_NOT_ALLOWED) return;
    reply.clear_error();
    reply.mutable_contact()->mutable_telephone()->set_plain("made up");
    bytes = frame.SerializeAsString();
  }
};

// I9: a checkpoint says that it reaches further than what it holds: it is the one before, with the place of the next.
class OldCheckpoint final : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_frames() const override { return true; }
  void to_broker(const std::string& client, std::string& bytes) override {
    if (!is_host(client)) return;
    v1::ClientFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    if (!frame.has_checkpoint()) return;
    std::string& before = states_[frame.checkpoint().stream()];
    std::string& state = *frame.mutable_checkpoint()->mutable_checkpoint()->mutable_state();
    state.swap(before);
    if (begun() && !state.empty()) bytes = frame.SerializeAsString();
  }

 private:
  std::map<std::uint32_t, std::string> states_;
};

// I9: a checkpoint is written under the place of one before it, and is another.
class OtherCheckpoint final : public Breakage {
 public:
  using Breakage::Breakage;
  void host_says(v1::ClientFrame& frame) override {
    if (!frame.has_checkpoint() || !begun()) return;
    auto& checkpoint = *frame.mutable_checkpoint()->mutable_checkpoint();
    const auto before = places_.try_emplace(frame.checkpoint().stream(), checkpoint.through()).first;
    checkpoint.set_through(before->second);
  }

 private:
  std::map<std::uint32_t, std::uint64_t> places_;
};

template <class One>
std::unique_ptr<Breakage> make(World& world) {
  return std::make_unique<One>(world);
}

}  // namespace

std::vector<NamedBreakage> breakages_of_the_shell() {
  return {{"lying-disk", make<LyingDisk>},         {"no-ticks", make<NoTicks>},
          {"nobody-closes", make<NobodyCloses>},   {"dropped-event", make<DroppedEvent>},
          {"swapped-events", make<SwappedEvents>}, {"answered-stranger", make<AnsweredStranger>},
          {"old-checkpoint", make<OldCheckpoint>}, {"other-checkpoint", make<OtherCheckpoint>}};
}

}  // namespace huying::sim
