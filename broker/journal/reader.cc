#include "broker/journal/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "broker/journal/scan.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::size_t record_guess_bytes = 2048;  // most records, in one read

Record to_record(const RecordView& view, const BatchHeader& batch) {
  const RecordHeader& h = view.header;
  Record record;
  record.stream = StreamId{h.stream};
  record.sequence = Sequence{h.sequence};
  record.kind = static_cast<v1::RecordKind>(h.kind);
  record.epoch = {h.term, h.grant};
  record.recorded_at = instant(batch.recorded_at_ms);
  record.batch_number = batch.number;
  record.item_begins = (h.flags & record_begins_item) != 0;
  record.payload = view.payload;
  return record;
}

}  // namespace

void Reader::on_batch(std::size_t part, std::uint64_t offset, const BatchHeader& header) {
  if (batches_++ % batches_a_landmark == 0) landmarks_.push_back({set_.position(part, offset), header.recorded_at_ms});
  if (set_.parts()[part].is_archived())
    archived_until_ms_ = header.recorded_at_ms;
  else if (!first_here_)
    first_here_ = set_.position(part, offset);
  last_place_ = {part, offset};
  last_bytes_ = {};
  if (header.records != 0) head_ = set_.position(part, behind(set_.parts()[part], offset, header.length) + sizeof header);
}

void Reader::restore(const SegmentIndex& index) {
  for (const auto& [batch, recorded_at_ms] : index.landmarks) landmarks_.push_back({Position{batch}, recorded_at_ms});
  for (std::size_t i = 0; i < set_.parts().size(); ++i) {
    const Part& part = set_.parts()[i];
    if (part.header.segment != index.segment || part.end == part.header.base) continue;
    if (part.is_archived())
      archived_until_ms_ = index.last_recorded_at_ms;  // of the segment, though a later part of it may be here
    else if (!first_here_)
      first_here_ = set_.position(i, part.header.base);
  }
  if (index.last_batch_at != 0) last_place_ = place_of(Position{index.last_batch_at});
  if (index.head != 0) head_ = Position{index.head};
}

std::vector<SegmentIndex::Landmark> Reader::landmarks_of(std::uint32_t segment) const {
  std::vector<SegmentIndex::Landmark> found;
  const auto first = std::partition_point(landmarks_.begin(), landmarks_.end(),
                                          [&](const Landmark& one) { return segment_of(one.batch) < segment; });
  for (auto at = first; at != landmarks_.end() && segment_of(at->batch) == segment; ++at)
    found.push_back({at->batch.value, at->recorded_at_ms});
  return found;
}

tl::unexpected<Error> Reader::changed(Place place, const char* what) const {
  return fail(v1::ERROR_CODE_JOURNAL_DAMAGED,
              fmt::format("{}: offset {}: {} changed since it was written", set_.parts()[place.part].path, place.offset, what));
}

Reader::Place Reader::place_of(Position batch) const {
  const auto part = set_.part_at_or_after(batch);
  HUYING_CHECK(part.has_value(), "a landmark is live");
  return {*part, offset_of(batch)};
}

bool Reader::at_end(Place& place) const {
  const auto& parts = set_.parts();
  while (place.part < parts.size() && place.offset >= parts[place.part].end) {
    if (++place.part < parts.size()) place.offset = parts[place.part].header.base;
  }
  if (place.part >= parts.size()) return true;
  if (!gaps_.empty()) {
    const auto gap = gaps_.find(set_.position(place.part, place.offset));
    if (gap != gaps_.end()) place.offset = gap->second;
  }
  return false;
}

Reader::Place Reader::after(Place place, const BatchHeader& header) const {
  return {place.part, behind(set_.parts()[place.part], place.offset, header.length)};
}

Result<BatchHeader> Reader::header_at(Place place) {
  std::string_view bytes;
  if (!last_bytes_.empty() && place.part == last_place_.part && place.offset == last_place_.offset) {
    bytes = last_bytes_;
  } else {
    if (auto got = set_.read_into(place.part, place.offset, sizeof(BatchHeader), header_bytes_); !got) {
      return tl::unexpected(got.error());
    }
    bytes = header_bytes_;
  }
  const auto header = peek_batch(bytes, set_.parts()[place.part].header.id);
  if (!header) return changed(place, "a batch header");
  return *header;
}

Result<std::string_view> Reader::batch_at(Place place, const BatchHeader& header) {
  if (!last_bytes_.empty() && place.part == last_place_.part && place.offset == last_place_.offset) {
    return last_bytes_.substr(0, header.length);
  }
  const auto batch = set_.batch(place.part, place.offset, set_.parts()[place.part].end);
  if (!batch) return tl::unexpected(batch.error());
  if (!*batch) return changed(place, "a batch");
  return **batch;
}

