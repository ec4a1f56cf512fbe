#include "broker/journal/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "proto/errors.h"

namespace huying::journal {
namespace {

tl::unexpected<Error> unreadable(const std::string& path, const char* call) {
  return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, fmt::format("{} {}: {}", call, path, std::strerror(errno)));
}
tl::unexpected<Error> write_failed(const std::string& path, const char* call) {
  return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, fmt::format("{} {}: {}", call, path, std::strerror(errno)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t bytes) override {
    std::size_t done = 0;
    while (done < bytes) {
      const auto got = ::pread(descriptor_.number(), into + done, bytes - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return unreadable(path_, "pread");
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto put = ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return write_failed(path_, "pwrite");
      bytes.remove_prefix(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_.number()) != 0) return write_failed(path_, "fdatasync");  // never again: disk.h
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat status {};
    if (::fstat(descriptor_.number(), &status) != 0) return unreadable(path_, "fstat");
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixLock final : public Lock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;  // flock ends with it
};

}  // namespace

Result<std::unique_ptr<File>> PosixDisk::open(const std::string& path, Access access) {
  int flags = O_CLOEXEC | (access == Access::read ? O_RDONLY : O_RDWR);
  if (access == Access::create) flags |= O_CREAT | O_TRUNC;
  Descriptor descriptor(::open(path.c_str(), flags, 0600));
  if (descriptor.number() < 0) {
    if (access == Access::read) return unreadable(path, "open");
    return write_failed(path, "open");
  }
  return std::make_unique<PosixFile>(std::move(descriptor), path);
}

Result<void> PosixDisk::make_folder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) == 0) {  // a folder whose name a power cut may undo keeps nothing
      const auto parent = part.substr(0, part.rfind('/') + 1);
      if (auto synced = sync_folder(parent.empty() ? "." : parent); !synced) return synced;
    } else if (const int failure = errno; failure != EEXIST && !exists(part)) {
      errno = failure;
      return unreadable(part, "mkdir");
    }
    if (slash == std::string::npos) return {};
  }
}

Result<std::vector<std::string>> PosixDisk::list(const std::string& folder) {
  std::vector<std::string> names;
  DIR* stream = ::opendir(folder.c_str());
  if (stream == nullptr) {
    if (errno == ENOENT) return names;
    return unreadable(folder, "opendir");
  }
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int failure = errno;
  ::closedir(stream);
  errno = failure;
  if (failure != 0) return unreadable(folder, "readdir");
  std::sort(names.begin(), names.end());
  return names;
}

bool PosixDisk::exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> PosixDisk::rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return write_failed(from, "rename");
  return {};
}

Result<void> PosixDisk::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return write_failed(path, "unlink");
  return {};
}

Result<void> PosixDisk::sync_folder(const std::string& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() < 0) return write_failed(folder, "open");
  if (::fsync(descriptor.number()) != 0) return write_failed(folder, "fsync");
  return {};
}

Result<std::unique_ptr<Lock>> PosixDisk::lock(const std::string& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (descriptor.number() < 0) return unreadable(path, "open");  // nothing began: the folder does not fit
  if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
    return fail(v1::ERROR_CODE_JOURNAL_LOCKED, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  return std::make_unique<PosixLock>(std::move(descriptor));
}

Result<std::unique_ptr<Lock>> PosixDisk::lock_shared(const std::string& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0 && errno != ENOENT) return unreadable(path, "open");
  if (descriptor.number() >= 0 && ::flock(descriptor.number(), LOCK_SH | LOCK_NB) != 0) {
    return fail(v1::ERROR_CODE_JOURNAL_LOCKED, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  return std::make_unique<PosixLock>(std::move(descriptor));
}

Result<std::uint64_t> PosixDisk::free_bytes(const std::string& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return unreadable(folder, "statvfs");
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace huying::journal
