// The other half of Subscribing: which events reach whom, at the head and behind it.
#include "base/check.h"
#include "base/limits.h"
#include "broker/delivery/subscribing.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {
constexpr std::size_t read_bytes_a_round = 256 * limits::KiB;
}  // namespace

// ---- Matching --------------------------------------------------------------------------------------------------

void Subscribing::configured() { matches_stale_ = true; }

void Subscribing::rebuild_matches() {
  matches_stale_ = false;
  matches_.clear();
  if (!context_.version) return;
  const std::string& street = context_.version->directory().street();
  for (auto& s : all_) {
    if (s->peer == PeerId{}) continue;
    s->wants_configuration = false;
    s->wants_coverage = false;
    for (const auto& pattern : s->patterns) {
      s->wants_configuration |= pattern.matches(configuration_subject(street));
      for (const auto& cell : context_.cells.all()) s->wants_coverage |= pattern.matches(coverage_subject(street, cell->place.cell));
    }
    for (const auto& cell : context_.cells.all()) {
      const EventMask mask = mask_of(s->patterns, cell->place);
      if (mask.empty()) continue;
      if (cell->stream.value >= matches_.size()) matches_.resize(cell->stream.value + 1);
      matches_[cell->stream.value].push_back({s.get(), mask, v1::EVENT_KIND_UNSPECIFIED, {}});
    }
  }
}

const EventMask* Subscribing::mask_for(const Subscription& s, StreamId stream) const {
  if (stream.value >= matches_.size()) return nullptr;
  for (const auto& match : matches_[stream.value])
    if (match.subscription == &s) return &match.mask;
  return nullptr;
}

std::string Subscribing::subject_for(const CellState& cell, v1::EventKind kind, v1::Rung rung,
                                     const EventMask& mask) const {
  if (mask.wants_escalation(rung)) return escalation_subject(cell.place, rung);
  if (mask.wants_case(kind)) return case_subject(cell.place, kind);
  return {};
}

// As subject_for; the subject of a cell's last kind of event is remembered, for most events of a cell are alike.
std::string_view Subscribing::subject_of(Match& match, const CellState& cell, v1::EventKind kind, v1::Rung rung, std::string& room) {
  if (match.mask.wants_escalation(rung)) return room = escalation_subject(cell.place, rung);
  if (match.subject_kind != kind) {
    match.subject = case_subject(cell.place, kind);
    match.subject_kind = kind;
  }
  return match.subject;
}

void Subscribing::case_event(const CellState& cell, std::size_t record, Sequence sequence, std::uint32_t index,
                             v1::EventKind kind, v1::Rung rung, std::string_view event) {
  if (matches_stale_) rebuild_matches();
  if (cell.stream.value >= matches_.size()) return;
  std::string room;
  for (Match& match : matches_[cell.stream.value]) {
    Subscription& s = *match.subscription;
    if (!s.at_head || s.fell_behind_at) continue;
    if (!match.mask.wants_case(kind) && !match.mask.wants_escalation(rung)) continue;
    if (!has_credit(s)) {
      s.fell_behind_at = record;
      s.next.events_done = index;
      continue;
    }
    send(s, subject_of(match, cell, kind, rung, room), cell.stream, sequence, index, context_.now.wall, kind, event);
    if (!s.sent.empty() && s.sent.back().position == Position{} && s.sent.back().record == record) {
      s.sent.back().consumer_sequence = s.next.consumer_sequence;
      s.sent.back().events_done = index + 1;
    } else {
      s.sent.push_back({s.next.consumer_sequence, Position{}, record, index + 1});
    }
  }
}

void Subscribing::send(Subscription& s, std::string_view subject, StreamId stream, Sequence sequence, std::uint32_t index,
                       Instant recorded_at, v1::EventKind kind, std::string_view event) {
  const std::size_t bytes = event.size() + subject.size() + 48;
  --s.credit_messages;
  s.credit_bytes -= static_cast<std::int64_t>(bytes);
  auto& frame = context_.out.events(s.peer, s.id, bytes);
  if (frame.events_size() == 0) frame.set_name(s.durable ? s.name : "");
  auto& delivery = *frame.add_events();
  delivery.set_consumer_sequence(++s.next.consumer_sequence);
  delivery.mutable_subject()->assign(subject);
  delivery.set_stream(stream.value);
  delivery.set_sequence(sequence.value);
  delivery.set_index(index);
  delivery.set_recorded_at_ms(to_ms(recorded_at));
  delivery.set_kind(kind);
  delivery.mutable_event()->assign(event);
}

void Subscribing::partition_event(std::size_t record) {
  if (matches_stale_) rebuild_matches();
  for (auto& s : all_) {
    if (!s->at_head || s->fell_behind_at || !(s->wants_coverage || s->wants_configuration)) continue;
    s->fell_behind_at = record;
    s->next.events_done = 0;
  }
}

void Subscribing::landed(const journal::Appended& appended, Position head) {
  for (auto& s : all_) {
    for (auto at = s->sent.rbegin(); at != s->sent.rend() && at->position == Position{}; ++at)
      at->position = appended.places[at->record].position;
    if (!s->at_head) continue;
    if (s->fell_behind_at) {
      s->next.position = appended.places[*s->fell_behind_at].position;
      s->fell_behind_at.reset();
      s->at_head = false;
    } else {
      s->next.position = head;
      s->next.events_done = 0;
    }
  }
  head_ = head;
}

