#include "broker/journal/embedded_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/text.h"
#include "broker/journal/begin_anew.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

std::uint64_t length_at_most(const Batch& batch) {
  return sizeof(BatchHeader) + batch.records().size() * sizeof(RecordHeader) + batch.keys().size() * key_bytes +
         batch.payload_bytes();
}

constexpr std::size_t items_ahead = 4;  // whose keys are fetched from memory while one is encoded
// 512 MiB of them, about 150 MB of keys; then a step of tidying goes with each batch.
constexpr std::size_t segments_waiting_max = 8;

template <class Header>
void append_header(std::string& out, const Header& header) {
  char raw[sizeof header];
  std::memcpy(raw, &header, sizeof header);
  out.append(raw, sizeof raw);
}

}  // namespace

Result<Term> EmbeddedJournal::claim(std::string_view broker, Instant now) {
  HUYING_CHECK(!claimed_ && writer_, "one claim, before the first append, not of a read-only journal");
  v1::TermClaimed claimed;
  const std::uint32_t term_before = last_term_;
  claimed.set_term(last_term_ + 1 + (begins_anew_ ? terms_left_out : 0));
  claimed.set_broker(std::string(clip(broker, limits::name_bytes_max)));
  Batch batch;
  batch.begin_item();
  batch.add_record(partition_stream, v1::RECORD_KIND_TERM, {claimed.term(), 0}, claimed.SerializeAsString());
  claimed_ = true;
  last_term_ = claimed.term();
  set_.close_archived();
  const auto appended = append_now(Term{last_term_}, batch, now);
  if (!appended) {
    claimed_ = false;
    last_term_ = term_before;
    return tl::unexpected(appended.error());
  }
  return Term{last_term_};
}

void EmbeddedJournal::append(Term term, const Batch& batch, Instant now, Completion completed) {
  completed(append_now(term, batch, now));
}

Result<Appended> EmbeddedJournal::append_now(Term term, const Batch& batch, Instant now) {
  if (auto may = may_append(term); !may) return tl::unexpected(may.error());
  const std::uint64_t length = length_at_most(batch);
  HUYING_CHECK(length <= batch_length_max, "the broker seals its batches at {} bytes; this has {}", limits::batch_bytes_max, length);
  if (auto free = check_free(); !free) return tl::unexpected(free.error());
  if (auto alone = check_fence(); !alone) return tl::unexpected(alone.error());
  if (auto room = make_room(length); !room) return tl::unexpected(failed(room.error()));

  Appended appended;
  appended.places.resize(batch.records().size());
  const std::int64_t recorded_at_ms = std::max(to_ms(now), last_recorded_at_ms_);
  appended.recorded_at = instant(recorded_at_ms);
  if (auto encoded = encode_batch(batch, appended); !encoded) return tl::unexpected(failed(encoded.error()));
  const auto landed = std::count_if(appended.places.begin(), appended.places.end(),
                                    [](const Appended::Place& place) { return place.sequence.value != 0; });
  if (landed == 0) return appended;
  if (auto written = write_batch(recorded_at_ms, static_cast<std::uint32_t>(landed), true); !written) {
    return tl::unexpected(failed(written.error()));
  }
  if (auto alone = check_fence(); !alone) return tl::unexpected(alone.error());
  if (keys_wait_) {
    const auto more = tidy_keys();
    if (!more) return tl::unexpected(failed(more.error()));
    keys_wait_ = *more == KeyStore::More::yes;
  }
  return appended;
}

Result<void> EmbeddedJournal::may_append(Term term) {
  HUYING_CHECK(writer_ && !closed_, "a journal that is open for writing");
  if (failure_) return tl::unexpected(*failure_);
  if (!claimed_ || term.value != last_term_) {
    return fail(v1::ERROR_CODE_TERM_STALE, fmt::format("term {} was given, {} is claimed", term.value, claimed_ ? last_term_ : 0));
  }
  return {};
}

Result<void> EmbeddedJournal::check_free() {
  if (batches_until_free_check_ != 0) {
    --batches_until_free_check_;
    return {};
  }
  const auto free = disk_.free_bytes(paths_.root);
  if (!free) return tl::unexpected(free.error());
  if (*free < options_.free_bytes_min) {  // asked again at the next append
    return fail(v1::ERROR_CODE_JOURNAL_FULL, fmt::format("{} bytes are free, {} are kept", *free, options_.free_bytes_min));
  }
  batches_until_free_check_ = options_.free_check_batches;
  return {};
}

Result<void> EmbeddedJournal::check_fence() {
  std::uint64_t nonce = 0;
  const auto got = lock_file_->read(0, reinterpret_cast<char*>(&nonce), sizeof nonce);
  if (!got) return tl::unexpected(failed(got.error()));
  if (nonce == nonce_) return {};
  failure_ = Error{v1::ERROR_CODE_TERM_STALE, "the folder was opened by another broker"};
  return tl::unexpected(*failure_);
}

