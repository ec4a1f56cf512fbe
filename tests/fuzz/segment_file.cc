#include "tests/fuzz/segment_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/crc32c.h"
#include "broker/journal/format.h"

namespace huying::fuzz {
namespace {

using journal::BatchHeader;
using journal::PartHeader;
using journal::RecordView;

constexpr std::size_t header_crc_at = 72;  // in a segment's header (docs/journal-format.md)

BatchHeader header_at(std::string_view file, std::size_t offset) {
  BatchHeader header;
  std::memcpy(&header, file.data() + offset, sizeof header);
  return header;
}

// Calls `visit` for each record as far as they fit into the batch; true when all did.
template <class Visit>
bool each_record(std::string_view batch, Visit visit) {
  const std::uint32_t records = header_at(batch, 0).records;
  std::size_t offset = sizeof(BatchHeader);
  for (std::uint32_t i = 0; i < records; ++i) {
    const auto record = journal::record_at(batch, offset);
    if (!record) return false;
    visit(*record, offset);
    offset += record->bytes();
  }
  return true;
}

void reseal_batch_at(std::string& file, std::size_t offset, std::uint64_t part_id) {
  BatchHeader header = header_at(file, offset);
  if (header.magic != journal::batch_magic) return;
  header.part_id = part_id;
  header.length = static_cast<std::uint32_t>(
      std::clamp<std::size_t>(header.length, sizeof header, std::min<std::size_t>(file.size() - offset, journal::batch_length_max)));
  std::memcpy(file.data() + offset, &header, sizeof header);
  std::string batch = file.substr(offset, header.length);
  const std::uint32_t seed = journal::crc_seed(part_id);
  if (each_record(batch, [](auto&&...) {}))
    journal::reseal_batch(batch.data(), header.length, part_id, seed);
  else
    journal::seal_batch(batch, seed);
  file.replace(offset, batch.size(), batch);
}

}  // namespace

Told told(const journal::Record& r) {
  return {r.position.value, fmt::format("{} {} {} {}.{} {} {} {} ", r.stream.value, r.sequence.value, static_cast<int>(r.kind),
                                        r.epoch.term, r.epoch.grant, r.recorded_at.time_since_epoch().count(), r.batch_number,
                                        r.item_begins) +
                                std::string(r.payload)};
}

void Truth::gather(std::string_view file) {
  const auto part = journal::decode_part_header(file);
  const std::size_t alignment = part ? part->alignment : journal::alignment_bytes_min;
  for (std::size_t at = alignment; at + sizeof(BatchHeader) <= file.size(); at += alignment) {
    const std::uint64_t id = part ? part->id : header_at(file, at).part_id;
    const auto header = journal::peek_batch(file.substr(at), id);
    if (!header || header->length > file.size() - at) continue;
    const auto batch = file.substr(at, header->length);
    if (!journal::batch_is_whole(batch, journal::crc_seed(id))) continue;
    each_record(batch, [&](const RecordView& view, std::size_t offset) {
      journal::Record record;
      if (part)
        record.position = journal::make_position(
            part->segment, static_cast<std::uint32_t>(at - part->alignment + part->base + offset));
      record.stream = StreamId{view.header.stream};
      record.sequence = Sequence{view.header.sequence};
      record.kind = static_cast<v1::RecordKind>(view.header.kind);
      record.epoch = {view.header.term, view.header.grant};
      record.recorded_at = instant(header->recorded_at_ms);
      record.batch_number = header->number;
      record.item_begins = (view.header.flags & journal::record_begins_item) != 0;
      record.payload = view.payload;
      if (part)
        placed_.insert(told(record));
      else
        unplaced_.insert(told(record).second);
    });
  }
}

void reseal(std::string& file) {
  if (file.size() < journal::alignment_bytes_min) return;
  const std::uint32_t crc = crc32c(std::string_view(file).substr(0, header_crc_at));
  std::memcpy(file.data() + header_crc_at, &crc, sizeof crc);
  const auto part = journal::decode_part_header(file);
  if (!part) return;
  for (std::size_t at = part->alignment; at + sizeof(BatchHeader) <= file.size(); at += part->alignment)
    reseal_batch_at(file, at, part->id);
}

}  // namespace huying::fuzz