// ---- Reading behind the head -----------------------------------------------------------------------------------

void Subscribing::request_reads() {
  if (matches_stale_) rebuild_matches();
  for (auto& s : all_) {
    if (s->peer == PeerId{} || s->at_head || s->reading || !has_credit(*s)) continue;
    s->reading = true;
    broker::ReadRequest read;
    read.kind = broker::ReadRequest::Kind::from;
    read.position = s->next.position;
    const std::uint64_t id = s->id;
    std::size_t room = read_bytes_a_round;
    read.sink = [this, id, room](const journal::Record& record) mutable {
      Subscription* one = by_id(id);
      if (one == nullptr || one->peer == PeerId{}) return journal::Sink::enough;
      const auto verdict = examine(*one, record);
      if (record.payload.size() >= room) return journal::Sink::enough;
      room -= record.payload.size();
      return verdict;
    };
    read.done = [this, id](Result<Position> done) {
      Subscription* one = by_id(id);
      if (one == nullptr) return;
      one->reading = false;
      if (!done) {
        if (one->peer != PeerId{}) context_.out.refuse(one->peer, done.error(), 0, false);
        one->peer = PeerId{};
        return;
      }
      one->at_head = one->next.position >= head_ && one->peer != PeerId{};
      say_progress(*one);
    };
    context_.reads.push_back(std::move(read));
  }
}

Subscribing::Subscription* Subscribing::by_id(std::uint64_t id) {
  for (auto& s : all_)
    if (s->id == id) return s.get();
  return nullptr;
}

// Sends what matches in a record and steps over it; `enough` when credit ran out inside it.
journal::Sink Subscribing::examine(Subscription& s, const journal::Record& record) {
  if (record.position < s.next.position) return journal::Sink::more;
  if (record.position > s.next.position) s.next.events_done = 0;  // the position named no record of its own
  s.next.position = record.position;
  const std::uint64_t before = s.next.consumer_sequence;
  bool whole = true;
  if (record.kind == v1::RECORD_KIND_COMMIT) {
    whole = examine_commit(s, record);
  } else if (record.kind == v1::RECORD_KIND_COVERAGE || record.kind == v1::RECORD_KIND_CONFIGURATION_COMPLETE) {
    whole = s.next.events_done > 0 || examine_partition_event(s, record);
  }
  if (s.next.consumer_sequence != before)
    s.sent.push_back({s.next.consumer_sequence, record.position, 0, s.next.events_done});
  if (!whole) return journal::Sink::enough;
  s.next.position = record.next;
  s.next.events_done = 0;
  return has_credit(s) ? journal::Sink::more : journal::Sink::enough;
}

bool Subscribing::examine_commit(Subscription& s, const journal::Record& record) {
  const EventMask* mask = mask_for(s, record.stream);
  const CellState* cell = context_.cells.find(record.stream);
  if (mask == nullptr || cell == nullptr) return true;
  HUYING_CHECK(commit_.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
  for (auto index = s.next.events_done; index < static_cast<std::uint32_t>(commit_.events_size()); ++index) {
    const auto& event = commit_.events(static_cast<int>(index));
    if (!event.actor_only() && (mask->wants_case(event.kind()) || mask->wants_escalation(event.rung()))) {
      if (!has_credit(s)) return false;
      send(s, subject_for(*cell, event.kind(), event.rung(), *mask), record.stream, record.sequence, index,
           record.recorded_at, event.kind(), event.event());
    }
    s.next.events_done = index + 1;
  }
  return true;
}

bool Subscribing::examine_partition_event(Subscription& s, const journal::Record& record) {
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
  bool wanted = false;
  for (const auto& pattern : s.patterns) wanted |= pattern.matches(subject);
  if (!wanted) return true;
  if (!has_credit(s)) return false;
  send(s, subject, partition_stream, record.sequence, 0, record.recorded_at, v1::EVENT_KIND_UNSPECIFIED,
       record.payload);
  s.next.events_done = 1;
  return true;
}

void Subscribing::say_progress(Subscription& s) {
  if (s.peer == PeerId{} || s.next.position.value == s.progress_said) return;
  s.progress_said = s.next.position.value;
  auto& frame = context_.out.events(s.peer, s.id, 96);
  if (frame.events_size() == 0) frame.set_name(s.durable ? s.name : "");
  auto& progress = *frame.mutable_progress();
  progress.set_resume_token(token_of(s.next));
  progress.set_through_consumer_sequence(s.next.consumer_sequence);
  progress.set_at_head(s.at_head);
}

void Subscribing::tick() {
  if (context_.now.steady - progress_at_ < limits::cursor_save_interval) return;
  progress_at_ = context_.now.steady;
  for (auto& s : all_) {
    if (s->peer == PeerId{}) continue;
    if (s->sent.empty() && !s->reading && s->next.position != s->acknowledged.position) {
      s->acknowledged = s->next;  // nothing of it is unanswered: what was examined need not be examined again
      s->changed = true;
    }
    say_progress(*s);
  }
}

}  // namespace huying::delivery
