// EmbeddedJournal: opening a folder, recovery included. What it does to the disk is told in docs/journal-format.md.
#include <fmt/format.h>

#include <cstring>

#include "base/check.h"
#include "base/random.h"
#include "broker/journal/begin_anew.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/lost_segments.h"
#include "proto/errors.h"

namespace huying::journal {

Result<std::unique_ptr<EmbeddedJournal>> EmbeddedJournal::open(Disk& disk, std::string folder, EmbeddedOptions options) {
  HUYING_CHECK(options.segment_bytes >= 4 * options.alignment && options.segment_bytes <= 1024 * limits::MiB);
  HUYING_CHECK(options.segment_bytes % options.alignment == 0);
  if (!options.random) options.random = random_nonce;
  initialise_digests();
  std::unique_ptr<EmbeddedJournal> journal(new EmbeddedJournal(disk, std::move(folder), std::move(options)));
  if (auto opened = journal->open_folder(); !opened) return tl::unexpected(opened.error());
  return journal;
}

EmbeddedJournal::EmbeddedJournal(Disk& disk, std::string folder, EmbeddedOptions options)
    : disk_(disk), paths_(std::move(folder)), options_(std::move(options)), set_(disk, paths_.journal), reader_(set_),
      keys_(disk, paths_.journal), kept_(disk, paths_.journal), indexes_(disk, paths_.journal) {}

Result<void> EmbeddedJournal::open_folder() {
  const bool writes = options_.mode == OpenMode::read_write;
  if (writes) {
    if (auto locked = lock_folder(); !locked) return locked;
  }
  if (auto loaded = load_format(); !loaded) return loaded;
  Recovered recovered;
  if (auto rebuilt = rebuild(recovered); !rebuilt) return rebuilt;
  side_files_.emplace(disk_, paths_);
  cursor_files_.emplace(disk_, paths_.cursors, format_.digest_key);
  if (auto loaded = cursor_files_->load(); !loaded) return loaded;
  if (!writes) {
    std::vector<Damage> findings;
    if (damage_) findings.push_back(*damage_);
    findings.insert(findings.end(), set_.problems().begin(), set_.problems().end());
    findings.insert(findings.end(), recovered.damages.begin(), recovered.damages.end());
    if (!findings.empty()) damage_ = findings.front();
    missing_ = gaps_seen_.text(findings);
    return {};
  }
  return settle(recovered);
}

Result<void> EmbeddedJournal::lock_folder() {
  // What a broker began there would give terms and positions a second time that the folder it was taken of has given.
  if (disk_.exists(paths_.root + "/" + backup_lock_file_name)) {
    return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE,
                fmt::format("{} is a backup; huying journal restore makes a data folder of it", paths_.root));
  }
  if (disk_.exists(paths_.root + "/" + archive_lock_file_name)) {
    return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE,
                fmt::format("{} is an archive: a part of a journal; huying journal unarchive brings it back", paths_.root));
  }
  for (const std::string* path : {&paths_.root, &paths_.journal, &paths_.cursors, &paths_.checkpoints}) {
    if (auto made = disk_.make_folder(*path); !made) return made;
  }
  const std::string path = paths_.root + "/" + lock_file_name;
  auto lock = disk_.lock(path);
  if (!lock) return tl::unexpected(lock.error());
  lock_ = std::move(*lock);
  return {};
}

Result<void> EmbeddedJournal::load_format() {
  const bool exists = disk_.exists(paths_.root + "/" + format_file_name);
  if (!exists && options_.mode == OpenMode::read_write) return create_format();
  auto format = read_folder_format(disk_, paths_);
  if (!format && format.error().code == v1::ERROR_CODE_JOURNAL_DAMAGED && options_.mode == OpenMode::read_only) {
    damage_ = Damage{.path = paths_.root + "/" + format_file_name, .what = format.error().detail};
    format = read_folder_format(disk_, paths_, OnDamage::read_on);
  }
  if (!format) return tl::unexpected(format.error());
  format_ = std::move(*format);
  if (!options_.partition.empty() && options_.partition != format_.partition) {
    return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE,
                fmt::format("{} belongs to {}, not to {}", paths_.root, format_.partition, options_.partition));
  }
  return {};
}

// The file `format` comes before the first segment: a segment without it is damage, never an empty folder.
Result<void> EmbeddedJournal::create_format() {
  if (auto whole = must_be_restored(disk_, paths_); !whole) return whole;
  const auto names = disk_.list(paths_.journal);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (parse_part_name(name) || name == format_copy_name) {
      return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{} has segments, but its file `format` is missing", paths_.root));
    }
  }
  const auto lost = lost_segments(disk_, paths_);
  if (!lost) return tl::unexpected(lost.error());
  if (*lost) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, (*lost)->what);
  format_.folder_id = options_.random();
  const std::uint64_t words[2] = {options_.random(), options_.random()};
  std::memcpy(format_.digest_key.data(), words, sizeof words);
  format_.partition = options_.partition;
  return replace_file(disk_, paths_.root, format_file_name, encode(format_), Durability::bytes_and_name);
}

