#include "broker/journal/segment_writer.h"

#include <cstring>

#include "base/check.h"
#include "proto/errors.h"

namespace huying::journal {

Result<void> SegmentWriter::resume() {
  auto file = disk_.open(set_.parts().back().path, Access::write);
  if (!file) return tl::unexpected(file.error());
  file_ = std::move(*file);
  return {};
}

PartHeader SegmentWriter::new_header(std::uint64_t first_batch, std::uint64_t durable_through) {
  PartHeader header;
  header.alignment = options_.alignment;
  header.id = options_.random();
  header.folder_id = options_.folder_id;
  header.first_batch = first_batch;
  header.durable_through = durable_through;
  return header;
}

Result<void> SegmentWriter::begin_segment(std::uint64_t first_batch, std::uint64_t bytes, std::uint32_t skipped) {
  PartHeader header = new_header(first_batch, first_batch - 1);
  header.segment = 1 + skipped + (set_.parts().empty() ? 0 : segment());
  header.skipped = skipped;
  header.base = header.alignment;
  const bool fits_prepared = header.alignment + aligned(bytes, header.alignment) <= options_.segment_bytes;
  const auto prepared = fits_prepared ? pool_.take() : std::nullopt;
  if (!prepared) return make_fresh(header, {});
  auto file = disk_.open(*prepared, Access::write);
  if (!file) return tl::unexpected(file.error());
  header.prepared_bytes = options_.segment_bytes;
  return make(*prepared, std::move(*file), header, {});
}

Result<void> SegmentWriter::continue_segment(std::uint64_t first_batch, std::uint64_t durable_through, std::string batches) {
  PartHeader header = new_header(first_batch, durable_through);
  const Part& last = set_.parts().back();
  header.segment = last.header.segment;
  header.part = last.header.part + 1;
  header.alignment = last.header.alignment;  // positions stay what they are
  HUYING_CHECK(last.end < 0x1'0000'0000 && header.part < 0x10000);
  header.base = static_cast<std::uint32_t>(last.end);
  const std::uint32_t seed = crc_seed(header.id);
  std::uint64_t next = first_batch;
  for (std::size_t offset = 0; offset < batches.size();) {
    BatchHeader batch;
    std::memcpy(&batch, batches.data() + offset, sizeof batch);
    HUYING_CHECK(batch.number == next && batch.length <= batches.size() - offset);
    ++next;
    reseal_batch(batches.data() + offset, batch.length, header.id, seed);
    offset += aligned(batch.length, header.alignment);
  }
  HUYING_CHECK(next == durable_through + 1, "{} batches copied, {} expected", next - first_batch, durable_through + 1 - first_batch);
  if (auto made = make_fresh(header, batches); !made) return made;
  set_.parts().back().end += batches.size();
  return {};
}

Result<void> SegmentWriter::make_fresh(const PartHeader& header, std::string_view content) {
  const std::string path = folder_ + "/" + part_name(header.segment, header.part) + std::string(temporary_suffix);
  auto file = disk_.open(path, Access::create);
  if (!file) return tl::unexpected(file.error());
  return make(path, std::move(*file), header, content);
}

Result<void> SegmentWriter::make(const std::string& from_path, std::unique_ptr<File> file, const PartHeader& header,
                                 std::string_view content) {
  std::string bytes = encode(header);
  bytes.append(content);
  if (auto written = file->write(0, bytes); !written) return written;
  if (auto synced = file->sync(); !synced) return synced;
  if (auto named = disk_.rename(from_path, folder_ + "/" + part_name(header.segment, header.part)); !named) return named;
  if (auto synced = disk_.sync_folder(folder_); !synced) return synced;
  file_ = std::move(file);
  set_.add(header);
  return {};
}

std::uint64_t SegmentWriter::capacity_end() const {
  const PartHeader& header = set_.parts().back().header;
  if (header.prepared_bytes != 0) return header.base - header.alignment + header.prepared_bytes;
  return options_.segment_bytes;
}

bool SegmentWriter::fits(std::uint64_t bytes) const {
  const Part& last = set_.parts().back();
  const std::uint64_t end = last.end + aligned(bytes, last.header.alignment);
  if (end <= capacity_end()) return true;
  // A batch larger than a whole segment stands alone in a file that grows.
  return last.header.prepared_bytes == 0 && last.end == last.header.alignment;
}

Result<void> SegmentWriter::write(std::string& batch) {
  const Part& last = set_.parts().back();
  batch.resize(aligned(batch.size(), last.header.alignment), '\0');
  written_bytes_ = batch.size();
  return file_->write(last.end - last.header.base + last.header.alignment, batch);
}

void SegmentWriter::advance() {
  set_.parts().back().end += written_bytes_;
  written_bytes_ = 0;
}

}  // namespace huying::journal
