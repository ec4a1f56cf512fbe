// Subscriptions: durable, named, with `*` and `>`, credit and the gap proof (I11).
//
// A subscription reads the journal from its cursor. While it is at the head, the events of the round are matched as they
// are committed and said with the batch; when it lacks credit it falls behind and reads the journal later. A delivery
// carries consumer_sequence, contiguous from 1 in a cursor's generation; acknowledgements are cumulative and lead back to the
// position to resume from. A name belongs to one principal; a second session takes it over. Pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/delivery/subject.h"
#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::delivery {

using broker::CellState;
using broker::Context;
using broker::PeerId;
using broker::Session;

// Where a subscription is: the record to look at next, and how many of its events were sent or need not be.
struct Cursor {
  std::uint64_t generation = 1;
  std::uint64_t consumer_sequence = 0;  // of the last event before `position`/`events_done`
  Position position;
  std::uint32_t events_done = 0;
};

class Subscribing {
 public:
  explicit Subscribing(Context& context) : context_(context) {}

  void subscribe(Session& session, const v1::Subscribe& request);
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
  void configured();  // cells changed: masks are made anew
  void tick();        // progress, idle ones
  void request_reads();

  // Cursors: loaded at start, taken (changed ones) to be saved. A cursor that has just begun is saved before its Subscribed
  // is said: after a crash the client comes back to it, and a name that nobody knows would begin anew at the head (I11).
  void load(std::string_view name, std::string_view state);
  std::vector<std::pair<std::string, std::string>> take_changed_cursors();
  bool any_cursor_begun() const { return cursor_begun_; }
  void set_head(Position head) { head_ = head; }

  void status(v1::StatusReply& reply) const;

 private:
  struct Sent {
    std::uint64_t consumer_sequence = 0;
    Position position;            // of the record; 0 until it landed
    std::size_t record = 0;       // of the batch of the round, until it landed
    std::uint32_t events_done = 0;
  };
  struct Subscription {
    std::uint64_t id = 0;
    std::string name;             // as kept: principal-bound for unnamed ones
    bool durable = false;
    std::string principal;
    PeerId peer;                  // 0: not connected
    std::vector<SubjectPattern> patterns;
    Cursor acknowledged;          // resume here
    Cursor next;                  // look here next
    std::deque<Sent> sent;
    std::int64_t credit_messages = 0, credit_bytes = 0;
    bool at_head = false;
    bool reading = false;
    bool changed = false;         // cursor to be saved
    std::optional<std::size_t> fell_behind_at;  // record of the batch of the round
    std::uint64_t progress_said = 0;  // position value of the last Progress
    bool wants_coverage = false, wants_configuration = false;
  };
  struct Match {
    Subscription* subscription;
    EventMask mask;
    v1::EventKind subject_kind{};  // whose case subject stands in `subject`
    std::string subject;
  };

  Result<void> permitted(const Session& session, const v1::Subscribe& request,
                         std::vector<SubjectPattern>& patterns) const;
  void begin(Subscription& s, const v1::Subscribe& request, bool fresh);
  void position_from_time(Subscription& s, Instant from);
  Result<void> position_from_token(Subscription& s, std::string_view token);
  std::string token_of(const Cursor& cursor) const;
  void send(Subscription& s, std::string_view subject, StreamId stream, Sequence sequence, std::uint32_t index,
            Instant recorded_at, v1::EventKind kind, std::string_view event);
  bool has_credit(const Subscription& s) const { return s.credit_messages > 0 && s.credit_bytes > 0; }
  void rebuild_matches();
  const EventMask* mask_for(const Subscription& s, StreamId stream) const;
  static std::string_view subject_of(Match& match, const CellState& cell, v1::EventKind kind, v1::Rung rung, std::string& room);
  std::string subject_for(const CellState& cell, v1::EventKind kind, v1::Rung rung, const EventMask& mask) const;
  journal::Sink examine(Subscription& s, const journal::Record& record);
  bool examine_commit(Subscription& s, const journal::Record& record);
  bool examine_partition_event(Subscription& s, const journal::Record& record);
  void say_progress(Subscription& s);
  Subscription* by_id(std::uint64_t id);
  Subscription* find(PeerId peer, const std::string& name);
  void remove(Subscription& s);

  Context& context_;
  Position head_;  // durable
  std::uint64_t next_id_ = 1;
  std::vector<std::unique_ptr<Subscription>> all_;
  absl::flat_hash_map<std::string, Subscription*> by_name_;
  std::vector<std::vector<Match>> matches_;  // by stream; of subscriptions that are connected
  bool matches_stale_ = false;
  bool cursor_begun_ = false;  // since cursors were taken last
  SteadyInstant progress_at_;
  v1::Commit commit_;
};

}  // namespace huying::delivery
