// A disk as it would be after mending: files of another one, some with bytes replaced, some taken from elsewhere. Reads
// only: `huying journal repair` looks at the outcome before it writes anything. The disk behind outlives it; one thread.
#pragma once
#include <map>
#include <vector>

#include "broker/journal/copying.h"
#include "broker/journal/disk.h"

namespace huying::journal {

class PatchedDisk final : public Disk {
 public:
  explicit PatchedDisk(Disk& behind) : behind_(behind) {}

  void patch(const std::string& path, Patch patch) { patches_[path].push_back(std::move(patch)); }
  void take_from(const std::string& path, std::string other) { taken_[path] = std::move(other); }

  // What must be written to make it so, by path.
  std::vector<std::string> changed() const;
  Result<CopyPlan> plan(const std::string& path) const;

  Result<std::unique_ptr<File>> open(const std::string& path, Access access) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  bool exists(const std::string& path) override { return taken_.contains(path) || behind_.exists(path); }
  Result<std::uint64_t> free_bytes(const std::string& folder) override { return behind_.free_bytes(folder); }

  // It is only looked at.
  Result<void> make_folder(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<Lock>> lock(const std::string& path) override;

 private:
  const std::string& source(const std::string& path) const;

  Disk& behind_;
  std::map<std::string, std::string> taken_;
  std::map<std::string, std::vector<Patch>> patches_;
};

}  // namespace huying::journal
