#include "broker/journal/key_store.h"

#include <algorithm>

#include "base/check.h"
#include "broker/journal/segment_indexes.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

std::uint64_t bytes_at_most(std::uint64_t keys) { return (keys / keys_a_block + 2) * key_block_bytes; }

}  // namespace

Result<void> KeyStore::load(const SegmentSet& set, std::uint64_t folder_id) {
  folder_id_ = folder_id;
  auto names = disk_.list(folder_);
  if (!names) return tl::unexpected(names.error());
  std::erase_if(*names, [](const std::string& name) { return !parse_key_file_name(name); });
  for (const std::uint32_t segment : sealed_segments(set)) {
    if (covers(segment)) continue;
    const auto loaded = load_file_from(set, segment, *names);
    if (!loaded) return tl::unexpected(loaded.error());
    if (!*loaded) break;  // a later file must not hide what is newer in memory than it, and older than it
  }
  for (const std::string& name : *names) {
    const auto holds = [&](const auto& file) { return file->path() == folder_ + "/" + name; };
    if (std::none_of(files_.begin(), files_.end(), holds)) to_remove_.push_back(folder_ + "/" + name);
  }
  return {};
}

// The one that reaches furthest, of those that are good.
Result<bool> KeyStore::load_file_from(const SegmentSet& set, std::uint32_t first,
                                      const std::vector<std::string>& names) {
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const auto parsed = parse_key_file_name(*name);
    if (parsed->first_segment != first) continue;
    const auto described = describe_segments(set, folder_id_, first, parsed->last_segment);
    if (!described) continue;
    auto file = KeyFile::open(disk_, folder_ + "/" + *name, filter_bytes_max);
    if (!file) continue;  // it is made anew
    const KeyFileHeader& header = (*file)->header();
    if (header.folder_id != folder_id_ || header.parts != described->parts ||
        header.last_batch != described->last_batch)
      continue;
    files_.push_back(std::move(*file));
    return true;
  }
  return false;
}

Result<std::optional<Position>> KeyStore::find(const Digest128& key) const {
  if (const auto found = memory_.find(key)) return found;
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    auto found = (*file)->find(key);
    if (!found || *found) return found;
  }
  return std::optional<Position>{};
}

void KeyStore::prefetch(const Digest128& key) const {
  memory_.prefetch(key);
  for (const auto& file : files_) file->prefetch(key);
}

Result<bool> KeyStore::insert(const Digest128& key, Position position, Position& holder) {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    const auto found = (*file)->find(key);
    if (!found) return tl::unexpected(found.error());
    if (!*found) continue;
    holder = **found;
    return false;
  }
  return memory_.insert(key, position, holder);
}

std::size_t KeyStore::segments_waiting(const SegmentSet& set) const {
  const auto& parts = set.parts();
  std::size_t waiting = 0;
  for (std::size_t i = parts.size(); i-- > 1;) {
    if (parts[i].header.part != 0) continue;
    if (covers(parts[i - 1].header.segment)) break;
    ++waiting;
  }
  return waiting;
}

Result<KeyStore::More> KeyStore::tidy(const SegmentSet& set, std::uint64_t room_bytes) {
  if (!to_remove_.empty()) {
    if (auto removed = disk_.remove(to_remove_.back()); !removed) return tl::unexpected(removed.error());
    to_remove_.pop_back();
    return More::yes;
  }
  if (dropping_) {
    drop_some();
    return More::yes;
  }
  if (work_ == nullptr) {
    const auto begun = begin_work(set, room_bytes);
    if (!begun) return tl::unexpected(begun.error());
    return *begun ? More::yes : More::no;
  }
  auto made = work_->step();
  if (!made) return tl::unexpected(made.error());
  if (*made != nullptr) finish_work(std::move(*made));
  return More::yes;
}

void KeyStore::drop_some() {
  for (std::size_t keys = 0; keys < keys_a_step && *dropping_ < KeyIndex::tables; ++*dropping_) {
    keys += memory_.size_of(*dropping_);
    memory_.drop_through(covered_through(), *dropping_);
  }
  if (*dropping_ == KeyIndex::tables) dropping_.reset();
}

Result<bool> KeyStore::begin_work(const SegmentSet& set, std::uint64_t room_bytes) {
  const auto writing = begin_writing(set, room_bytes);
  if (!writing || *writing) return writing;
  return begin_joining(set, room_bytes);
}

Result<bool> KeyStore::begin_writing(const SegmentSet& set, std::uint64_t room_bytes) {
  auto sealed = sealed_segments(set);
  std::erase_if(sealed, [this](std::uint32_t segment) { return covers(segment); });
  if (sealed.empty() || bytes_at_most(memory_.size()) > room_bytes) return false;
  const auto header = describe_segments(set, folder_id_, sealed.front(), sealed.back());
  HUYING_CHECK(header.has_value(), "sealed segments can be described");
  auto writer = KeyFileWriter::begin(disk_, folder_, *header, memory_.size(), filter_bytes_max);
  if (!writer) return tl::unexpected(writer.error());
  work_ = std::make_unique<WriteKeys>(std::move(*writer), memory_, sealed.back());
  return true;
}

Result<bool> KeyStore::begin_joining(const SegmentSet& set, std::uint64_t room_bytes) {
  for (std::size_t i = files_.size(); i-- > 1;) {
    KeyFile &older = *files_[i - 1], &newer = *files_[i];
    const std::uint64_t keys = older.header().keys + newer.header().keys;
    if (older.header().keys >= 2 * std::max<std::uint64_t>(newer.header().keys, 1) || bytes_at_most(keys) > room_bytes)
      continue;
    const auto header =
        describe_segments(set, folder_id_, older.header().first_segment, newer.header().last_segment);
    HUYING_CHECK(header.has_value(), "sealed segments can be described");
    auto writer = KeyFileWriter::begin(disk_, folder_, *header, keys, filter_bytes_max);
    if (!writer) return tl::unexpected(writer.error());
    work_ = std::make_unique<JoinKeys>(std::move(*writer), older, newer);
    joining_ = i - 1;
    return true;
  }
  return false;
}

// The old files go only now that the new one has its name on the disk.
void KeyStore::finish_work(std::unique_ptr<KeyFile> made) {
  work_.reset();
  if (!joining_) {
    files_.push_back(std::move(made));
    dropping_ = 0;
    return;
  }
  const auto first = files_.begin() + static_cast<std::ptrdiff_t>(*joining_);
  to_remove_.push_back((*first)->path());
  to_remove_.push_back((*std::next(first))->path());
  files_.erase(std::next(first));
  *first = std::move(made);
  joining_.reset();
}

std::uint64_t KeyStore::memory_bytes_of_files() const {
  std::uint64_t sum = 0;
  for (const auto& file : files_) sum += file->memory_bytes();
  return sum;
}

}  // namespace huying::journal
