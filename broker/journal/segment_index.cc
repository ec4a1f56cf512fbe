#include "broker/journal/segment_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view magic = "HYINDEX1";
constexpr std::uint32_t version = 1;
constexpr std::string_view suffix = ".index";

tl::unexpected<Error> damaged(std::string_view what) { return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, std::string(what)); }

// A block that lies elsewhere than it was written is as bad as one with other bytes.
std::uint32_t block_crc(std::uint64_t number, std::string_view behind_crc) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof raw);
  return crc32c(behind_crc, crc32c(std::string_view(raw, sizeof raw)));
}

template <class Items, class Read>
bool read_items(Decoder& in, std::size_t bytes_each, Items& items, Read read) {
  const auto count = in.number<std::uint32_t>();
  if (!in.ok() || count > in.left() / bytes_each) return false;
  items.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) items.push_back(read());
  return in.ok();
}

}  // namespace

std::string segment_index_name(std::uint32_t segment) { return fmt::format("{:08x}{}", segment, suffix); }

std::optional<std::uint32_t> parse_segment_index_name(std::string_view name) {
  std::uint32_t segment = 0;
  if (name.size() != 8 + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  const auto read = std::from_chars(name.data(), name.data() + 8, segment, 16);
  if (read.ec != std::errc() || read.ptr != name.data() + 8) return std::nullopt;
  return segment;
}

std::string encode(const SegmentIndex& index) {
  std::string body;
  Encoder out(body);
  out.number(index.folder_id);
  out.number(index.segment);
  out.number(index.parts.high);
  out.number(index.parts.low);
  out.number(index.last_batch);
  out.number(index.last_batch_at);
  out.number(index.head);
  out.number(index.last_recorded_at_ms);
  out.number(index.last_term);
  out.number(static_cast<std::uint32_t>(index.part_ends.size()));
  for (const auto end : index.part_ends) out.number(end);
  out.number(static_cast<std::uint32_t>(index.landmarks.size()));
  for (const auto& landmark : index.landmarks) {
    out.number(landmark.batch);
    out.number(landmark.recorded_at_ms);
  }
  out.number(static_cast<std::uint32_t>(index.streams.size()));
  for (const auto& stream : index.streams) {
    out.number(stream.stream.value);
    out.number(stream.first_sequence);
    out.number(stream.records);
    out.number(stream.last_offset);
  }
  std::string bytes(magic);
  Encoder around(bytes);
  around.number(version);
  around.bytes(body);
  around.number(crc32c(bytes));
  bytes.resize((bytes.size() + index_block_bytes - 1) / index_block_bytes * index_block_bytes, '\0');
  return bytes;
}

Result<SegmentIndex> decode_segment_index(std::string_view bytes, std::uint64_t* head_bytes) {
  Decoder around(bytes);
  if (!bytes.starts_with(magic)) return damaged("no index of a segment");
  around = Decoder(bytes.substr(magic.size()));
  if (around.number<std::uint32_t>() != version) return fail(v1::ERROR_CODE_JOURNAL_VERSION, "index of a segment");
  const auto body = around.bytes();
  const std::size_t covered = magic.size() + 2 * sizeof(std::uint32_t) + body.size();
  if (around.number<std::uint32_t>() != crc32c(bytes.substr(0, covered)) || !around.ok())
    return damaged("the head of the index");
  if (head_bytes != nullptr)
    *head_bytes = (covered + 4 + index_block_bytes - 1) / index_block_bytes * index_block_bytes;
  SegmentIndex index;
  Decoder in(body);
  index.folder_id = in.number<std::uint64_t>();
  index.segment = in.number<std::uint32_t>();
  index.parts.high = in.number<std::uint64_t>();
  index.parts.low = in.number<std::uint64_t>();
  index.last_batch = in.number<std::uint64_t>();
  index.last_batch_at = in.number<std::uint64_t>();
  index.head = in.number<std::uint64_t>();
  index.last_recorded_at_ms = in.number<std::int64_t>();
  index.last_term = in.number<std::uint32_t>();
  const bool whole = read_items(in, 8, index.part_ends, [&] { return in.number<std::uint64_t>(); }) &&
                     read_items(in, 16, index.landmarks,
                                [&] {
                                  SegmentIndex::Landmark landmark;
                                  landmark.batch = in.number<std::uint64_t>();
                                  landmark.recorded_at_ms = in.number<std::int64_t>();
                                  return landmark;
                                }) &&
                     read_items(in, 20, index.streams, [&] {
                       SegmentIndex::Stream stream;
                       stream.stream = StreamId{in.number<std::uint32_t>()};
                       stream.first_sequence = in.number<std::uint64_t>();
                       stream.records = in.number<std::uint32_t>();
                       stream.last_offset = in.number<std::uint32_t>();
                       return stream;
                     });
  if (!whole || !in.at_end()) return damaged("the head of the index");
  return index;
}

std::string encode_position_blocks(const std::vector<std::uint32_t>& offsets) {
  std::string out;
  for (std::size_t begin = 0, number = 0; begin < offsets.size(); begin += positions_a_block, ++number) {
    std::string block(sizeof(std::uint32_t), '\0');
    Encoder encoder(block);
    for (std::size_t i = begin; i < std::min(offsets.size(), begin + positions_a_block); ++i) encoder.number(offsets[i]);
    block.resize(index_block_bytes, '\0');
    const std::uint32_t crc = block_crc(number, std::string_view(block).substr(sizeof(std::uint32_t)));
    std::memcpy(block.data(), &crc, sizeof crc);
    out += block;
  }
  return out;
}

Result<std::vector<std::uint32_t>> decode_position_block(std::uint64_t number, std::string_view block) {
  Decoder in(block);
  const auto crc = in.number<std::uint32_t>();
  if (block.size() != index_block_bytes || crc != block_crc(number, block.substr(sizeof crc)))
    return damaged(fmt::format("block {} is bad", number));
  std::vector<std::uint32_t> offsets(positions_a_block);
  for (auto& offset : offsets) offset = in.number<std::uint32_t>();
  return offsets;
}

}  // namespace huying::journal
