// The embedded engine of the journal port: a segmented log in a data folder, one batch a write, one sync a batch.
//
// Owned by the broker's loop thread (as the port says); `disk` outlives it. append() completes before it returns.
// docs/journal-format.md tells the format, what recovery does and what it cannot.
//
// Fencing: the folder's lock keeps a second broker out. Should the lock be of no use (a file system that does not
// honour it), the nonce in LOCK is looked at before each write and again after its sync: once another journal was
// opened, this one answers TERM_STALE before it changes anything. Two that open and write in the same instant are
// beyond it.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "broker/journal/cursor_files.h"
#include "broker/journal/folder.h"
#include "broker/journal/gaps_seen.h"
#include "broker/journal/journal.h"
#include "broker/journal/kept_requests.h"
#include "broker/journal/key_store.h"
#include "broker/journal/reader.h"
#include "broker/journal/recovery.h"
#include "broker/journal/segment_indexes.h"
#include "broker/journal/segment_pool.h"
#include "broker/journal/segment_writer.h"
#include "broker/journal/side_files.h"
#include "broker/journal/stream_index.h"

namespace huying::journal {

enum class OpenMode : std::uint8_t {
  read_write,
  read_only,  // takes no lock, changes nothing, reads on behind damage
};

// What a start makes of archived segments that cannot be read where they should be.
enum class Unreachable : std::uint8_t {
  refuse,     // ARCHIVED: a broker's start reads all of the journal
  leave_out,  // read_only alone: as behind damage
};

struct EmbeddedOptions {
  OpenMode mode = OpenMode::read_write;
  Unreachable unreachable = Unreachable::refuse;
  std::string partition;  // code of the street; must be what the folder says; empty: whatever it says
  std::uint64_t segment_bytes = limits::segment_bytes;  // at most 1 GiB
  std::size_t pool_segments = 4;                        // zero-filled when opened: 4 x 64 MiB take about a second
  std::uint32_t alignment = alignment_bytes_min;        // power of two, 512 to 65,536; 4,096 for disks of such sectors
  std::uint64_t free_bytes_min = limits::free_bytes_floor;  // below: JOURNAL_FULL
  std::uint64_t free_bytes_for_pool = limits::free_bytes_first_watermark;  // what preparing segments leaves untouched
  std::uint32_t free_check_batches = 64;                // asked of the disk once in so many batches, and at each segment
  Milliseconds mark_after{1000};                        // idle(): seals the last batch when it is this old
  std::function<std::uint64_t()> random;                // not 0; empty: base/random.h
};

class EmbeddedJournal final : public Journal {
 public:
  // Creates an empty folder; recovers any other. JOURNAL_LOCKED, JOURNAL_DAMAGED (nothing was changed),
  // JOURNAL_VERSION, JOURNAL_UNREADABLE, JOURNAL_WRITE_FAILED, JOURNAL_FULL, ARCHIVED.
  static Result<std::unique_ptr<EmbeddedJournal>> open(Disk& disk, std::string folder, EmbeddedOptions options = {});

  Result<Term> claim(std::string_view broker, Instant now) override;
  void append(Term term, const Batch& batch, Instant now, Completion completed) override;
  void poll() override {}

  // Archived records: once the partition is claimed, read() answers ARCHIVED, for a subscriber that is far behind must
  // not make everybody wait for the archive's disk. What the work needs (read_cell, read_at) is read there, if it is there.
  Result<void> read(Position from, const RecordSink& sink) override;
  Result<void> read_cell(StreamId stream, Sequence from, const RecordSink& sink) override;
  Result<void> read_at(Position position, const RecordSink& sink) override;
  Result<void> read_request(Position position, const RecordSink& sink) override;
  std::optional<Position> position_of(StreamId stream, Sequence sequence) override;
  Position head() const override { return reader_.head(); }
  Position at_time(Instant from) override;
  Instant last_recorded_at() const override { return instant(last_recorded_at_ms_); }
  Sequence last_sequence(StreamId stream) const override { return streams_.last(stream); }
  std::vector<StreamId> streams() const override { return streams_.streams(); }

  std::optional<Position> find(const Digest128& key) const override;
  void find_soon(const Digest128& key) const override { keys_.prefetch(key); }
  const DigestKey& digest_key() const override { return format_.digest_key; }

  Result<void> store_checkpoint(StreamId stream, const Checkpoint& checkpoint) override;
  std::optional<Checkpoint> latest_checkpoint(StreamId stream) override { return side_files_->latest_checkpoint(stream); }
  Result<void> set_cursor(std::string_view name, std::string_view state) override;
  Result<void> save_cursors(const std::vector<std::pair<std::string, std::string>>& changes) override;
  std::vector<std::pair<std::string, std::string>> cursors() override { return cursor_files_->states(); }
  std::vector<Digest128> lost_cursors() override { return cursor_files_->lost(); }

