// What stays of the requests in archived segments: of each its case number, its content's digest and how it was routed,
// by position. With it a publication that comes again is answered for good (I2), wherever its record lies by then.
// docs/journal-format.md, Archived segments. One file for each run of segments that was archived at once, blocks of 4,096
// bytes, each with its CRC; nothing of it is kept in memory.
//
// KeptRequests is owned by the journal, KeptWriter by who archives; one thread. Errors: those of disk.h; JOURNAL_DAMAGED.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "broker/journal/disk.h"
#include "broker/journal/journal.h"

namespace huying::journal {

struct KeptRequest {
  Position position;
  Sequence sequence;
  StreamId stream;
  std::uint16_t rule = 0;  // v1::DispatchRule
  Digest128 content;
  std::string number;      // at most 56 bytes
};
// Of a request's record; nothing when it is none that a publication is compared with.
std::optional<KeptRequest> kept_of(Position position, StreamId stream, Sequence sequence, std::string_view payload);
// A v1::RequestRecord with what was kept, and nothing else.
std::string payload_of(const KeptRequest& kept);

class KeptWriter {
 public:
  static Result<std::unique_ptr<KeptWriter>> begin(Disk& disk, std::string journal_folder, std::uint64_t folder_id,
                                                   std::uint32_t first_segment, std::uint32_t last_segment);
  Result<void> add(const KeptRequest& request);  // by growing positions
  Result<void> finish();                         // synced, and with its name
  std::uint64_t requests() const { return requests_; }

 private:
  KeptWriter(Disk& disk, std::string folder, std::uint64_t folder_id, std::uint32_t first, std::uint32_t last)
      : disk_(disk), folder_(std::move(folder)), folder_id_(folder_id), first_(first), last_(last) {}
  std::string header() const;
  Result<void> seal_block();

  Disk& disk_;
  std::string folder_;
  std::uint64_t folder_id_;
  std::uint32_t first_, last_;
  std::unique_ptr<File> file_;
  std::string entries_;  // of the block that is being filled
  std::uint32_t in_block_ = 0;
  std::uint64_t blocks_ = 0, requests_ = 0;
};

class KeptRequests {
 public:
  KeptRequests(Disk& disk, std::string journal_folder) : disk_(disk), folder_(std::move(journal_folder)) {}

  // The files that are there. One that is bad is as if it were not: its requests are read in the archive.
  Result<void> load(std::uint64_t folder_id);
  // Nothing: none was kept at that position.
  Result<std::optional<KeptRequest>> find(Position position);

 private:
  struct KeptFile {
    std::uint32_t first = 0, last = 0;  // segments
    std::uint64_t blocks = 0;
    std::string path;
    std::unique_ptr<File> file;
  };
  Result<std::vector<KeptRequest>> read_block(KeptFile& file, std::uint64_t number);

  Disk& disk_;
  std::string folder_;
  std::vector<KeptFile> files_;
};

struct KeptName {
  std::uint32_t first_segment = 0, last_segment = 0;
};
std::optional<KeptName> parse_kept_name(std::string_view name);  // "00000001-00000004.requests"

}  // namespace huying::journal
