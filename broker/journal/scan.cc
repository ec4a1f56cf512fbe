#include "broker/journal/scan.h"

#include <algorithm>
#include <cstring>

namespace huying::journal {
namespace {

bool is_blank(std::string_view bytes) {
  return bytes.empty() || (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

BatchHeader header_of(std::string_view batch) {
  BatchHeader header;
  std::memcpy(&header, batch.data(), sizeof header);
  return header;
}

}  // namespace

Result<ScanEnd> scan_batches(SegmentSet& set, std::size_t part, std::uint64_t offset, std::uint64_t number,
                             std::uint64_t stop_before, const BatchSink& sink) {
  const auto limit = set.file_end(part);
  if (!limit) return tl::unexpected(limit.error());
  ScanEnd end{.offset = offset, .next_number = number};
  for (;; ++end.next_number) {
    if (end.next_number == stop_before) {
      end.at_stop = true;
      return end;
    }
    const auto batch = set.batch(part, end.offset, *limit);
    if (!batch) return tl::unexpected(batch.error());
    if (!*batch) return end;
    const BatchHeader h = header_of(**batch);
    if (h.number != end.next_number || !visit_records(**batch, h.records, [](auto&&...) {})) return end;
    if (auto taken = sink({h, part, end.offset, **batch}); !taken) return tl::unexpected(taken.error());
    end.offset = behind(set.parts()[part], end.offset, h.length);
  }
}

Result<Tail> inspect_tail(SegmentSet& set, std::size_t part, std::uint64_t offset, std::uint64_t expected) {
  const auto limit = set.file_end(part);
  if (!limit) return tl::unexpected(limit.error());
  const std::uint32_t step = set.parts()[part].header.alignment;
  const std::uint64_t part_id = set.parts()[part].header.id;
  Tail tail;
  while (offset < *limit) {
    const auto piece = set.read(part, offset, step, *limit);
    if (!piece) return tl::unexpected(piece.error());
    if (!is_blank(*piece)) {
      tail.blank = false;
      if (peek_batch(*piece, part_id)) {
        const auto batch = set.batch(part, offset, *limit);
        if (!batch) return tl::unexpected(batch.error());
        if (*batch) {
          const BatchHeader h = header_of(**batch);
          // What scan() would stop at again proves what was before it, but is nowhere to go on from.
          const bool is_next = !tail.next_whole && visit_records(**batch, h.records, [](auto&&...) {});
          if (is_next) tail.next_number = h.number;
          if (is_next) tail.next_whole = offset;
          tail.proven_through = std::max(tail.proven_through, h.synced_through);
          if (tail.next_whole && tail.proven_through >= expected) return tail;
        }
      }
    }
    offset += step;
  }
  return tail;
}

}  // namespace huying::journal