Result<void> EmbeddedJournal::make_room(std::uint64_t length) {
  if (writer_->fits(length)) return {};
  if (synced_through_ + 1 != next_number_) {  // a mark: the new header will say that all before it is on disk
    if (auto synced = writer_->sync(); !synced) return synced;
    synced_through_ = next_number_ - 1;
  }
  batches_until_free_check_ = 0;
  if (auto begun = writer_->begin_segment(next_number_, length); !begun) return begun;
  keys_wait_ = keys_wait_ || keys_.segments_waiting(set_) > segments_waiting_max;
  return {};
}

Result<void> EmbeddedJournal::encode_batch(const Batch& batch, Appended& appended) {
  buffer_.clear();
  reader_.remember_last({});
  buffer_.resize(sizeof(BatchHeader));
  for (std::size_t item = 0; item < batch.items().size(); ++item) {
    prefetch_keys(batch, item + items_ahead);
    if (auto encoded = encode_item(batch, item, appended); !encoded) return encoded;
  }
  return {};
}

void EmbeddedJournal::prefetch_keys(const Batch& batch, std::size_t item) const {
  if (item >= batch.items().size()) return;
  const auto [first, count] = batch.items()[item];
  for (std::size_t i = first; i < first + count; ++i) {
    const Batch::Record& record = batch.records()[i];
    for (std::uint32_t k = 0; k < record.unique_keys + record.replaceable_keys; ++k)
      keys_.prefetch(batch.keys()[record.first_key + k]);
  }
}

Result<void> EmbeddedJournal::encode_item(const Batch& batch, std::size_t item, Appended& appended) {
  const auto [first, count] = batch.items()[item];
  const Position begin = set_.position(writer_->part(), writer_->offset() + buffer_.size());
  for (std::size_t i = first; i < first + count; ++i) encode_record(batch, i, i == first, appended);
  const auto taken = take_unique_keys(batch, item, appended);
  if (!taken) return tl::unexpected(taken.error());
  if (!*taken) {
    undo_item(batch, item, begin, appended);
    return {};
  }
  for (std::size_t i = first; i < first + count; ++i) {
    const Batch::Record& record = batch.records()[i];
    for (std::uint32_t k = 0; k < record.replaceable_keys; ++k) {
      keys_.replace(batch.keys()[record.first_key + record.unique_keys + k], appended.places[i].position);
    }
  }
  return {};
}

void EmbeddedJournal::encode_record(const Batch& batch, std::size_t index, bool begins_item, Appended& appended) {
  const Batch::Record& record = batch.records()[index];
  HUYING_CHECK(record.unique_keys < 0x10000 && record.replaceable_keys < 0x10000);
  auto& stream = streams_.of(record.stream);
  const std::size_t offset = buffer_.size();
  const Position position = set_.position(writer_->part(), writer_->offset() + offset);
  RecordHeader h;
  h.payload_bytes = static_cast<std::uint32_t>(record.payload_size);
  h.stream = record.stream.value;
  h.kind = static_cast<std::uint16_t>(record.kind);
  h.flags = begins_item ? record_begins_item : 0;
  h.sequence = stream.last() + 1;
  h.term = record.epoch.term;
  h.grant = record.epoch.grant;
  h.previous = stream.last_position();
  h.batch_distance = static_cast<std::uint32_t>(offset);
  h.unique_keys = static_cast<std::uint16_t>(record.unique_keys);
  h.replaceable_keys = static_cast<std::uint16_t>(record.replaceable_keys);
  append_header(buffer_, h);
  for (std::uint32_t k = 0; k < record.unique_keys + record.replaceable_keys; ++k) {
    append_header(buffer_, batch.keys()[record.first_key + k]);
  }
  buffer_.append(batch.payload(record));
  seal_record(buffer_, offset, writer_->seed());
  stream.recent.push_back(position.value);
  appended.places[index] = {Sequence{h.sequence}, position};
}

Result<bool> EmbeddedJournal::take_unique_keys(const Batch& batch, std::size_t item, Appended& appended) {
  const auto [first, count] = batch.items()[item];
  for (std::size_t i = first; i < first + count; ++i) {
    const Batch::Record& record = batch.records()[i];
    for (std::uint32_t k = 0; k < record.unique_keys; ++k) {
      const Digest128& key = batch.keys()[record.first_key + k];
      Position holder;
      const auto inserted = keys_.insert(key, appended.places[i].position, holder);
      if (!inserted) return inserted;
      if (*inserted) continue;
      appended.conflicts.push_back({item, key, holder});
      return false;
    }
  }
  return true;
}

// The conflict reported last was this item's: keys taken before it are given back, and nothing of the item remains.
void EmbeddedJournal::undo_item(const Batch& batch, std::size_t item, Position begin, Appended& appended) {
  const auto [first, count] = batch.items()[item];
  Appended::Conflict& conflict = appended.conflicts.back();
  for (std::size_t i = first; i < first + count; ++i) {
    const Batch::Record& record = batch.records()[i];
    for (std::uint32_t k = 0; k < record.unique_keys; ++k) {
      keys_.take_back(batch.keys()[record.first_key + k], begin);
    }
  }
  if (conflict.holder >= begin) conflict.holder = Position{};  // the item named the key twice
  for (std::size_t i = first + count; i-- > first;) {
    streams_.of(batch.records()[i].stream).recent.pop_back();
    appended.places[i] = {};
  }
  buffer_.resize(offset_of(begin) - writer_->offset());
}