  std::uint64_t bytes() const override;
  std::uint64_t free_bytes() override;
  std::uint64_t batches() const override { return batches_written_; }

  // Beyond the port. The shell calls idle() when nothing waits; `yes`: call again when still idle.
  Result<SegmentPool::More> idle(Instant now);
  // Reads what the start did not, because an index file said what it needed: JOURNAL_DAMAGED when that is not as it was
  // written. idle() does so a little at a time, once, but for archived segments, and says it; the next start then reads
  // everything, and refuses.
  Result<void> verify_unread();
  // Seals the last batch, so that damage to it can be told from a tail. Nothing is appended after.
  Result<void> close(Instant now);
  const std::string& partition() const { return format_.partition; }
  Term last_term() const { return Term{last_term_}; }
  const std::optional<Damage>& damage() const { return damage_; }  // only ever set in read_only
  // Read-only: which batches cannot be read, and what was found; in words, empty when nothing is wrong.
  const std::string& missing() const { return missing_; }
  const KeyStore& keys() const { return keys_; }
  std::size_t parts_unread() const { return unread_parts_; }  // by the start

 private:
  EmbeddedJournal(Disk& disk, std::string folder, EmbeddedOptions options);

  // Opening (embedded_open.cc).
  Result<void> open_folder();
  Result<void> lock_folder();
  Result<void> load_format();
  Result<void> create_format();
  Result<void> rebuild(Recovered& recovered);
  Result<void> index_batch(const BatchView& batch);
  void note_batch(std::size_t part, std::uint64_t offset, const BatchHeader& header);
  Result<void> must_be_here(Position from) const;
  bool is_archived(Position position) const;
  Result<Position> place_of(StreamId stream, Sequence sequence);
  Result<void> settle(const Recovered& recovered);
  Result<void> place_writer(const Recovered& recovered);
  Result<void> resume_behind_mark(std::string& mark);
  Result<std::string> unproven_bytes(std::uint64_t offset);
  bool may_fill_pool();
  Result<KeyStore::More> tidy_keys();

  // Sealed segments that the start did not read (embedded_sealed.cc).
  Result<std::size_t> load_indexes();
  Result<bool> index_a_segment();
  Result<bool> verify_some(bool archived_too);
  bool verify_while_idle();
  Result<void> distrusted(Result<void> read);

  // Appending.
  Result<Appended> append_now(Term term, const Batch& batch, Instant now);
  Result<void> may_append(Term term);
  Result<void> check_free();
  Result<void> check_fence();
  Result<void> make_room(std::uint64_t length);
  Result<void> encode_batch(const Batch& batch, Appended& appended);
  void prefetch_keys(const Batch& batch, std::size_t item) const;
  Result<void> encode_item(const Batch& batch, std::size_t item, Appended& appended);
  void encode_record(const Batch& batch, std::size_t index, bool begins_item, Appended& appended);
  Result<bool> take_unique_keys(const Batch& batch, std::size_t item, Appended& appended);
  void undo_item(const Batch& batch, std::size_t item, Position begin, Appended& appended);
  Result<void> write_batch(std::int64_t recorded_at_ms, std::uint32_t records, bool sync);
  Result<void> write_mark(Instant now, bool sync);
  Error failed(Error error);

  Disk& disk_;
  FolderPaths paths_;
  EmbeddedOptions options_;
  FolderFormat format_;
  SegmentSet set_;
  Reader reader_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<File> lock_file_;
  std::uint64_t nonce_ = 0;
  std::optional<SegmentPool> pool_;
  std::optional<SegmentWriter> writer_;
  std::optional<SideFiles> side_files_;
  std::optional<CursorFiles> cursor_files_;
  KeyStore keys_;
  KeptRequests kept_;
  std::string kept_payload_;           // of the request read last
  StreamIndex streams_;
  SegmentIndexes indexes_;
  std::size_t unread_parts_ = 0;
  struct {
    std::size_t part = 0;
    std::uint64_t offset = 0, number = 0;
  } verifying_;                        // of those parts; offset 0: at its beginning

  std::string buffer_;                 // the batch being written, kept for those who read it at once
  std::uint64_t next_number_ = 1;      // of the next batch
  std::uint64_t synced_through_ = 0;
  std::int64_t last_recorded_at_ms_ = 0;
  std::uint32_t last_term_ = 0;
  bool begins_anew_ = false;           // behind a lost history (begin_anew.h), with no record yet
  bool claimed_ = false, closed_ = false, sealed_ = true;  // sealed: the last batch is a mark, or there is none
  std::uint32_t batches_until_free_check_ = 0;
  std::uint64_t batches_written_ = 0;
  mutable std::optional<Error> failure_;  // once set, for good
  bool keys_wait_ = false;             // of too many sealed segments: they are written while serving, too
  std::optional<Damage> damage_;
  GapsSeen gaps_seen_;                 // when it was opened
  std::string missing_;
};

}  // namespace huying::journal
