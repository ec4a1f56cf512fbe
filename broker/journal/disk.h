// The seam between the journal and a file system. posix_disk.h is the real one; tests and the simulator bring a disk
// of their own that loses what was not synced (tests/broker/journal/memory_disk.h), with the journal linked in unchanged.
//
// Owned by the program, outlives every File and Lock it gave out. One thread. Errors: JOURNAL_UNREADABLE for what only
// looks, JOURNAL_WRITE_FAILED for what changes something, JOURNAL_LOCKED; `detail` names path and cause. A failed write
// or sync is final: whoever sees one never writes to that file again (PostgreSQL's fsync lesson of 2018).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace huying::journal {

class File {
 public:
  virtual ~File() = default;
  // Up to `bytes` from `offset` into `into`; fewer only at the end of the file.
  virtual Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t bytes) = 0;
  // All of `bytes` at `offset`; the file grows as needed. Durable only after sync().
  virtual Result<void> write(std::uint64_t offset, std::string_view bytes) = 0;
  virtual Result<void> sync() = 0;  // fdatasync
  virtual Result<std::uint64_t> size() = 0;
};

// Held exclusively until destroyed, or until the process ends.
class Lock {
 public:
  virtual ~Lock() = default;
};

enum class Access : std::uint8_t { read, write, create };  // create: and empty it

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, Access access) = 0;
  virtual Result<void> make_folder(const std::string& path) = 0;  // and its parents, mode 0700; fine when it exists
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;  // names, sorted; empty when absent
  virtual bool exists(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;  // replaces; same file system
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> sync_folder(const std::string& folder) = 0;  // names created, renamed, removed become durable
  virtual Result<std::unique_ptr<Lock>> lock(const std::string& path) = 0;
  virtual Result<std::uint64_t> free_bytes(const std::string& folder) = 0;
};

// The whole of a small file. JOURNAL_UNREADABLE when it is larger than `bytes_max`.
Result<std::string> read_file(Disk& disk, const std::string& path, std::size_t bytes_max);

// Writes beside `path` and renames over it. `durable`: the bytes are synced before, the folder after.
enum class Durability : std::uint8_t { none, bytes, bytes_and_name };
Result<void> replace_file(Disk& disk, const std::string& folder, const std::string& name, std::string_view bytes,
                          Durability durability);

inline constexpr std::string_view temporary_suffix = ".tmp";

}  // namespace huying::journal
