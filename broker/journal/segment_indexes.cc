#include "broker/journal/segment_indexes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "broker/journal/key_file.h"
#include "broker/journal/scan.h"
#include "proto/errors.h"

namespace huying::journal {

std::vector<std::uint32_t> sealed_segments(const SegmentSet& set) {
  std::vector<std::uint32_t> segments;
  for (const Part& part : set.parts()) {
    if (segments.empty() || segments.back() != part.header.segment) segments.push_back(part.header.segment);
  }
  if (!segments.empty()) segments.pop_back();
  return segments;
}

// ---- Loading ---------------------------------------------------------------------------------------------------

Result<void> SegmentIndexes::load(SegmentSet& set, std::uint64_t folder_id, std::uint32_t through, Reader& reader,
                                  StreamIndex& streams) {
  folder_id_ = folder_id;
  for (const std::uint32_t segment : sealed_segments(set)) {
    if (segment > through) break;
    std::uint64_t head_bytes = 0;
    const auto index = read_head(set, segment, head_bytes);
    if (!index || !continues(*index, streams)) break;  // it is made anew, and so are those behind it
    std::size_t part = 0;
    while (set.parts()[part].header.segment != segment) ++part;
    for (const std::uint64_t end : index->part_ends) set.parts()[part++].end = end;
    reader.restore(*index);
    for (const auto& [id, first, records, last_offset] : index->streams) {
      auto& stream = streams.of(id);
      stream.in_files = first + records - 1;
      stream.last_in_files = make_position(segment, last_offset).value;
    }
    take(*index, head_bytes);
  }
  return {};
}

std::optional<SegmentIndex> SegmentIndexes::read_head(const SegmentSet& set, std::uint32_t segment,
                                                      std::uint64_t& head_bytes) {
  const auto described = describe_segments(set, folder_id_, segment, segment);
  const std::string path = path_of(segment);
  if (!described || !disk_.exists(path)) return std::nullopt;
  auto file = disk_.open(path, Access::read);
  if (!file) return std::nullopt;
  const auto size = (*file)->size();
  constexpr std::uint64_t size_bytes_at = 12;  // behind magic and version: the length of the head
  char raw[16] = {};
  if (!size || !(*file)->read(0, raw, sizeof raw)) return std::nullopt;
  std::uint32_t body_bytes = 0;
  std::memcpy(&body_bytes, raw + size_bytes_at, sizeof body_bytes);
  std::string bytes(std::min<std::uint64_t>(*size, std::uint64_t{body_bytes} + 20), '\0');
  const auto got = (*file)->read(0, bytes.data(), bytes.size());
  if (!got) return std::nullopt;
  bytes.resize(*got);
  auto index = decode_segment_index(bytes, &head_bytes);
  if (!index || index->folder_id != folder_id_ || index->segment != segment || index->parts != described->parts ||
      index->last_batch != described->last_batch)
    return std::nullopt;
  const auto parts = std::count_if(set.parts().begin(), set.parts().end(),
                                   [&](const Part& part) { return part.header.segment == segment; });
  if (index->part_ends.size() != static_cast<std::size_t>(parts)) return std::nullopt;
  return std::move(*index);
}

bool SegmentIndexes::continues(const SegmentIndex& index, const StreamIndex& streams) const {
  return std::all_of(index.streams.begin(), index.streams.end(), [&](const SegmentIndex::Stream& stream) {
    return stream.records != 0 && stream.first_sequence == streams.last(stream.stream).value + 1;
  });
}

void SegmentIndexes::take(const SegmentIndex& index, std::uint64_t head_bytes) {
  std::uint32_t first_index = 0;
  for (const auto& stream : index.streams) {
    pieces_[stream.stream].push_back({stream.first_sequence, index.segment, first_index});
    first_index += stream.records;
  }
  head_bytes_[index.segment] = head_bytes;
  base_.last_recorded_at_ms = index.last_recorded_at_ms;
  base_.last_term = index.last_term;
  facts_.erase(facts_.begin(), facts_.upper_bound(index.segment));
  covered_through_ = index.segment;
}

// ---- Making ----------------------------------------------------------------------------------------------------

void SegmentIndexes::on_batch(Position batch, std::int64_t recorded_at_ms, std::optional<Position> head,
                              std::uint32_t last_term) {
  Facts& facts = facts_[segment_of(batch)];
  facts.last_batch_at = batch.value;
  facts.last_recorded_at_ms = recorded_at_ms;
  facts.last_term = last_term;
  if (head) facts.head = head->value;
}

SegmentIndex SegmentIndexes::describe(const SegmentSet& set, std::uint32_t segment, const Reader& reader) const {
  const auto described = describe_segments(set, folder_id_, segment, segment);
  HUYING_CHECK(described.has_value(), "sealed segments can be described");
  SegmentIndex index;
  index.folder_id = folder_id_;
  index.segment = segment;
  index.parts = described->parts;
  index.last_batch = described->last_batch;
  Facts facts = base_;
  facts.last_batch_at = facts.head = 0;  // a segment that no batch fitted into
  if (const auto known = facts_.find(segment); known != facts_.end()) facts = known->second;
  index.last_batch_at = facts.last_batch_at;
  index.head = facts.head;
  index.last_recorded_at_ms = facts.last_recorded_at_ms;
  index.last_term = facts.last_term;
  for (const Part& part : set.parts())
    if (part.header.segment == segment) index.part_ends.push_back(part.end);
  index.landmarks = reader.landmarks_of(segment);
  return index;
}

Result<bool> SegmentIndexes::write_next(const SegmentSet& set, std::uint64_t room_bytes, const Reader& reader,
                                        StreamIndex& streams) {
  const auto sealed = sealed_segments(set);
  const auto next = std::upper_bound(sealed.begin(), sealed.end(), covered_through_);
  if (next == sealed.end()) return false;
  SegmentIndex index = describe(set, *next, reader);
  std::vector<std::uint32_t> offsets;
  for (const StreamId id : streams.streams()) {
    const auto& stream = *streams.find(id);
    const std::size_t count = StreamIndex::count_through(stream, *next);
    if (count == 0) continue;
    for (std::size_t i = 0; i < count; ++i) offsets.push_back(offset_of(Position{stream.recent[i]}));
    index.streams.push_back({id, stream.in_files + 1, static_cast<std::uint32_t>(count), offsets.back()});
  }
  std::string bytes = encode(index);
  const std::uint64_t head_bytes = bytes.size();
  bytes += encode_position_blocks(offsets);
  if (bytes.size() > room_bytes) return false;
  auto written = replace_file(disk_, folder_, segment_index_name(*next), bytes, Durability::bytes);
  if (!written) return tl::unexpected(written.error());
  take(index, head_bytes);
  streams.forget_through(*next);
  return true;
}

// ---- Looking up ------------------------------------------------------------------------------------------------

Result<Position> SegmentIndexes::position_of(SegmentSet& set, StreamId stream, Sequence sequence) {
  const auto& pieces = pieces_[stream];
  auto piece = std::upper_bound(pieces.begin(), pieces.end(), sequence.value,
                                [](std::uint64_t value, const Piece& one) { return value < one.first_sequence; });
  HUYING_CHECK(piece != pieces.begin(), "stream {} has {} in a file", stream.value, sequence.value);
  --piece;
  const std::uint64_t at = piece->first_index + (sequence.value - piece->first_sequence);
  if (!reread_.contains(piece->segment)) {
    const auto block = block_of(piece->segment, at / positions_a_block);
    if (block) return make_position(piece->segment, (**block)[at % positions_a_block]);
    if (auto read = reread(set, piece->segment); !read) return tl::unexpected(read.error());
  }
  return make_position(piece->segment, reread_[piece->segment].at(at));
}

Result<void> SegmentIndexes::reread(SegmentSet& set, std::uint32_t segment) {
  std::map<StreamId, std::vector<std::uint32_t>> by_stream;
  const BatchSink sink = [&](const BatchView& batch) -> Result<void> {
    visit_records(batch.bytes, batch.header.records, [&](const RecordView& record, std::size_t offset) {
      by_stream[StreamId{record.header.stream}].push_back(static_cast<std::uint32_t>(batch.offset + offset));
    });
    return {};
  };
  for (std::size_t part = 0; part + 1 < set.parts().size(); ++part) {
    const PartHeader header = set.parts()[part].header;
    if (header.segment != segment) continue;
    const auto end = scan_batches(set, part, header.base, header.first_batch, set.parts()[part + 1].header.first_batch, sink);
    if (!end) return tl::unexpected(end.error());
    if (!end->at_stop)
      return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{}: offset {}", set.parts()[part].path, end->offset));
  }
  auto& offsets = reread_[segment];
  for (const auto& [stream, of_stream] : by_stream) offsets.insert(offsets.end(), of_stream.begin(), of_stream.end());
  (void)disk_.remove(path_of(segment));
  return {};
}

Result<const std::vector<std::uint32_t>*> SegmentIndexes::block_of(std::uint32_t segment, std::uint64_t number) {
  if (block_.segment == segment && block_.number == number && !block_.offsets.empty()) return &block_.offsets;
  block_.offsets.clear();
  auto file = disk_.open(path_of(segment), Access::read);
  if (!file) return tl::unexpected(file.error());
  std::string bytes(index_block_bytes, '\0');
  const auto got = (*file)->read(head_bytes_[segment] + number * index_block_bytes, bytes.data(), bytes.size());
  if (!got) return tl::unexpected(got.error());
  bytes.resize(*got);
  auto offsets = decode_position_block(number, bytes);
  if (!offsets) return fail(offsets.error().code, fmt::format("{}: {}", path_of(segment), offsets.error().detail));
  block_ = {segment, number, std::move(*offsets)};
  return &block_.offsets;
}

void SegmentIndexes::remove_all() {
  for (const auto& [segment, bytes] : head_bytes_) (void)disk_.remove(path_of(segment));
}

}  // namespace huying::journal
