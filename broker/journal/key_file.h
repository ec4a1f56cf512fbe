// The keys of sealed segments in a file beside them, sorted, each with the position of its record: so that memory does
// not grow with the history. A cache: everything in it can be read from the segments, and one that is missing, bad or
// of other segments is made anew from them (key_store.h). docs/journal-format.md, Keys of sealed segments.
//
// Owned by KeyStore; one thread. In memory: its filter, and 24 bytes a block of 170 keys. Errors: those of disk.h;
// JOURNAL_DAMAGED for what is not as it was written.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "broker/journal/disk.h"
#include "broker/journal/key_filter.h"
#include "broker/journal/segment_set.h"

namespace huying::journal {

struct KeyEntry {
  Digest128 key;
  Position position;
};
// The order in files.
inline bool key_is_before(const Digest128& a, const Digest128& b) {
  return a.high != b.high ? a.high < b.high : a.low < b.low;
}

// Which segments a file is of; two files with the same say the same.
struct KeyFileHeader {
  std::uint64_t folder_id = 0;
  std::uint32_t first_segment = 0, last_segment = 0;
  Digest128 parts;               // of the headers of all their parts: of these files and no others
  std::uint64_t last_batch = 0;  // that is theirs
  std::uint64_t keys = 0;        // in the file
};
// Of these segments as they are in the set; nullopt when they are not all there, or not sealed: no segment is behind
// them.
std::optional<KeyFileHeader> describe_segments(const SegmentSet& set, std::uint64_t folder_id, std::uint32_t first,
                                               std::uint32_t last);
std::string key_file_name(const KeyFileHeader& header);  // "00000001-00000004.keys"
struct KeyFileName {
  std::uint32_t first_segment = 0, last_segment = 0;
};
std::optional<KeyFileName> parse_key_file_name(std::string_view name);

inline constexpr std::size_t key_block_bytes = 4096, keys_a_block = 170;
std::string encode(const KeyFileHeader& header);                     // exactly a block
Result<KeyFileHeader> decode_key_file_header(std::string_view block);  // JOURNAL_DAMAGED, JOURNAL_VERSION
std::string encode_key_block(std::uint64_t number, const std::vector<KeyEntry>& entries);
Result<std::vector<KeyEntry>> decode_key_block(std::uint64_t number, std::string_view block);

class KeyFile {
 public:
  // Reads and checks all of it.
  static Result<std::unique_ptr<KeyFile>> open(Disk& disk, std::string path, std::uint64_t filter_bytes_max);
  // What was just written; `first_keys` of its blocks.
  KeyFile(std::string path, std::unique_ptr<File> file, const KeyFileHeader& header, KeyFilter filter,
          std::vector<Digest128> first_keys)
      : path_(std::move(path)), file_(std::move(file)), header_(header), filter_(std::move(filter)),
        first_keys_(std::move(first_keys)) {}

  Result<std::optional<Position>> find(const Digest128& key);
  void prefetch(const Digest128& key) const { filter_.prefetch(key); }

  const KeyFileHeader& header() const { return header_; }
  const std::string& path() const { return path_; }
  std::uint64_t blocks() const { return first_keys_.size(); }
  Result<std::vector<KeyEntry>> read_block(std::uint64_t number);
  std::uint64_t memory_bytes() const { return filter_.bytes() + first_keys_.size() * sizeof(Digest128); }

 private:
  std::string path_;
  std::unique_ptr<File> file_;
  KeyFileHeader header_;
  KeyFilter filter_;
  std::vector<Digest128> first_keys_;
};

}  // namespace huying::journal
