// Makes one key file, entry by entry in order, a little at a time: what it costs is spread over a broker's idle
// moments. The file gets its name when all of it is synced; until then it is a `.tmp`, which the next start removes.
// Owned by who makes the file (key_work.h); one thread. After any error it must not be used again.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "broker/journal/key_file.h"

namespace huying::journal {

class KeyFileWriter {
 public:
  // `keys_at_most`: what the filter is made for.
  static Result<std::unique_ptr<KeyFileWriter>> begin(Disk& disk, std::string folder, const KeyFileHeader& header,
                                                      std::uint64_t keys_at_most, std::uint64_t filter_bytes_max);

  void add(const KeyEntry& entry);  // behind the one before
  // Writes the blocks that are full.
  Result<void> write();
  // The rest, the header, a sync, the name.
  Result<std::unique_ptr<KeyFile>> finish();

 private:
  KeyFileWriter(Disk& disk, std::string folder, const KeyFileHeader& header, KeyFilter filter)
      : disk_(disk), folder_(std::move(folder)), header_(header), filter_(std::move(filter)) {}
  std::string path() const { return folder_ + "/" + key_file_name(header_); }
  void seal_block();

  Disk& disk_;
  std::string folder_;
  KeyFileHeader header_;
  KeyFilter filter_;
  std::unique_ptr<File> file_;
  std::vector<Digest128> first_keys_;  // of the sealed blocks
  std::vector<KeyEntry> block_;        // being filled
  std::string blocks_;                 // sealed, not yet written
  std::uint64_t written_bytes_ = key_block_bytes, unsynced_bytes_ = 0;
};

}  // namespace huying::journal
