// The segment files of a journal folder, in order: their headers, and reading from them. Owned by whoever opened the
// folder (EmbeddedJournal, verify, dump); one thread. Writes nothing. Parts that were archived are in it like all
// others, and are read in the archive; where that is not there, ARCHIVED says what brings them back.
//
// Offsets are offsets in the segment, as in a Position; a part's file holds those from header.base on.
// Errors: JOURNAL_DAMAGED (headers or chain), JOURNAL_VERSION, JOURNAL_UNREADABLE.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/archive_index.h"
#include "broker/journal/damage.h"
#include "broker/journal/disk.h"
#include "broker/journal/format.h"

namespace huying::journal {

struct Part {
  PartHeader header;
  std::string path;
  std::uint32_t seed = 0;      // of its CRCs
  std::uint64_t end = 0;       // offset behind its last live batch, padding included; what lies behind is void
  std::string archive;         // the folder it is read in; empty: it is here
  std::unique_ptr<File> file;  // while open for reading
  bool is_archived() const { return !archive.empty(); }
};

class SegmentSet {
 public:
  SegmentSet(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  // Reads every header and checks the chain: segments from 1 without gaps but those that a header tells, parts growing,
  // batch numbers not going back, all of this folder; none only where none was (lost_segments.h). `end` of each part is set to its
  // base. With OnDamage::read_on
  // what is wrong is kept in problems(), a header is made anew from its batches where they tell it, and parts that do
  // not fit are left out.
  Result<void> load(std::uint64_t folder_id, OnDamage on_damage = OnDamage::stop);
  const std::vector<Damage>& problems() const { return problems_; }
  void add(PartHeader header);  // a part that was just made

  // From now on the part is read there: what was copied is looked at by whoever reads.
  void use_archive(std::size_t part, const std::string& archive);
  // ARCHIVED, or what else keeps the part from being read.
  Result<void> reach(std::size_t part);
  void close_archived();  // so that its disk can be taken away
  // Leaves out the archived parts that cannot be reached, with a problem for each run of them.
  void leave_out_unreachable();
  // Of the archived part that holds the position, in words.
  Error archived(std::size_t part, std::string_view why = {}) const;

  std::vector<Part>& parts() { return parts_; }
  const std::vector<Part>& parts() const { return parts_; }

  // Offset behind the file's last byte, or where the part behind it takes over: what lies beyond that is void.
  Result<std::uint64_t> file_end(std::size_t part);
  // Its segment goes on in a part that is there no more, or is bad: where this one ended is not known then, and behind its last
  // live batch may lie some that a recovery found void.
  bool lacks_continuation(std::size_t part) const;
  // `bytes` at `offset`, fewer at `limit` or the file's end. Reads ahead, never beyond `limit`: what may still be
  // written must not be remembered. The view lives until the next read.
  Result<std::string_view> read(std::size_t part, std::uint64_t offset, std::size_t bytes, std::uint64_t limit);
  // Without reading ahead; fewer at the file's end.
  Result<void> read_into(std::size_t part, std::uint64_t offset, std::size_t bytes, std::string& into);
  // The batch at `offset`, checked; nullopt when there is no whole batch.
  Result<std::optional<std::string_view>> batch(std::size_t part, std::uint64_t offset, std::uint64_t limit);

  // The part whose live range holds the position, or begins behind it; nullopt: behind everything.
  std::optional<std::size_t> part_at_or_after(Position position) const;
  Position position(std::size_t part, std::uint64_t offset) const {
    return make_position(parts_[part].header.segment, static_cast<std::uint32_t>(offset));
  }
  void forget_window() { window_part_ = no_part; }

 private:
  static constexpr std::size_t no_part = ~std::size_t{0};
  static constexpr std::size_t read_ahead_bytes = 256 * 1024;
  static constexpr std::size_t open_files_max = 64;  // of descriptors; older ones are opened again when asked

  Result<File*> file(std::size_t part);
  std::uint64_t file_offset(std::size_t part, std::uint64_t offset) const {
    const PartHeader& h = parts_[part].header;
    return offset - h.base + h.alignment;
  }
  Result<void> add_archived(const ArchivedPart& archived, std::uint64_t folder_id, OnDamage on_damage);
  Result<std::unique_ptr<File>> open_part(const Part& part) const;
  Result<void> place(Part part, OnDamage on_damage);
  Result<void> load_part(const std::string& name, PartName parsed, std::uint64_t folder_id, OnDamage on_damage);
  Result<void> check_chain(const Part& part) const;
  Result<void> check_none_were_lost(OnDamage on_damage);

  Disk& disk_;
  std::string folder_;
  std::vector<Part> parts_;
  std::vector<Damage> problems_;
  std::size_t open_files_ = 0;
  std::string window_;
  std::size_t window_part_ = no_part;
  std::uint64_t window_begin_ = 0;
};

// Offsets of the batch behind one of `length` bytes at `offset`.
inline std::uint64_t behind(const Part& part, std::uint64_t offset, std::uint32_t length) {
  return offset + aligned(length, part.header.alignment);
}

}  // namespace huying::journal
