// Subscriptions: durable, named, with `*` and `>`, credit and the gap proof (I11).
//
// A subscription reads the journal from its cursor. While it is at the head, the events of the round are matched as they
// are committed and said with the batch; when it has no room (window.h) it falls behind and reads the journal later, in
// turns with the others, some KiB a turn. A delivery carries consumer_sequence, contiguous from 1 in a cursor's
// generation; acknowledgements are cumulative and lead back to the position to resume from. A name belongs to one
// principal; a second session takes it over. A round costs what it sends and a few turns of reading, however many
// subscriptions and cells there are. Pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/delivery/audience.h"
#include "broker/delivery/subscription.h"
#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::delivery {

using broker::Context;
using broker::Session;

class Subscribing {
 public:
  explicit Subscribing(Context& context) : context_(context) {}

  void subscribe(Session& session, const v1::Subscribe& request);
  void unsubscribe(Session& session, const v1::Unsubscribe& request);
  void acknowledge(Session& session, const v1::AcknowledgeEvents& acknowledgement);
  void credit(Session& session, const v1::Credit& credit);
  void end_session(PeerId peer);

  // An event of a commit that is record number `record` of the round's batch.
  void case_event(const CellState& cell, std::size_t record, Sequence sequence, std::uint32_t index, v1::EventKind kind,
                  v1::Rung rung, std::string_view event);
  // A record of stream 0 that has a subject (coverage, configuration) is record number `record` of the batch. Who wants
  // such reads on from there when it has landed, so that the order is the journal's.
  void partition_event(std::size_t record);
  // The batch is durable: where its records lie. `head` is where the next one will.
  void landed(const journal::Appended& appended, Position head);
  void configured();  // cells, units and rights changed
  // After the batch: some turns of reading for those behind the head, progress for those whose second is over.
  void request_reads();
  bool anyone_waits_to_read() const { return !turns_.empty(); }

  // Start: each claim of the journal, where it ends, its cursors.
  const History& history() const { return history_; }
  void claimed(Term term, Position from, Instant at) { history_.claimed(term, from, at); }
  void encode(Encoder& out) const { history_.encode(out); }  // of a snapshot; cursors have files of their own
  bool decode(Decoder& in) { return history_.decode(in); }
  void set_head(Position head) { head_ = head; }
  Position head() const { return head_; }
  void load(std::string_view name, std::string_view state);
  void load_lost(const Digest128& name) { lost_.insert(name); }  // key digest of a name whose cursor cannot be read

  // Cursors to be saved; an empty state: forgotten. A cursor that has just begun is saved before its Subscribed is said:
  // after a crash the client comes back to it, and a name that nobody knows would begin anew at the head (I11).
  std::vector<std::pair<std::string, std::string>> take_changed_cursors();
  bool any_cursor_begun() const { return cursor_begun_; }

  void status(v1::StatusReply& reply) const;

 private:
  struct Beginning {
    v1::Subscribed::Begin begin{};
    Cursor cursor;                // generation 0: a new one
    std::optional<Instant> time;  // the position is that of the first record recorded at or after
    bool at_request = false;      // the position is that of the case's request
  };
  struct Asked {
    Interest interest;
    std::string person, case_number;
    std::uint64_t basis = 0;
  };

  // Beginning (subscribing_admission.cc, subscribing.cc) and ending.
  Result<Asked> admit(const Session& session, const v1::Subscribe& request) const;
  Result<void> admit_case(const broker::Principal& reader, const v1::Subscribe& request, Asked& asked) const;
  Result<void> has_room_for_one(const Session& session, const v1::Subscribe& request) const;
  Result<Beginning> beginning_of(const v1::Subscribe& request, const Subscription* known, std::uint64_t basis) const;
  Result<Beginning> beginning_at_cursor(const v1::Subscribe& request, const Subscription* known,
                                        std::uint64_t basis) const;
  Result<Cursor> place_of_token(std::string_view token) const;
  std::uint64_t new_generation(std::uint64_t after);
  void begin(Subscription& s, const Beginning& beginning);
  void position_from_time(Subscription& s, Instant from);
  void position_from_request(Subscription& s);
  Subscription& add(std::string key, const Session& session, bool durable);
  void connect(Subscription& s, PeerId peer);
  void disconnect(Subscription& s);
  void remove(Subscription& s);
  void forget(Subscription& s);
  void end(Subscription& s, const Error& error);  // refused while it stood
  // Echoes the name where it could be one.
  void refuse(PeerId peer, std::string_view name, const Error& error, Milliseconds retry_after = {});
  Subscription* by_id(std::uint64_t id) const;
  Subscription* by_key(std::string_view key) const;
  Subscription* find(PeerId peer, std::string_view name) const;

  // At the head (subscribing_events.cc).
  void offer(Subscription& s, const EventMask& mask, Audience::Here& here, const CellState& cell, std::size_t record,
             Sequence sequence, std::uint32_t index, v1::EventKind kind, v1::Rung rung, std::string_view event);
  void send(Subscription& s, std::string_view subject, StreamId stream, Sequence sequence, std::uint32_t index,
            Instant recorded_at, v1::EventKind kind, std::string_view event);
  void fall_behind(Subscription& s, std::size_t record, std::uint32_t events_done);

  // Behind the head (subscribing_reads.cc).
  void wait_for_turn(Subscription& s);
  void read_some(Subscription& s);
  void read_done(std::uint64_t id, const Result<Position>& done);
  journal::Sink examine(Subscription& s, const journal::Record& record);
  bool examine_commit(Subscription& s, const journal::Record& record);
  bool examine_partition_event(Subscription& s, const journal::Record& record);
  Cursor place_of(const Subscription& s) const;
  void look_after_progress();
  void say_progress(Subscription& s);
  void cursor_changed(Subscription& s);

  Context& context_;
  Position head_;  // durable
  History history_;
  std::uint64_t next_id_ = 1, last_generation_ = 0;
  absl::flat_hash_map<std::uint64_t, std::unique_ptr<Subscription>> by_id_;
  absl::flat_hash_map<std::string, Subscription*> by_key_;
  absl::flat_hash_map<PeerId, std::vector<Subscription*>> by_peer_;
  absl::flat_hash_map<std::string, std::size_t> names_of_;  // durable ones, by principal
  absl::flat_hash_set<Digest128> lost_;
  Audience audience_;  // of the connected
  // Lists of ids, because a subscription may end while it is on one.
  std::vector<std::uint64_t> touched_, fell_behind_;  // in this round
  std::deque<std::uint64_t> turns_;
  struct ProgressDue {
    SteadyInstant at;
    std::uint64_t id, connection;
  };
  std::deque<ProgressDue> progress_due_;
  std::vector<std::uint64_t> changed_;
  std::vector<std::string> forgotten_;
  bool cursor_begun_ = false;  // since cursors were taken last
  bool batch_landed_ = false;  // in this round
  v1::Commit commit_;
};

}  // namespace huying::delivery
