// What goes wrong between the broker and its journal.
#include <map>

#include "base/check.h"
#include "base/encoding.h"
#include "huying/v1/record.pb.h"
#include "tests/sim/breakages/breakage.h"
#include "tests/sim/breakages/rewriting_journal.h"

namespace huying::sim {
namespace {

// A breakage that rewrites records.
class Rewriting : public Breakage {
 public:
  using Breakage::Breakage;
  std::unique_ptr<journal::Journal> wrap(journal::Journal& journal) override {
    RewritingJournal::Rewrites rewrites;
    rewrites.record = [this](StreamId stream, v1::RecordKind kind, EpochId& epoch, std::string& payload) {
      rewrite(stream, kind, epoch, payload);
    };
    return std::make_unique<RewritingJournal>(std::move(rewrites), journal);
  }

 protected:
  virtual void rewrite(StreamId stream, v1::RecordKind kind, EpochId& epoch, std::string& payload) = 0;
  template <class Message>
  static Message parsed(const std::string& payload) {
    Message message;
    HUYING_CHECK(message.ParseFromString(payload));
    return message;
  }
};

// I2: the journal forgets that a (source, source_id) was there.
class ForgottenKey final : public Breakage {
 public:
  using Breakage::Breakage;
  std::unique_ptr<journal::Journal> wrap(journal::Journal& journal) override {
    RewritingJournal::Rewrites rewrites;
    rewrites.forgets_first_keys_of_requests = true;
    return std::make_unique<RewritingJournal>(std::move(rewrites), journal);
  }
};

// I2: a request is recorded under the number of the one before.
class DoubledNumber final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId, v1::RecordKind kind, EpochId&, std::string& payload) override {
    if (kind != v1::RECORD_KIND_REQUEST) return;
    auto record = parsed<v1::RequestRecord>(payload);
    const std::string number = record.filed().case_number();
    if (begun() && !last_number_.empty()) record.mutable_filed()->set_case_number(last_number_);
    last_number_ = number;
    payload = record.SerializeAsString();
  }

 private:
  std::string last_number_;
};

// I2: the commit before stands there again, in place of the one that came.
class CommitTwice final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId stream, v1::RecordKind kind, EpochId& epoch, std::string& payload) override {
    if (kind != v1::RECORD_KIND_COMMIT) return;
    auto& [last_epoch, last] = last_[stream];
    if (begun() && last_epoch == epoch && !last.empty()) {
      payload = last;
    } else {
      // One that moves no clock, so that nothing but its being there twice is wrong.
      const auto commit = parsed<v1::Commit>(payload);
      const bool plain = commit.events_size() == 1 && commit.consumes() != 0 &&
                         commit.events(0).kind() == v1::EVENT_KIND_ACCEPTED;
      last_epoch = epoch;
      last = plain ? payload : std::string();
    }
  }

 private:
  std::map<StreamId, std::pair<EpochId, std::string>> last_;
};

// I3: a commit of an epoch that is over stands behind newer ones.
class StaleEpoch final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId stream, v1::RecordKind kind, EpochId& epoch, std::string& payload) override {
    if (kind != v1::RECORD_KIND_COMMIT) return;
    const auto commit = parsed<v1::Commit>(payload);
    auto& epochs = last_commits_[stream];
    epochs[epoch] = commit.commit_number();
    const auto newest = epochs.rbegin();
    const auto before = std::next(newest);
    // A number that the old epoch has not used: it is stale, and nothing else.
    if (begun() && epochs.size() > 1 && newest->second > 1 && before->second + 1 == commit.commit_number())
      epoch = before->first;
  }

 private:
  std::map<StreamId, std::map<EpochId, std::uint64_t>> last_commits_;
};

// I4: a word on coverage is not said: of `unsaid`, or any.
template <v1::Coverage::Change unsaid>
class SilentCoverage final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId, v1::RecordKind kind, EpochId&, std::string& payload) override {
    if (kind != v1::RECORD_KIND_COVERAGE) return;
    auto coverage = parsed<v1::Coverage>(payload);
    if (unsaid != v1::Coverage::CHANGE_UNSPECIFIED && coverage.change() != unsaid) return;
    coverage.set_change(v1::Coverage::SOMEBODY_ON_DUTY);
    payload = coverage.SerializeAsString();
  }
};

// I5: a step is set aside, and what the desk gets does not say so.
class SetAsideToNobody final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId, v1::RecordKind kind, EpochId&, std::string& payload) override {
    if (kind != v1::RECORD_KIND_REQUEST) return;
    auto record = parsed<v1::RequestRecord>(payload);
    record.mutable_filed()->mutable_filed()->clear_set_aside();
    payload = record.SerializeAsString();
  }
};

