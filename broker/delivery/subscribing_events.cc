// A third of Subscribing: at the head, which events of the round reach whom.
#include "base/limits.h"
#include "broker/delivery/subscribing.h"
#include "proto/event_cost.h"
#include "proto/wire_scan.h"

namespace huying::delivery {
namespace {

// The subject of a cell's last kind of event is remembered, for most events of a cell are alike.
std::string_view subject_of(Audience::Here& here, const EventMask& mask, const CellState& cell, v1::EventKind kind,
                            v1::Rung rung, std::string& room) {
  if (mask.wants_escalation(rung)) return room = escalation_subject(cell.place, rung);
  if (here.subject_kind != kind) {
    here.subject = case_subject(cell.place, kind);
    here.subject_kind = kind;
  }
  return here.subject;
}

}  // namespace

bool is_about(const Subscription& s, std::string_view event) {
  if (s.case_number.empty()) return true;
  WireScan scan(event);  // the number is the first field that our hosts write
  if (scan.tag() == bytes_tag(v1::CaseEvent::kCaseNumberFieldNumber)) return scan.bytes() == s.case_number;
  v1::CaseEvent parsed;
  return parsed.ParseFromArray(event.data(), static_cast<int>(event.size())) && parsed.case_number() == s.case_number;
}

void Subscribing::case_event(const CellState& cell, std::size_t record, Sequence sequence, std::uint32_t index,
                             v1::EventKind kind, v1::Rung rung, std::string_view event) {
  if (audience_.is_empty()) return;
  Audience::Here& here = audience_.of(cell);
  for (Subscription* s : audience_.everywhere())
    offer(*s, Audience::mask_in(*s, cell), here, cell, record, sequence, index, kind, rung, event);
  for (const auto& match : here.matches)
    offer(*match.subscription, match.mask, here, cell, record, sequence, index, kind, rung, event);
}

void Subscribing::offer(Subscription& s, const EventMask& mask, Audience::Here& here, const CellState& cell, std::size_t record,
                        Sequence sequence, std::uint32_t index, v1::EventKind kind, v1::Rung rung, std::string_view event) {
  if (!s.at_head || s.fell_behind_at) return;
  if (!mask.wants_case(kind) && !mask.wants_escalation(rung)) return;
  if (!is_about(s, event)) return;
  if (!s.window.is_open() || context_.said_bytes > limits::round_said_bytes_max) return fall_behind(s, record, index);
  std::string room;
  const auto subject = subject_of(here, mask, cell, kind, rung, room);
  send(s, subject, cell.stream, sequence, index, context_.now.wall, kind, event);
  if (s.sent.empty() || s.sent.back().position != Position{} || s.sent.back().record != record)
    s.sent.push_back({0, Position{}, static_cast<std::uint32_t>(record), 0, 0});
  SentEvents& sent = s.sent.back();
  sent.consumer_sequence = s.next.consumer_sequence;
  sent.events_done = index + 1;
  sent.bytes += event_cost(subject, event);
  if (s.touched) return;
  s.touched = true;
  touched_.push_back(s.id);
}

void Subscribing::send(Subscription& s, std::string_view subject, StreamId stream, Sequence sequence, std::uint32_t index,
                       Instant recorded_at, v1::EventKind kind, std::string_view event) {
  const std::uint64_t bytes = event_cost(subject, event);
  s.window.sent(bytes);
  context_.said_bytes += bytes;
  auto& frame = context_.out.events(s.peer, s.id, bytes);
  if (frame.events_size() == 0) frame.set_name(s.wire_name());
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
  for (Subscription* s : audience_.of_partition_events())
    if (s->at_head && !s->fell_behind_at) fall_behind(*s, record, 0);
}

void Subscribing::fall_behind(Subscription& s, std::size_t record, std::uint32_t events_done) {
  s.fell_behind_at = record;
  s.next.events_done = events_done;
  fell_behind_.push_back(s.id);
}

void Subscribing::landed(const journal::Appended& appended, Position head) {
  for (const auto id : touched_) {
    Subscription* s = by_id(id);
    if (s == nullptr) continue;
    s->touched = false;
    for (auto at = s->sent.rbegin(); at != s->sent.rend() && at->position == Position{}; ++at)
      at->position = appended.places[at->record].position;
  }
  touched_.clear();
  for (const auto id : fell_behind_) {
    Subscription* s = by_id(id);
    if (s == nullptr || !s->fell_behind_at) continue;
    s->next.position = appended.places[*s->fell_behind_at].position;
    s->fell_behind_at.reset();
    s->at_head = false;
    wait_for_turn(*s);
  }
  fell_behind_.clear();
  head_ = head;
  batch_landed_ = true;
}

}  // namespace huying::delivery
