// The journal port: where everything lives that must not be lost.
//
// One object serves one partition (a street). The broker's loop thread owns it; no other thread calls it. Two engines
// stand behind it: the embedded segmented log (embedded_journal.h) and, later, a PostgreSQL-wire engine; one contract
// test (tests/broker/journal/journal_contract.h) runs against each.
//
// Words: a *record* is the smallest thing with a sequence in its stream. An *item* is what lands whole or not at all:
// a request, an action, or a commit with its sends. A *batch* is what one sync makes durable. A *position* is where a
// record lies; positions grow, and mean nothing in another partition.
//
// Errors are numbers of proto/huying/v1/error.proto, 5xxx. A failed write or sync is not an error to handle: the engine
// answers JOURNAL_WRITE_FAILED, refuses everything after, and the process must stop (facts.md, PostgreSQL 2018).
// A read of what was archived may answer ARCHIVED, with the remedy: whoever asked is told, nothing else happens.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/result.h"
#include "huying/v1/record.pb.h"

namespace huying::journal {

// What `find` answers for a key. A unique key is written once, for good: a second item with it fails alone.
// A replaceable key always leads to the last record that named it.
enum class KeyRule : std::uint8_t { unique, replaceable };

// Items on their way to one sync. Owned by the caller until `append` takes it; reused after its completion.
class Batch {
 public:
  struct Record {
    StreamId stream;
    v1::RecordKind kind{};
    EpochId epoch;
    std::size_t payload_offset = 0, payload_size = 0;
    std::uint32_t first_key = 0, unique_keys = 0, replaceable_keys = 0;  // unique ones first
  };
  struct Item {
    std::uint32_t first_record = 0, records = 0;
  };

  std::size_t begin_item();  // index of the item
  // Appends a record to the item begun last and returns its index in the batch. The bytes are copied.
  std::size_t add_record(StreamId stream, v1::RecordKind kind, EpochId epoch, std::string_view payload);
  // Adds keys to the record added last; unique ones must come before replaceable ones.
  void add_key(const Digest128& key, KeyRule rule);
  void clear();

  bool empty() const { return items_.empty(); }
  const std::vector<Item>& items() const { return items_; }
  const std::vector<Record>& records() const { return records_; }
  const std::vector<Digest128>& keys() const { return keys_; }
  std::string_view payload(const Record& r) const { return std::string_view(bytes_).substr(r.payload_offset, r.payload_size); }
  std::size_t payload_bytes() const { return bytes_.size(); }

 private:
  std::vector<Item> items_;
  std::vector<Record> records_;
  std::vector<Digest128> keys_;
  std::string bytes_;
};

// Where the records of a batch landed; indexes as in the batch.
struct Appended {
  struct Place {
    Sequence sequence;  // 0: its item failed
    Position position;
  };
  struct Conflict {
    std::size_t item = 0;
    Digest128 key;
    Position holder;  // the record that has the key
  };
  std::vector<Place> places;
  std::vector<Conflict> conflicts;  // items that failed alone
  Instant recorded_at;              // of the whole batch; never earlier than any before
};

// A record as read. The views live until the next call on the journal.
struct Record {
  Position position;
  Position next;  // where the record after it begins, or will begin
  StreamId stream;
  Sequence sequence;
  v1::RecordKind kind{};
  EpochId epoch;
  Instant recorded_at;
  std::uint64_t batch_number = 0;
  bool item_begins = false;
  std::string_view payload;
};

struct Checkpoint {
  EpochId epoch;
  Sequence through;
  std::uint32_t state_version = 0;
  std::string state;
};

// A read stops after the record for which the sink answers `enough`.
enum class Sink { more, enough };
using RecordSink = std::function<Sink(const Record&)>;
using Completion = std::function<void(Result<Appended>)>;

class Journal {
 public:
  virtual ~Journal() = default;

  // Claims the partition: appends and syncs TermClaimed to stream 0. Greater than every term before; fences them.
  // Once, before the first append. The other calls work without it (read-only tools).
  virtual Result<Term> claim(std::string_view broker, Instant now) = 0;

  // Writes and syncs. Completed in order, on this thread, from within append() or poll(). The batch must live until
  // then. recorded_at becomes max(now, that of the batch before). TERM_STALE, JOURNAL_WRITE_FAILED, JOURNAL_FULL.
  virtual void append(Term term, const Batch& batch, Instant now, Completion completed) = 0;
  virtual void poll() = 0;  // runs completions that are ready; an engine that completes inside append does nothing

  // In journal order, all streams, from the record at or after `from` (Position{0}: the first).
  virtual Result<void> read(Position from, const RecordSink& sink) = 0;
  // One stream in sequence order, from the record `from` on.
  virtual Result<void> read_cell(StreamId stream, Sequence from, const RecordSink& sink) = 0;
  virtual Result<void> read_at(Position position, const RecordSink& sink) = 0;  // that record alone
  // A request's record, of which no more need be there than a publication that comes again is compared with: its case
  // number, content digest and rule. So much stays here when the record itself is archived.
  virtual Result<void> read_request(Position position, const RecordSink& sink) { return read_at(position, sink); }
  // Where a record lies; nothing: there is none, or it cannot be read.
  virtual std::optional<Position> position_of(StreamId stream, Sequence sequence);
  virtual Position head() const = 0;           // where the next record will begin
  virtual Position at_time(Instant from) = 0;  // of the first record recorded at or after; head() when none
  virtual Instant last_recorded_at() const = 0;  // of the last batch, be it a mark without records: time goes on from there
  virtual Sequence last_sequence(StreamId stream) const = 0;  // 0: none
  virtual std::vector<StreamId> streams() const = 0;

  virtual std::optional<Position> find(const Digest128& key) const = 0;
  // A hint that `find` comes soon: an engine may fetch memory ahead. Changes nothing.
  virtual void find_soon(const Digest128&) const {}
  virtual const DigestKey& digest_key() const = 0;  // random, of this folder

  // A cache, never truth: may be lost at any time.
  virtual Result<void> store_checkpoint(StreamId stream, const Checkpoint& checkpoint) = 0;
  virtual std::optional<Checkpoint> latest_checkpoint(StreamId stream) = 0;

  // Side files, replaced by rename. Losing one costs repeats (I11).
  virtual Result<void> set_cursor(std::string_view name, std::string_view state) = 0;
  // Many at once; durable when it returns. An empty state forgets a name.
  virtual Result<void> save_cursors(const std::vector<std::pair<std::string, std::string>>& changes) {
    for (const auto& [name, state] : changes)
      if (auto saved = set_cursor(name, state); !saved) return saved;
    return {};
  }
  virtual std::vector<std::pair<std::string, std::string>> cursors() = 0;
  // Key digests of names that have a side file which cannot be read.
  virtual std::vector<Digest128> lost_cursors() { return {}; }

  virtual std::uint64_t bytes() const = 0;       // of the journal
  virtual std::uint64_t free_bytes() = 0;        // of its file system
  virtual std::uint64_t batches() const = 0;     // written since it was opened
};

}  // namespace huying::journal
