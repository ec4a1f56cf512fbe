// Files of the segments to come, zero-filled and synced: writing into blocks that were written before needs no
// metadata, which halves the sync (0.23 ms against 0.33 when tried). Filled at start and while idle, never
// while serving. Owned by the journal; one thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/disk.h"

namespace huying::journal {

class SegmentPool {
 public:
  SegmentPool(Disk& disk, std::string folder, std::uint64_t file_bytes, std::size_t target)
      : disk_(disk), folder_(std::move(folder)), file_bytes_(file_bytes), target_(target) {}

  // Takes what is there; removes half-made files and those of another size.
  Result<void> load();
  enum class More : std::uint8_t { yes, no };
  Result<More> fill_a_little();             // towards the target: at most 1 MiB and one sync
  std::optional<std::string> take();        // path of a prepared file, now the caller's
  bool full() const { return ready_.size() >= target_; }

 private:
  Result<void> begin_file();
  Result<void> finish_file();

  Disk& disk_;
  std::string folder_;
  std::uint64_t file_bytes_;
  std::size_t target_;
  std::vector<std::string> ready_;  // paths
  std::uint64_t next_number_ = 0;
  std::string making_path_;         // without the temporary suffix
  std::unique_ptr<File> making_;
  std::uint64_t made_bytes_ = 0;
};

}  // namespace huying::journal
