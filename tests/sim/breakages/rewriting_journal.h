// The journal port with somebody in between who rewrites records on their way to the disk, or loses cursors. Passes all
// else on. Lives as long as the journal behind it.
#pragma once
#include <functional>

#include "broker/journal/journal.h"

namespace huying::sim {

class RewritingJournal final : public journal::Journal {
 public:
  struct Rewrites {
    // May change a record's epoch and payload.
    std::function<void(StreamId stream, v1::RecordKind kind, EpochId& epoch, std::string& payload)> record;
    bool forgets_first_keys_of_requests = false;
    bool loses_cursors = false;
    std::function<void(StreamId stream, journal::Checkpoint& checkpoint)> checkpoint;
  };
  RewritingJournal(Rewrites rewrites, journal::Journal& behind) : rewrites_(std::move(rewrites)), behind_(behind) {}

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
    journal::Checkpoint stored = checkpoint;
    if (rewrites_.checkpoint) rewrites_.checkpoint(stream, stored);
    return behind_.store_checkpoint(stream, stored);
  }
  std::optional<journal::Checkpoint> latest_checkpoint(StreamId stream) override {
    return behind_.latest_checkpoint(stream);
  }
  Result<void> set_cursor(std::string_view name, std::string_view state) override {
    return rewrites_.loses_cursors ? Result<void>{} : behind_.set_cursor(name, state);
  }
  Result<void> save_cursors(const std::vector<std::pair<std::string, std::string>>& changes) override {
    return rewrites_.loses_cursors ? Result<void>{} : behind_.save_cursors(changes);
  }
  std::vector<std::pair<std::string, std::string>> cursors() override { return behind_.cursors(); }
  std::vector<Digest128> lost_cursors() override { return behind_.lost_cursors(); }
  std::uint64_t bytes() const override { return behind_.bytes(); }
  std::uint64_t free_bytes() override { return behind_.free_bytes(); }
  std::uint64_t batches() const override { return behind_.batches(); }

 private:
  Rewrites rewrites_;
  journal::Journal& behind_;
  journal::Batch rewritten_;
};

}  // namespace huying::sim
