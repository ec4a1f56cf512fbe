// Every key of the journal and the place of its record: those of the segment that is written to in memory, those of
// sealed segments in files beside them (key_file.h). So memory follows what is new, not the history. Owned by
// EmbeddedJournal; one thread. docs/journal-format.md, Keys of sealed segments.
//
// Files are made while the broker is idle, a little at a time (tidy); until one is there its keys are in memory, as
// they are after a start that found no good file for a segment. Two neighbours are joined when the older has fewer than
// twice the newer's keys, so that a history of n segments has about log2(n) files, and a look-up asks few.
//
// Errors: those of disk.h; JOURNAL_DAMAGED when a file reads otherwise than when it was opened. Nobody may be answered
// after either: an unknown key could be one that is known.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "broker/journal/key_file.h"
#include "broker/journal/key_index.h"
#include "broker/journal/key_work.h"
#include "broker/journal/segment_set.h"

namespace huying::journal {

class KeyStore {
 public:
  // Of one file: ten bits a key up to 53 million of them; of more it says less.
  static constexpr std::uint64_t filter_bytes_max = 64 * limits::MiB;

  KeyStore(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  // Takes the files that fit the set, from the first segment on without a gap; reads only. The headers of the set are
  // loaded.
  Result<void> load(const SegmentSet& set, std::uint64_t folder_id);
  // Their keys are in files: who rebuilds the index leaves them out.
  bool covers(std::uint32_t segment) const { return segment <= covered_through(); }
  std::uint32_t covered_through() const { return files_.empty() ? 0 : files_.back()->header().last_segment; }

  Result<std::optional<Position>> find(const Digest128& key) const;
  void prefetch(const Digest128& key) const;
  // False, and nothing changed, when the key is there; `holder` is who has it.
  Result<bool> insert(const Digest128& key, Position position, Position& holder);
  void replace(const Digest128& key, Position position) { memory_.replace(key, position); }
  // When its record lies at or behind `begin`: in the batch that is being encoded.
  void take_back(const Digest128& key, Position begin) {
    const auto position = memory_.find(key);
    if (position && *position >= begin) memory_.erase(key);
  }

  enum class More : std::uint8_t { yes, no };
  // Removes a file that is of no use any more, or makes a file, or joins two: one step of it. `room_bytes`: what may be
  // begun.
  Result<More> tidy(const SegmentSet& set, std::uint64_t room_bytes);
  // Sealed segments whose keys are in memory.
  std::size_t segments_waiting(const SegmentSet& set) const;

  std::size_t files() const { return files_.size(); }
  std::size_t keys_in_memory() const { return memory_.size(); }
  std::uint64_t memory_bytes_of_files() const;

 private:
  Result<bool> load_file_from(const SegmentSet& set, std::uint32_t first, const std::vector<std::string>& names);
  Result<bool> begin_work(const SegmentSet& set, std::uint64_t room_bytes);
  Result<bool> begin_writing(const SegmentSet& set, std::uint64_t room_bytes);
  Result<bool> begin_joining(const SegmentSet& set, std::uint64_t room_bytes);
  void drop_some();
  void finish_work(std::unique_ptr<KeyFile> made);

  Disk& disk_;
  std::string folder_;
  std::uint64_t folder_id_ = 0;
  KeyIndex memory_;
  std::vector<std::unique_ptr<KeyFile>> files_;  // by segment
  std::vector<std::string> to_remove_;           // paths: joined, or not of these segments, or bad
  std::unique_ptr<KeyWork> work_;
  std::optional<std::size_t> joining_;           // it joins this file and the next; else it writes out of memory
  std::optional<std::size_t> dropping_;          // table: their keys are in a file, and go from memory
};

}  // namespace huying::journal
