// The real file system: pread, pwrite, fdatasync, flock. Any number of objects; stateless.
#pragma once
#include "broker/journal/disk.h"

namespace huying::journal {

class PosixDisk : public Disk {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, Access access) override;
  Result<void> make_folder(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  bool exists(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<Lock>> lock(const std::string& path) override;
  // Beside others that share it, never beside who holds it exclusively (JOURNAL_LOCKED). Makes and writes nothing; where
  // there is no such file there is nothing to share, and nobody is kept away.
  Result<std::unique_ptr<Lock>> lock_shared(const std::string& path);
  Result<std::uint64_t> free_bytes(const std::string& folder) override;
};

}  // namespace huying::journal
