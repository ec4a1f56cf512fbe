// A third of Subscribing: behind the head, reading on from disk in turns; and progress.
#include "base/check.h"
#include "base/limits.h"
#include "broker/delivery/subscribing.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::size_t record_cost = 64;  // beside its payload: small records take time, too
constexpr std::size_t turns_when_idle = limits::read_bytes_a_round / limits::read_bytes_a_turn;
constexpr std::size_t turns_beside_a_batch = 1;
constexpr std::size_t progress_a_round = 256;
constexpr std::uint64_t unsaved_bytes_max = 4 * limits::MiB;  // examined, nothing of it asked for: not worth a save

std::string subject_for(const CellState& cell, v1::EventKind kind, v1::Rung rung, const EventMask& mask) {
  return mask.wants_escalation(rung) ? escalation_subject(cell.place, rung) : case_subject(cell.place, kind);
}

}  // namespace

// ---- Turns -----------------------------------------------------------------------------------------------------

// Whoever is behind and has room waits in one queue, and stands at its end again after a turn: nobody starves, and the
// others of the round wait no longer for a thousand slow subscribers than for one.
void Subscribing::wait_for_turn(Subscription& s) {
  if (!s.is_connected() || s.at_head || s.queued || s.reading || !s.window.is_open()) return;
  s.queued = true;
  turns_.push_back(s.id);
}

void Subscribing::request_reads() {
  std::size_t turns = std::exchange(batch_landed_, false) ? turns_beside_a_batch : turns_when_idle;
  while (turns > 0 && !turns_.empty()) {
    Subscription* s = by_id(turns_.front());
    turns_.pop_front();
    if (s == nullptr) continue;
    s->queued = false;
    if (!s->is_connected() || s->at_head || s->reading || !s->window.is_open()) continue;
    read_some(*s);
    --turns;
  }
  look_after_progress();
}

void Subscribing::read_some(Subscription& s) {
  s.reading = true;
  broker::ReadRequest read;
  read.kind = broker::ReadRequest::Kind::from;
  read.position = s.next.position;
  read.sink = [this, id = s.id, room = limits::read_bytes_a_turn](const journal::Record& record) mutable {
    Subscription* one = by_id(id);
    if (one == nullptr || !one->is_connected()) return journal::Sink::enough;
    const auto verdict = examine(*one, record);
    const std::size_t cost = record.payload.size() + record_cost;
    if (cost >= room) return journal::Sink::enough;
    room -= cost;
    return verdict;
  };
  read.done = [this, id = s.id](const Result<Position>& done) { read_done(id, done); };
  context_.reads.push_back(std::move(read));
}

void Subscribing::read_done(std::uint64_t id, const Result<Position>& done) {
  Subscription* s = by_id(id);
  if (s == nullptr) return;
  s->reading = false;
  if (!done) return end(*s, done.error());  // ARCHIVED, or the disk: the cursor stays where it is
  if (!s->is_connected()) return;
  s->at_head = s->next.position >= head_;
  if (s->at_head || !s->window.is_open()) say_progress(*s);
  wait_for_turn(*s);
}

// Sends what matches in a record and steps over it; `enough` when there was no more room inside it.
journal::Sink Subscribing::examine(Subscription& s, const journal::Record& record) {
  if (record.position < s.next.position) return journal::Sink::more;
  if (record.position > s.next.position) s.next.events_done = 0;  // the position named no record of its own
  s.next.position = record.position;
  const std::uint64_t before = s.next.consumer_sequence;
  const std::int64_t bytes_before = s.window.bytes();
  bool whole = true;
  if (record.kind == v1::RECORD_KIND_COMMIT) {
    whole = examine_commit(s, record);
  } else if (record.kind == v1::RECORD_KIND_COVERAGE || record.kind == v1::RECORD_KIND_CONFIGURATION_COMPLETE) {
    whole = s.next.events_done > 0 || examine_partition_event(s, record);
  }
  if (s.next.consumer_sequence != before)
    s.sent.push_back({s.next.consumer_sequence, record.position, 0, s.next.events_done,
                      static_cast<std::uint64_t>(bytes_before - s.window.bytes())});
  if (!whole) return journal::Sink::enough;
  s.next.position = record.next;
  s.next.events_done = 0;
  return s.window.is_open() ? journal::Sink::more : journal::Sink::enough;
}