Result<void> EmbeddedJournal::rebuild(Recovered& recovered) {
  const auto on_damage = options_.mode == OpenMode::read_only ? OnDamage::read_on : OnDamage::stop;
  if (auto loaded = set_.load(format_.folder_id, on_damage); !loaded) return loaded;
  if (options_.unreachable == Unreachable::leave_out) set_.leave_out_unreachable();
  if (auto loaded = kept_.load(format_.folder_id); !loaded) return loaded;
  if (auto loaded = keys_.load(set_, format_.folder_id); !loaded) return loaded;
  const auto first_part = load_indexes();
  if (!first_part) return tl::unexpected(first_part.error());
  auto found = recover(set_, on_damage, [&](const BatchView& batch) { return index_batch(batch); }, *first_part,
                       indexes_.last_recorded_at_ms());
  if (!found) return tl::unexpected(found.error());
  recovered = std::move(*found);
  set_.forget_window();
  reader_.skip_gaps(recovered.gaps);
  if (recovered.damage && options_.mode == OpenMode::read_write) {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(*recovered.damage));
  }
  next_number_ = recovered.last_number + 1;
  begins_anew_ = behind_lost_history(set_, reader_.head());
  last_recorded_at_ms_ = recovered.last_recorded_at_ms;
  return {};
}

Result<void> EmbeddedJournal::index_batch(const BatchView& batch) {
  sealed_ = batch.header.records == 0;
  gaps_seen_.saw(batch.header);
  reader_.on_batch(batch.part, batch.offset, batch.header);
  const bool in_file = keys_.covers(set_.parts()[batch.part].header.segment);
  visit_records(batch.bytes, batch.header.records, [&](const RecordView& record, std::size_t offset) {
    const RecordHeader& h = record.header;
    const Position position = set_.position(batch.part, batch.offset + offset);
    auto& stream = streams_.of(StreamId{h.stream});
    if (h.sequence == stream.last() + 1) stream.recent.push_back(position.value);  // else: behind damage, read_only
    if (h.kind == v1::RECORD_KIND_TERM) last_term_ = std::max(last_term_, h.term);
    for (std::size_t i = 0; !in_file && i < record.keys.size() / key_bytes; ++i) {
      Digest128 key;
      std::memcpy(&key, record.keys.data() + i * key_bytes, key_bytes);
      keys_.replace(key, position);
    }
  });
  note_batch(batch.part, batch.offset, batch.header);
  return {};
}

void EmbeddedJournal::note_batch(std::size_t part, std::uint64_t offset, const BatchHeader& header) {
  const auto head = header.records == 0 ? std::nullopt : std::optional(reader_.head());
  indexes_.on_batch(set_.position(part, offset), header.recorded_at_ms, head, last_term_);
}

// From here on the folder is changed. Everything above what is proven moves into a new part, synced with its folder,
// before anything is answered: after a crash the page cache may show bytes that never reached the disk.
Result<void> EmbeddedJournal::settle(const Recovered& recovered) {
  if (auto free = check_free(); !free) return free;
  for (const std::string* path : {&paths_.root, &paths_.journal}) {  // names that a failed life before left unsynced
    if (auto synced = disk_.sync_folder(*path); !synced) return synced;
  }
  if (auto kept = keep_format_copy(disk_, paths_, format_); !kept) return kept;
  auto lock_file = disk_.open(paths_.root + "/" + lock_file_name, Access::write);
  if (!lock_file) return tl::unexpected(lock_file.error());
  lock_file_ = std::move(*lock_file);
  nonce_ = options_.random();
  if (auto written = lock_file_->write(0, {reinterpret_cast<const char*>(&nonce_), sizeof nonce_}); !written) return written;

  pool_.emplace(disk_, paths_.journal, options_.segment_bytes, options_.pool_segments);
  if (auto loaded = pool_->load(); !loaded) return loaded;
  while (may_fill_pool()) {
    if (auto filled = pool_->fill_a_little(); !filled) return tl::unexpected(filled.error());
  }
  writer_.emplace(disk_, paths_.journal, set_, *pool_,
                  WriterOptions{format_.folder_id, options_.segment_bytes, options_.alignment, options_.random});
  if (auto placed = place_writer(recovered); !placed) return placed;
  synced_through_ = next_number_ - 1;
  return {};
}

Result<void> EmbeddedJournal::place_writer(const Recovered& recovered) {
  if (set_.parts().empty()) return writer_->begin_segment(next_number_, 0);
  std::string batches;
  if (recovered.unproven_offset) {
    auto bytes = unproven_bytes(*recovered.unproven_offset);
    if (!bytes) return tl::unexpected(bytes.error());
    batches = std::move(*bytes);
    set_.parts().back().end = *recovered.unproven_offset;
  }
  if (recovered.tail_is_blank && recovered.unproven_records == 0) return resume_behind_mark(batches);
  if (auto moved = writer_->continue_segment(recovered.proven_through + 1, recovered.last_number, std::move(batches)); !moved) {
    return moved;
  }
  sealed_ = true;  // the new part's header proves all
  return {};
}

// The journal ended in order: all that holds records is proven, and nothing was ever written behind. Only the mark
// that proves it may be missing on the disk, so it is written again, where it is.
Result<void> EmbeddedJournal::resume_behind_mark(std::string& mark) {
  if (auto resumed = writer_->resume(); !resumed || mark.empty()) return resumed;
  if (auto written = writer_->write(mark); !written) return written;
  if (auto synced = writer_->sync(); !synced) return synced;
  writer_->advance();
  return {};
}

Result<std::string> EmbeddedJournal::unproven_bytes(std::uint64_t offset) {
  const std::size_t part = set_.parts().size() - 1;
  const std::uint64_t bytes = set_.parts()[part].end - offset;
  std::string batches;
  if (auto got = set_.read_into(part, offset, bytes, batches); !got) return tl::unexpected(got.error());
  batches.resize(bytes, '\0');  // the padding of the last batch may be cut off in a file that grows
  return batches;
}

}  // namespace huying::journal