// The position at which a segment ends is where its last reader stands: it goes on in the next. What lies further,
// though numbers were left out behind it, was given by a history that is lost.
Result<void> Reader::check_history(Position from) const {
  if (from > head_)
    return fail(v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL,
                fmt::format("position {}, the journal ends at {}", from.value, head_.value));
  const auto next = std::partition_point(set_.parts().begin(), set_.parts().end(), [&](const Part& part) {
    return make_position(part.header.segment, part.header.base) <= from;
  });
  if (next == set_.parts().begin() || next == set_.parts().end() || next->header.skipped == 0) return {};
  const Part& before = *std::prev(next);
  const Position end =
      make_position(before.header.segment, static_cast<std::uint32_t>(before.end + sizeof(BatchHeader)));
  if (from <= end) return {};
  return fail(v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL,
              fmt::format("position {}, of a history of which the journal has what ends at {}", from.value, end.value));
}

Result<void> Reader::read(Position from, const RecordSink& sink) {
  if (auto known = check_history(from); !known) return known;
  if (landmarks_.empty() || from >= head_) return {};
  auto landmark = std::upper_bound(landmarks_.begin(), landmarks_.end(), from,
                                   [](Position p, const Landmark& l) { return p < l.batch; });
  if (landmark != landmarks_.begin()) --landmark;
  Place place = from >= set_.position(last_place_.part, last_place_.offset) ? last_place_ : place_of(landmark->batch);
  const auto part = set_.part_at_or_after(from);
  const bool is_here = part && !set_.parts()[*part].is_archived();
  if (is_here && first_here_ && set_.position(place.part, place.offset) < *first_here_)
    place = place_of(*first_here_);  // no need to look into the archive
  while (!at_end(place)) {
    const auto header = header_at(place);
    if (!header) return tl::unexpected(header.error());
    const Place next = after(place, *header);
    if (header->records != 0 && set_.position(next.part, next.offset) > from) {
      const auto answer = deliver(place, *header, from, sink);
      if (!answer) return tl::unexpected(answer.error());
      if (*answer == Sink::enough) return {};
    }
    place = next;
  }
  return {};
}

Result<Sink> Reader::deliver(Place place, const BatchHeader& header, Position from, const RecordSink& sink) {
  const auto batch = batch_at(place, header);
  if (!batch) return tl::unexpected(batch.error());
  const std::uint64_t next_batch = after(place, header).offset + sizeof header;
  Sink answer = Sink::more;
  const bool whole = visit_records(*batch, header.records, [&](const RecordView& view, std::size_t offset) {
    if (answer == Sink::enough) return;
    Record record = to_record(view, header);
    record.position = set_.position(place.part, place.offset + offset);
    if (record.position < from) return;
    const std::size_t end = offset + view.bytes();
    record.next = set_.position(place.part, end == header.length ? next_batch : place.offset + end);
    answer = sink(record);
  });
  if (!whole) return changed(place, "a batch");
  return answer;
}

Result<Sink> Reader::read_at(Position position, const RecordSink& sink) {
  const auto nothing = [&] {
    return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, fmt::format("no record begins at position {}", position.value));
  };
  const auto part = set_.part_at_or_after(position);
  if (!part || segment_of(position) != set_.parts()[*part].header.segment) return nothing();
  const Part& live = set_.parts()[*part];
  const std::uint64_t offset = offset_of(position);
  if (offset < live.header.base) return nothing();
  std::size_t bytes = std::min<std::uint64_t>(record_guess_bytes, live.end - offset);
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (auto got = set_.read_into(*part, offset, bytes, record_bytes_); !got) return tl::unexpected(got.error());
    if (record_bytes_.size() < sizeof(RecordHeader)) return nothing();
    RecordHeader h;
    std::memcpy(&h, record_bytes_.data(), sizeof h);
    bytes = record_bytes(h);
    if (bytes > live.end - offset) return nothing();
    if (bytes <= record_bytes_.size()) break;
  }
  const auto whole = std::string_view(record_bytes_).substr(0, bytes);
  const auto view = record_at(whole, 0);
  if (!view || !record_is_whole(whole, live.seed)) return nothing();
  if (view->header.batch_distance > offset - live.header.base) return nothing();
  const Place batch{*part, offset - view->header.batch_distance};
  const auto header = header_at(batch);
  if (!header) return tl::unexpected(header.error());
  Record record = to_record(*view, *header);
  record.position = position;
  const std::uint64_t end = offset + bytes;
  record.next = set_.position(*part, end == batch.offset + header->length ? after(batch, *header).offset + sizeof *header : end);
  return sink(record);
}

Result<std::optional<Position>> Reader::at_time(std::int64_t from_ms) {
  if (landmarks_.empty()) return std::optional<Position>{};
  auto landmark = std::partition_point(landmarks_.begin(), landmarks_.end(),
                                       [&](const Landmark& l) { return l.recorded_at_ms < from_ms; });
  if (landmark != landmarks_.begin()) --landmark;
  Place place = place_of(landmark->batch);
  if (archived_until_ms_ && from_ms > *archived_until_ms_ && first_here_ && landmark->batch < *first_here_)
    place = place_of(*first_here_);  // no need to look into the archive
  while (!at_end(place)) {
    const auto header = header_at(place);
    if (!header) return tl::unexpected(header.error());
    if (header->records != 0 && header->recorded_at_ms >= from_ms) {
      return std::optional<Position>{set_.position(place.part, place.offset + sizeof *header)};
    }
    place = after(place, *header);
  }
  return std::optional<Position>{};
}

}  // namespace huying::journal
