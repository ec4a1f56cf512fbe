// The broker's core: what it decides, as a function of (state, frame, now). Owns no socket, file, clock, thread or random
// source. A shell (broker.h) or the simulator drives it in rounds; run_round (round.h) is the order of a round:
//
//   begin(now) → receive(…)* → tick → [look-ups and reads that answer them → advance]* → batch? → append → landed
//   → reads → release
//
// Nothing said in a round leaves before its batch is durable (I1). One thread.
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/state/context.h"
#include "broker/state/effects.h"

namespace huying::broker {

class BrokerCore {
 public:
  BrokerCore(CoreOptions options, const DigestKey& digest_key);
  ~BrokerCore();

  // Start: every record of the journal in order, then the cursors, then start. `now` is the first moment.
  void replay(const journal::Record& record);
  // Instead of the records up to a place: the snapshot that was taken there, into a core that has replayed nothing, then
  // the records of the configurations that it names, in order, each by replay_configuration. Nothing, and the core is as
  // it was, when it cannot be read.
  using ConfigurationPlaces = std::vector<std::pair<Sequence, Sequence>>;  // in the partition's stream: from, through
  std::optional<ConfigurationPlaces> restore(std::string_view snapshot);
  void replay_configuration(const journal::Record& record);
  // The journal ends here: record time goes on from its last batch, which may be a mark without records.
  void replayed_until(Instant last_recorded_at, Position head);
  void replay_cursor(std::string_view name, std::string_view state);
  void replay_lost_cursor(const Digest128& name);  // key digest of a name whose cursor cannot be read
  void start(Term term, Position claimed_at, Position head, Moment now);
  // Instead, with CoreOptions::read_only: nothing is ever appended, no host let in.
  void start_read_only(Position head, Moment now);
  // A first configuration, validated before; only when none is in force.
  bool configured() const;
  bool is_read_only() const;
  void install(DirectoryJobResult first);

  // A round.
  void begin(Moment now);
  // Before begin: the shell could not run for a while. Nobody is judged by that time. Where it was long enough for peers to
  // give the broker up, nothing is suspected of those that dial anew right after it.
  void was_away(SteadyInstant since, SteadyInstant until);
  void receive(PeerId peer, std::size_t parts, std::string_view frame);
  void peer_gone(PeerId peer);  // a frame could not be sent to it
  void tick();
  void set_free_bytes(std::uint64_t bytes);  // of the disk; its watermarks are judged by it
  // How far the system's clock is ahead of the partition's time (time_base.h): announced, and in the administrator's view.
  void set_clock_ahead(Milliseconds by);
  void set_journal_bytes(std::uint64_t bytes);  // for the administrator's view
  bool full() const;            // receive no more in this round
  std::vector<Lookup> take_lookups();
  std::vector<ReadRequest> take_reads_first();
  void advance();               // after those were answered; may ask for more
  const journal::Batch* batch();  // null: nothing to append
  void landed(const journal::Appended& appended, Position head);
  std::vector<ReadRequest> take_reads();
  void release(std::vector<OutFrame>& out);
  bool work_left() const;       // begin another round at once

  std::optional<DirectoryJob> take_job();
  void job_done(DirectoryJobResult result);
  std::vector<std::pair<std::string, std::string>> take_changed_cursors();
  // Some of those that wait to be written, when the batch of the round is durable.
  std::vector<std::pair<StreamId, journal::Checkpoint>> take_checkpoints();
  bool any_cursor_begun() const;  // then they are to be saved before the frames of this round are sent
  // Refuses new work; cases on the way go on.
  void stop_intake();

  // A snapshot: what replay would give of all records so far, in an encoding of our own order (core_snapshot.cc). Between
  // two rounds; nothing while a configuration is half written. Costs about 0.1 µs an open case.
  std::optional<std::string> snapshot() const;
  enum class SnapshotDue : std::uint8_t { no, when_idle, now };
  SnapshotDue snapshot_due() const;
  void snapshot_written();
  Position last_record() const;  // that the snapshot holds

  // For everybody, while the shell stands still and waits for its disk: they promise nothing, so they may leave before
  // any batch.
  std::vector<OutFrame> signs_of_life() const;

  bool has_session(PeerId peer) const;
  bool demonstration() const;
  Instant now() const;  // of the partition; never goes back

 private:
  struct Parts;
  static std::unique_ptr<Parts> new_parts(CoreOptions options, const DigestKey& digest_key);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huying::broker
