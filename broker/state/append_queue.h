// What the round under way will append. Gives each record the sequence it will have: the broker that claimed the
// partition is its only writer, so sequences are known before the append and checked after it.
// Owned by the core, one thread.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "broker/journal/journal.h"

namespace huying::broker {

class AppendQueue {
 public:
  void begin_item() { batch_.begin_item(); }
  Sequence add(StreamId stream, v1::RecordKind kind, EpochId epoch, std::string_view payload);
  void add_key(const Digest128& key, journal::KeyRule rule) { batch_.add_key(key, rule); }

  bool empty() const { return batch_.empty(); }
  bool full() const;  // time to seal: little room is left for another frame's worth
  std::size_t next_record() const { return batch_.records().size(); }  // index in the batch of the record added next
  Sequence last(StreamId stream) const;  // appended or about to be
  void replayed(StreamId stream, Sequence sequence);
  void replayed_behind_gap(StreamId stream, Sequence sequence);  // where nothing will be appended

  // Of a snapshot (core_snapshot.cc): the last sequence of each stream.
  void encode(Encoder& out) const;
  bool decode(Decoder& in);

  const journal::Batch& batch() const { return batch_; }
  // Stops the process when a record landed elsewhere than foretold.
  void landed(const journal::Appended& appended);

 private:
  journal::Batch batch_;
  std::vector<std::uint64_t> last_;       // by stream
  std::vector<std::uint64_t> foretold_;   // by record of the batch
};

}  // namespace huying::broker
