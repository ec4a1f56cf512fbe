#include "broker/journal/remake_header.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstring>

#include "broker/journal/scan.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t bytes_read_max = std::uint64_t{1024} * limits::MiB;  // a segment's, format.h

class Remaking {
 public:
  Remaking(std::string bytes, PartName name) : bytes_(std::move(bytes)) {
    header_.segment = name.segment;
    header_.part = name.part;
  }

  // The header fills `alignment` bytes; the first batch lies behind it.
  bool from_batches() {
    for (std::uint32_t alignment = alignment_bytes_min; alignment <= alignment_bytes_max; alignment *= 2) {
      const auto first = first_batch_at(alignment);
      if (!first) continue;
      header_.alignment = alignment;
      header_.id = first->part_id;
      header_.first_batch = first->number;
      if (header_.part == 0) {
        header_.base = alignment;
        header_.durable_through = first->number - 1;
        return true;
      }
      return find_base();
    }
    return false;
  }
  const PartHeader& header() const { return header_; }

 private:
  std::optional<BatchHeader> first_batch_at(std::uint64_t offset) const {
    if (bytes_.size() < offset + sizeof(BatchHeader)) return std::nullopt;
    BatchHeader h;
    std::memcpy(&h, bytes_.data() + offset, sizeof h);
    if (!whole(offset, h.part_id)) return std::nullopt;
    return h;
  }

  std::optional<std::string_view> whole(std::uint64_t offset, std::uint64_t part_id) const {
    const auto rest = std::string_view(bytes_).substr(std::min<std::uint64_t>(offset, bytes_.size()));
    const auto h = peek_batch(rest, part_id);
    if (!h || h->length > rest.size() || !batch_is_whole(rest.substr(0, h->length), crc_seed(part_id)))
      return std::nullopt;
    return rest.substr(0, h->length);
  }

  // A record whose predecessor in its stream lies in this part, too, says by its position where the part begins.
  bool find_base() {
    struct Seen {
      std::uint64_t sequence, file_offset;
    };
    absl::flat_hash_map<std::uint32_t, Seen> seen;
    for (std::uint64_t at = header_.alignment; header_.base == 0;) {
      const auto batch = whole(at, header_.id);
      if (!batch) return false;
      BatchHeader h;
      std::memcpy(&h, batch->data(), sizeof h);
      visit_records(*batch, h.records, [&](const RecordView& record, std::size_t offset) {
        const RecordHeader& r = record.header;
        const auto before = seen.find(r.stream);
        if (before != seen.end() && before->second.sequence + 1 == r.sequence) {
          header_.base = offset_of(Position{r.previous}) - static_cast<std::uint32_t>(before->second.file_offset) +
                         header_.alignment;
        }
        seen[r.stream] = {r.sequence, at + offset};
      });
      at += aligned(h.length, header_.alignment);
    }
    return header_.base >= header_.alignment && header_.base % header_.alignment == 0;
  }

  std::string bytes_;
  PartHeader header_;
};

}  // namespace

std::optional<PartHeader> remake_part_header(Disk& disk, const std::string& path, PartName name,
                                             std::uint64_t folder_id) {
  auto bytes = read_file(disk, path, bytes_read_max);
  if (!bytes) return std::nullopt;
  Remaking remaking(std::move(*bytes), name);
  if (!remaking.from_batches()) return std::nullopt;
  PartHeader header = remaking.header();
  header.folder_id = folder_id;
  return header;
}

}  // namespace huying::journal