Result<void> EmbeddedJournal::write_batch(std::int64_t recorded_at_ms, std::uint32_t records, bool sync) {
  BatchHeader h;
  h.magic = batch_magic;
  h.records = records;
  h.length = static_cast<std::uint32_t>(buffer_.size());
  h.number = next_number_;
  h.synced_through = synced_through_;
  h.recorded_at_ms = recorded_at_ms;
  h.part_id = writer_->part_id();
  std::memcpy(buffer_.data(), &h, sizeof h);
  seal_batch(buffer_, writer_->seed());
  const std::size_t part = writer_->part();
  const std::uint64_t offset = writer_->offset();
  if (auto written = writer_->write(buffer_); !written) return written;
  if (sync) {
    if (auto synced = writer_->sync(); !synced) return synced;
    synced_through_ = next_number_;
  }
  writer_->advance();
  reader_.on_batch(part, offset, h);
  note_batch(part, offset, h);
  reader_.remember_last(buffer_);
  last_recorded_at_ms_ = recorded_at_ms;
  ++next_number_;
  ++batches_written_;
  sealed_ = records == 0;
  return {};
}

Result<void> EmbeddedJournal::write_mark(Instant now, bool sync) {
  if (sealed_) return {};
  if (auto alone = check_fence(); !alone) return alone;
  if (!writer_->fits(sizeof(BatchHeader))) {  // the next segment's header proves as much
    sealed_ = true;
    return make_room(sizeof(BatchHeader));
  }
  reader_.remember_last({});
  buffer_.assign(sizeof(BatchHeader), '\0');
  return write_batch(std::max(to_ms(now), last_recorded_at_ms_), 0, sync);
}

Error EmbeddedJournal::failed(Error error) {
  if (failure_) return *failure_;  // what came first is what it is: another broker's word is no failed write
  error.code = v1::ERROR_CODE_JOURNAL_WRITE_FAILED;
  failure_ = error;
  return error;
}

bool EmbeddedJournal::may_fill_pool() {
  if (pool_->full()) return false;
  const auto free = disk_.free_bytes(paths_.root);
  return free && *free >= std::max(options_.free_bytes_min, options_.free_bytes_for_pool) + options_.segment_bytes;
}

Result<SegmentPool::More> EmbeddedJournal::idle(Instant now) {
  HUYING_CHECK(writer_ && !closed_, "a journal that is open for writing");
  if (failure_) return tl::unexpected(*failure_);
  if (to_ms(now) - last_recorded_at_ms_ >= options_.mark_after.count()) {
    if (auto marked = write_mark(now, false); !marked) return tl::unexpected(failed(marked.error()));
  }
  if (may_fill_pool()) {
    auto more = pool_->fill_a_little();
    if (!more) return tl::unexpected(failed(more.error()));
    return SegmentPool::More::yes;
  }
  const auto more = tidy_keys();
  if (!more) return tl::unexpected(failed(more.error()));
  if (*more == KeyStore::More::yes) return SegmentPool::More::yes;
  const auto indexed = index_a_segment();
  if (!indexed) return tl::unexpected(failed(indexed.error()));
  if (*indexed || verify_while_idle()) return SegmentPool::More::yes;
  (void)cursor_files_->refresh_one();  // what it would hold is durable elsewhere
  return SegmentPool::More::no;
}

Result<KeyStore::More> EmbeddedJournal::tidy_keys() {
  const auto free = disk_.free_bytes(paths_.root);
  const std::uint64_t kept = options_.free_bytes_min + options_.segment_bytes;
  return keys_.tidy(set_, free && *free > kept ? *free - kept : 0);
}

Result<void> EmbeddedJournal::close(Instant now) {
  HUYING_CHECK(writer_ && !closed_, "a journal that is open for writing, closed once");
  closed_ = true;
  if (failure_) return tl::unexpected(*failure_);
  if (auto marked = write_mark(now, true); !marked) return tl::unexpected(failed(marked.error()));
  return writer_->sync();
}

Result<void> EmbeddedJournal::store_checkpoint(StreamId stream, const Checkpoint& checkpoint) {
  HUYING_CHECK(writer_, "not read-only");
  return side_files_->store_checkpoint(stream, checkpoint);
}

Result<void> EmbeddedJournal::set_cursor(std::string_view name, std::string_view state) {
  HUYING_CHECK(writer_, "not read-only");
  return cursor_files_->set(name, state);
}

Result<void> EmbeddedJournal::save_cursors(const std::vector<std::pair<std::string, std::string>>& changes) {
  HUYING_CHECK(writer_, "not read-only");
  return cursor_files_->save(changes);
}

std::uint64_t EmbeddedJournal::bytes() const {
  std::uint64_t sum = 0;
  for (const Part& part : set_.parts())
    if (!part.is_archived()) sum += part.header.alignment + part.end - part.header.base;
  return sum;
}

std::uint64_t EmbeddedJournal::free_bytes() { return disk_.free_bytes(paths_.root).value_or(0); }

}  // namespace huying::journal
