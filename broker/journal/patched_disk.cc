#include "broker/journal/patched_disk.h"

#include <algorithm>
#include <cstring>

#include "proto/errors.h"

namespace huying::journal {
namespace {

tl::unexpected<Error> only_looked_at(const std::string& path) {
  return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, path + ": only looked at");
}

class PatchedFile final : public File {
 public:
  PatchedFile(std::unique_ptr<File> behind, std::uint64_t size, const std::vector<Patch>* patches, std::string path)
      : behind_(std::move(behind)), size_(size), patches_(patches), path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t bytes) override {
    if (offset >= size_) return std::size_t{0};
    bytes = std::min<std::uint64_t>(bytes, size_ - offset);
    const auto got = behind_->read(offset, into, bytes);
    if (!got) return got;
    std::memset(into + *got, 0, bytes - *got);
    if (patches_ == nullptr) return bytes;
    for (const Patch& patch : *patches_) {
      const std::uint64_t first = std::max(offset, patch.offset);
      const std::uint64_t last = std::min(offset + bytes, patch.offset + patch.bytes.size());
      if (first < last) std::memcpy(into + (first - offset), patch.bytes.data() + (first - patch.offset), last - first);
    }
    return bytes;
  }
  Result<void> write(std::uint64_t, std::string_view) override { return only_looked_at(path_); }
  Result<void> sync() override { return only_looked_at(path_); }
  Result<std::uint64_t> size() override { return size_; }

 private:
  std::unique_ptr<File> behind_;
  std::uint64_t size_;
  const std::vector<Patch>* patches_;
  std::string path_;
};

}  // namespace

const std::string& PatchedDisk::source(const std::string& path) const {
  const auto taken = taken_.find(path);
  return taken == taken_.end() ? path : taken->second;
}

std::vector<std::string> PatchedDisk::changed() const {
  std::vector<std::string> paths;
  for (const auto& [path, other] : taken_) paths.push_back(path);
  for (const auto& [path, patches] : patches_) {
    if (!taken_.contains(path)) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<CopyPlan> PatchedDisk::plan(const std::string& path) const {
  auto plan = whole_file(behind_, source(path));
  if (!plan) return plan;
  const auto patches = patches_.find(path);
  if (patches == patches_.end()) return plan;
  plan->patches = patches->second;
  for (const Patch& patch : plan->patches) plan->bytes = std::max(plan->bytes, patch.offset + patch.bytes.size());
  plan->size = plan->bytes;
  return plan;
}

Result<std::unique_ptr<File>> PatchedDisk::open(const std::string& path, Access access) {
  if (access != Access::read) return only_looked_at(path);
  const auto as_planned = plan(path);
  if (!as_planned) return tl::unexpected(as_planned.error());
  auto file = behind_.open(source(path), Access::read);
  if (!file) return file;
  const auto patches = patches_.find(path);
  return std::make_unique<PatchedFile>(std::move(*file), as_planned->size,
                                       patches == patches_.end() ? nullptr : &patches->second, path);
}

Result<std::vector<std::string>> PatchedDisk::list(const std::string& folder) {
  auto names = behind_.list(folder);
  if (!names) return names;
  for (const auto& [path, other] : taken_) {
    if (path.starts_with(folder + "/") && path.find('/', folder.size() + 1) == std::string::npos) {
      names->push_back(path.substr(folder.size() + 1));
    }
  }
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
  return names;
}

Result<void> PatchedDisk::make_folder(const std::string& path) { return only_looked_at(path); }
Result<void> PatchedDisk::rename(const std::string& from, const std::string&) { return only_looked_at(from); }
Result<void> PatchedDisk::remove(const std::string& path) { return only_looked_at(path); }
Result<void> PatchedDisk::sync_folder(const std::string& folder) { return only_looked_at(folder); }
Result<std::unique_ptr<Lock>> PatchedDisk::lock(const std::string& path) { return only_looked_at(path); }

}  // namespace huying::journal
