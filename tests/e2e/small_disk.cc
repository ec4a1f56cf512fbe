#include "tests/e2e/small_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

namespace huying::e2e {
namespace {

std::string filler(const std::string& folder) { return folder + "/filler"; }

bool has_own_mounts() {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace

SmallDisk::SmallDisk(const std::string& folder, std::uint64_t bytes) : folder_(folder) {
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  const std::string options = fmt::format("size={},mode=700", bytes);
  mounted_ = has_own_mounts() && ::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) == 0;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill(std::uint64_t leave_bytes) {
  const int file = ::open(filler(folder_).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  off_t end = ::lseek(file, 0, SEEK_END);
  for (off_t piece = 64 << 20; piece >= 4096; piece /= 2)
    while (std::filesystem::space(folder_).available >= leave_bytes + static_cast<std::uint64_t>(piece) &&
           ::posix_fallocate(file, end, piece) == 0)
      end += piece;
  ::close(file);
}

void SmallDisk::empty() { std::filesystem::remove(filler(folder_)); }

}  // namespace huying::e2e