bool Subscribing::examine_commit(Subscription& s, const journal::Record& record) {
  const CellState* cell = context_.cells.find(record.stream);
  if (cell == nullptr) return true;
  const EventMask mask = Audience::mask_in(s, *cell);
  if (mask.empty()) return true;
  if (!s.case_number.empty() && record.payload.find(s.case_number) == std::string_view::npos) return true;
  HUYING_CHECK(commit_.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
  for (auto index = s.next.events_done; index < static_cast<std::uint32_t>(commit_.events_size()); ++index) {
    const auto& event = commit_.events(static_cast<int>(index));
    if (!event.actor_only() && is_about(s, event.event()) && (mask.wants_case(event.kind()) || mask.wants_escalation(event.rung()))) {
      if (!s.window.is_open()) return false;
      send(s, subject_for(*cell, event.kind(), event.rung(), mask), record.stream, record.sequence, index,
           record.recorded_at, event.kind(), event.event());
    }
    s.next.events_done = index + 1;
  }
  return true;
}

bool Subscribing::examine_partition_event(Subscription& s, const journal::Record& record) {
  if (!s.interest.wants_partition_events()) return true;
  std::string subject;
  if (record.kind == v1::RECORD_KIND_COVERAGE) {
    v1::Coverage coverage;
    HUYING_CHECK(coverage.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
    const CellState* cell = context_.cells.find(StreamId(coverage.stream()));
    if (cell == nullptr) return true;
    subject = coverage_subject(cell->place.street, cell->place.cell);
  } else {
    subject = configuration_subject(context_.version->directory().street());
  }
  if (!s.interest.matches(subject)) return true;
  if (!s.window.is_open()) return false;
  send(s, subject, partition_stream, record.sequence, 0, record.recorded_at, v1::EVENT_KIND_UNSPECIFIED,
       record.payload);
  s.next.events_done = 1;
  return true;
}

// ---- Progress --------------------------------------------------------------------------------------------------

Cursor Subscribing::place_of(const Subscription& s) const {
  Cursor place = s.next;
  if (!s.at_head) return place;
  place.position = head_;
  place.events_done = 0;
  return place;
}

// Each connected one has one entry, a second after its last: some are due in a round, never all.
void Subscribing::look_after_progress() {
  const auto again_at = context_.now.steady + limits::cursor_save_interval;
  for (std::size_t n = 0; n < progress_a_round && !progress_due_.empty() && progress_due_.front().at <= context_.now.steady; ++n) {
    const auto due = progress_due_.front();
    progress_due_.pop_front();
    Subscription* s = by_id(due.id);
    if (s == nullptr || !s->is_connected() || s->connection != due.connection) continue;
    progress_due_.push_back({again_at, s->id, s->connection});
    const Cursor place = place_of(*s);
    if (s->sent.empty() && !s->reading && place != s->acknowledged) {
      s->acknowledged = place;  // nothing of it is unanswered: what was examined need not be examined again
      if (place.consumer_sequence != s->saved.consumer_sequence || place.position.value - s->saved.position.value > unsaved_bytes_max)
        cursor_changed(*s);
    }
    // What is not acknowledged may not have come: who missed the last of it learns so, though their credit is used up.
    if (!s->sent.empty()) s->progress_said = 0;
    say_progress(*s);
  }
}

void Subscribing::say_progress(Subscription& s) {
  const Cursor place = place_of(s);
  if (!s.is_connected() || place.position.value == s.progress_said) return;
  s.progress_said = place.position.value;
  auto& frame = context_.out.events(s.peer, s.id, 128);
  if (frame.events_size() == 0) frame.set_name(s.wire_name());
  auto& progress = *frame.mutable_progress();
  progress.set_resume_token(delivery::encode(context_, Token{place, history_.mark()}));
  progress.set_through_consumer_sequence(place.consumer_sequence);
  progress.set_at_head(s.at_head);
}

}  // namespace huying::delivery
