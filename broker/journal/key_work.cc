#include "broker/journal/key_work.h"

namespace huying::journal {
Result<std::unique_ptr<KeyFile>> WriteKeys::step() {
  for (std::size_t keys = 0; keys < keys_a_step && table_ < KeyIndex::tables; ++table_) {
    const auto entries = index_.keys_through(last_segment_, table_);
    for (const KeyEntry& entry : entries) writer_->add(entry);
    keys += entries.size();
  }
  if (table_ == KeyIndex::tables) return writer_->finish();
  if (auto written = writer_->write(); !written) return tl::unexpected(written.error());
  return std::unique_ptr<KeyFile>{};
}

Result<bool> JoinKeys::Source::more() {
  if (at < entries.size()) return true;
  if (next_block == file.blocks()) return false;
  auto block = file.read_block(next_block++);
  if (!block) return tl::unexpected(block.error());
  entries = std::move(*block);
  at = 0;
  return true;
}

Result<std::unique_ptr<KeyFile>> JoinKeys::step() {
  for (std::size_t keys = 0; keys < keys_a_step; ++keys) {
    const auto older = older_.more(), newer = newer_.more();
    if (!older) return tl::unexpected(older.error());
    if (!newer) return tl::unexpected(newer.error());
    if (!*older && !*newer) return writer_->finish();
    const bool both = *older && *newer;
    const bool take_older = *older && (!both || key_is_before(older_.entry().key, newer_.entry().key));
    if (take_older) {
      writer_->add(older_.entries[older_.at++]);
      continue;
    }
    if (both && older_.entry().key == newer_.entry().key) ++older_.at;
    writer_->add(newer_.entries[newer_.at++]);
  }
  if (auto written = writer_->write(); !written) return tl::unexpected(written.error());
  return std::unique_ptr<KeyFile>{};
}

}  // namespace huying::journal
