// How the embedded journal is read: from a position, by a cell's sequence, by time and by key; in its segments, in their index
// files, and in what was kept of requests that were archived.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "broker/journal/embedded_journal.h"
#include "proto/errors.h"

namespace huying::journal {

Result<void> EmbeddedJournal::read(Position from, const RecordSink& sink) {
  if (auto here = must_be_here(from); !here) return here;
  return distrusted(reader_.read(from, sink));
}

bool EmbeddedJournal::is_archived(Position position) const {
  const auto part = set_.part_at_or_after(position);
  return part && set_.parts()[*part].is_archived();
}

Result<void> EmbeddedJournal::must_be_here(Position from) const {
  if (!claimed_ || !is_archived(from)) return {};
  const std::time_t here_since = reader_.archived_until_ms().value_or(0) / 1000 + 1;
  return tl::unexpected(set_.archived(*set_.part_at_or_after(from),
                                      fmt::format("what was recorded since {:%Y-%m-%dT%H:%M:%SZ} is here", fmt::gmtime(here_since))));
}

// What was kept answers without the archive; where nothing was, its record does.
Result<void> EmbeddedJournal::read_request(Position position, const RecordSink& sink) {
  if (!is_archived(position)) return read_at(position, sink);
  const auto kept = kept_.find(position);
  if (!kept || !*kept) return read_at(position, sink);
  kept_payload_ = payload_of(**kept);
  Record record;
  record.position = record.next = position;
  record.stream = (*kept)->stream;
  record.sequence = (*kept)->sequence;
  record.kind = v1::RECORD_KIND_REQUEST;
  record.payload = kept_payload_;
  (void)sink(record);
  return {};
}

std::optional<Position> EmbeddedJournal::position_of(StreamId stream, Sequence sequence) {
  if (sequence.value == 0 || sequence > last_sequence(stream)) return std::nullopt;
  const auto found = place_of(stream, sequence);
  return found ? std::optional(*found) : std::nullopt;
}

// In memory, or in an index file: no record is read, but where that file went bad.
Result<Position> EmbeddedJournal::place_of(StreamId stream, Sequence sequence) {
  const auto& known = *streams_.find(stream);
  if (sequence.value > known.in_files) return Position{known.recent[sequence.value - known.in_files - 1]};
  return indexes_.position_of(set_, stream, sequence);
}

Result<void> EmbeddedJournal::read_cell(StreamId stream, Sequence from, const RecordSink& sink) {
  Result<void> done;
  for (std::uint64_t sequence = std::max<std::uint64_t>(from.value, 1); sequence <= last_sequence(stream).value; ++sequence) {
    const auto position = place_of(stream, Sequence{sequence});
    if (!position) done = distrusted(tl::unexpected(position.error()));
    if (!done) break;
    const auto answer = reader_.read_at(*position, sink);
    if (!answer) done = distrusted(tl::unexpected(answer.error()));
    if (!answer || *answer == Sink::enough) break;
  }
  if (claimed_ && reader_.archived_until_ms()) set_.close_archived();  // its disk may be taken away
  return done;
}

Result<void> EmbeddedJournal::read_at(Position position, const RecordSink& sink) {
  const auto answer = reader_.read_at(position, sink);
  if (claimed_ && reader_.archived_until_ms()) set_.close_archived();  // its disk may be taken away
  if (!answer) return distrusted(tl::unexpected(answer.error()));
  return {};
}

Position EmbeddedJournal::at_time(Instant from) {
  const auto archived_until = reader_.archived_until_ms();
  if (claimed_ && archived_until && to_ms(from) <= *archived_until) return Position{};  // which read() answers
  const auto position = reader_.at_time(to_ms(from));
  if (!position) return Position{};  // repeats, never a hole
  return *position ? **position : head();
}

std::optional<Position> EmbeddedJournal::find(const Digest128& key) const {
  if (failure_) return std::nullopt;  // the index may hold what never became durable
  const auto found = keys_.find(key);
  if (found) return *found;
  failure_ = Error{v1::ERROR_CODE_JOURNAL_WRITE_FAILED, found.error().detail};  // so the next append ends the process
  return std::nullopt;
}

}  // namespace huying::journal