// I9: what is written of a decision is not what its cell keeps of it.
class OtherState final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId, v1::RecordKind kind, EpochId&, std::string& payload) override {
    if (kind != v1::RECORD_KIND_COMMIT || !begun()) return;
    auto commit = parsed<v1::Commit>(payload);
    for (auto& committed : *commit.mutable_events()) {
      if (committed.kind() != v1::EVENT_KIND_DISPATCHED) continue;
      auto event = parsed<v1::CaseEvent>(committed.event());
      event.mutable_holder()->set_person("somebody-else");
      committed.set_event(event.SerializeAsString());
    }
    payload = commit.SerializeAsString();
  }
};

// I11: the broker's cursors are lost.
class DroppedCursor final : public Breakage {
 public:
  using Breakage::Breakage;
  std::unique_ptr<journal::Journal> wrap(journal::Journal& journal) override {
    RewritingJournal::Rewrites rewrites;
    rewrites.loses_cursors = true;
    return std::make_unique<RewritingJournal>(std::move(rewrites), journal);
  }
};

// I9: the broker's snapshot holds what no record says: that a step was set aside and may be decided again.
class WrongSnapshot final : public Breakage {
 public:
  using Breakage::Breakage;
  std::unique_ptr<journal::Journal> wrap(journal::Journal& journal) override {
    RewritingJournal::Rewrites rewrites;
    rewrites.checkpoint = [this](StreamId stream, journal::Checkpoint& checkpoint) {
      if (stream == partition_stream && begun()) add_a_step(checkpoint.state);
    };
    return std::make_unique<RewritingJournal>(std::move(rewrites), journal);
  }

 private:
  // broker/snapshots.cc and broker/core_snapshot.cc: place and digest of the last record, then the state behind its length;
  // the state begins with the record time and the steps behind their number.
  static void add_a_step(std::string& bytes) {
    Decoder in(bytes);
    const std::size_t head_bytes = 3 * sizeof(std::uint64_t);
    const std::string head = bytes.substr(0, head_bytes);
    for (int i = 0; i < 3; ++i) (void)in.number<std::uint64_t>();
    const auto state = in.bytes();
    Decoder inside(state);
    const auto time = inside.number<std::int64_t>();
    const auto steps = inside.number<std::uint32_t>();
    HUYING_CHECK(in.at_end() && inside.ok());
    std::string other;
    Encoder out(other);
    out.number(time);
    out.number(steps + 1);
    out.number(std::uint64_t{1});
    out.number(std::uint64_t{2});
    other.append(state.substr(sizeof time + sizeof steps));
    bytes = head;
    Encoder(bytes).bytes(other);
  }
};

// I12: a step is taken in the name of somebody who holds no role there.
class ActedWithoutRole final : public Rewriting {
 public:
  using Rewriting::Rewriting;
  void rewrite(StreamId stream, v1::RecordKind kind, EpochId&, std::string& payload) override {
    if (kind != v1::RECORD_KIND_ACTION || !begun()) return;
    auto record = parsed<v1::ActionRecord>(payload);
    // The desk is stream 1, the first cell 2.
    record.mutable_stamped()->mutable_actor()->set_principal(stream.value == 2 ? "cell-02.worker" : "cell-01.worker");
    payload = record.SerializeAsString();
  }
};

template <class One>
std::unique_ptr<Breakage> make(World& world) {
  return std::make_unique<One>(world);
}

}  // namespace

std::vector<NamedBreakage> breakages_of_the_journal() {
  return {{"forgotten-key", make<ForgottenKey>},     {"doubled-number", make<DoubledNumber>},
          {"commit-twice", make<CommitTwice>},       {"stale-epoch", make<StaleEpoch>},
          {"silent-coverage", make<SilentCoverage<v1::Coverage::CHANGE_UNSPECIFIED>>},
          {"silent-return", make<SilentCoverage<v1::Coverage::HOST_FOUND>>},
          {"silent-parking", make<SilentCoverage<v1::Coverage::CELL_PARKED>>},
          {"other-state", make<OtherState>},         {"dropped-cursor", make<DroppedCursor>},
          {"wrong-snapshot", make<WrongSnapshot>},   {"set-aside-to-nobody", make<SetAsideToNobody>},
          {"acted-without-role", make<ActedWithoutRole>}};
}

}  // namespace huying::sim
