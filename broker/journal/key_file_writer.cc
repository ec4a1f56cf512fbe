#include "broker/journal/key_file_writer.h"

#include "base/check.h"
#include "base/limits.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t sync_after_bytes = 1 * limits::MiB;  // so that no sync has much to do

}  // namespace

Result<std::unique_ptr<KeyFileWriter>> KeyFileWriter::begin(Disk& disk, std::string folder, const KeyFileHeader& header,
                                                            std::uint64_t keys_at_most,
                                                            std::uint64_t filter_bytes_max) {
  std::unique_ptr<KeyFileWriter> writer(
      new KeyFileWriter(disk, std::move(folder), header, KeyFilter(keys_at_most, filter_bytes_max)));
  writer->header_.keys = 0;
  auto file = disk.open(writer->path() + std::string(temporary_suffix), Access::create);
  if (!file) return tl::unexpected(file.error());
  writer->file_ = std::move(*file);
  return writer;
}

void KeyFileWriter::add(const KeyEntry& entry) {
  HUYING_CHECK(block_.empty() || key_is_before(block_.back().key, entry.key), "keys come in order, each once");
  block_.push_back(entry);
  filter_.add(entry.key);
  ++header_.keys;
  if (block_.size() == keys_a_block) seal_block();
}

void KeyFileWriter::seal_block() {
  blocks_ += encode_key_block(first_keys_.size(), block_);
  first_keys_.push_back(block_.front().key);
  block_.clear();
}

Result<void> KeyFileWriter::write() {
  if (blocks_.empty()) return {};
  if (auto written = file_->write(written_bytes_, blocks_); !written) return written;
  written_bytes_ += blocks_.size();
  unsynced_bytes_ += blocks_.size();
  blocks_.clear();
  if (unsynced_bytes_ < sync_after_bytes) return {};
  unsynced_bytes_ = 0;
  return file_->sync();
}

Result<std::unique_ptr<KeyFile>> KeyFileWriter::finish() {
  if (!block_.empty()) seal_block();
  if (auto written = write(); !written) return tl::unexpected(written.error());
  if (auto written = file_->write(0, encode(header_)); !written) return tl::unexpected(written.error());
  if (auto synced = file_->sync(); !synced) return tl::unexpected(synced.error());
  if (auto named = disk_.rename(path() + std::string(temporary_suffix), path()); !named)
    return tl::unexpected(named.error());
  if (auto synced = disk_.sync_folder(folder_); !synced) return tl::unexpected(synced.error());
  auto file = disk_.open(path(), Access::read);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<KeyFile>(path(), std::move(*file), header_, std::move(filter_), std::move(first_keys_));
}

}  // namespace huying::journal
