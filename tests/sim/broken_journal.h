// The journal port, broken: passes everything on but forgets keys of requests, or writes a commit under an epoch that
// is over. Lives as long as the journal behind it.
#pragma once
#include <map>

#include "broker/journal/journal.h"
#include "tests/sim/breakage.h"

namespace huying::sim {

class BrokenJournal final : public journal::Journal {
 public:
  BrokenJournal(Breakage& breakage, journal::Journal& behind) : breakage_(breakage), behind_(behind) {}

  Result<Term> claim(std::string_view broker, Instant now) override { return behind_.claim(broker, now); }
  void append(Term term, const journal::Batch& batch, Instant now, journal::Completion completed) override;
  void poll() override { behind_.poll(); }
  Result<void> read(Position from, const journal::RecordSink& sink) override { return behind_.read(from, sink); }
  Result<void> read_cell(StreamId stream, Sequence from, const journal::RecordSink& sink) override {
    return behind_.read_cell(stream, from, sink);
  }
  Result<void> read_at(Position position, const journal::RecordSink& sink) override {
    return behind_.read_at(position, sink);
  }
  Position head() const override { return behind_.head(); }
  Position at_time(Instant from) override { return behind_.at_time(from); }
  Instant last_recorded_at() const override { return behind_.last_recorded_at(); }
  Sequence last_sequence(StreamId stream) const override { return behind_.last_sequence(stream); }
  std::vector<StreamId> streams() const override { return behind_.streams(); }
  std::optional<Position> find(const Digest128& key) const override { return behind_.find(key); }
  const DigestKey& digest_key() const override { return behind_.digest_key(); }
  Result<void> store_checkpoint(StreamId stream, const journal::Checkpoint& checkpoint) override {
    return behind_.store_checkpoint(stream, checkpoint);
  }
  std::optional<journal::Checkpoint> latest_checkpoint(StreamId stream) override {
    return behind_.latest_checkpoint(stream);
  }
  Result<void> set_cursor(std::string_view name, std::string_view state) override {
    return behind_.set_cursor(name, state);
  }
  std::vector<std::pair<std::string, std::string>> cursors() override { return behind_.cursors(); }
  std::uint64_t bytes() const override { return behind_.bytes(); }
  std::uint64_t free_bytes() override { return behind_.free_bytes(); }
  std::uint64_t batches() const override { return behind_.batches(); }

 private:
  EpochId epoch_for(const journal::Batch::Record& record);

  Breakage& breakage_;
  journal::Journal& behind_;
  journal::Batch rewritten_;
  std::map<StreamId, EpochId> newest_;
};

}  // namespace huying::sim
