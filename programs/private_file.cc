#include "programs/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "proto/errors.h"

namespace huying::programs {

PrivateFile::~PrivateFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(unfinished_.c_str());
}

Result<void> PrivateFile::make(const std::string& path) {
  path_ = path;
  unfinished_ = path + ".unfinished";
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return fail(v1::ERROR_CODE_TARGET_EXISTS, path);
  descriptor_ = ::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) return {};
  if (errno == EEXIST)
    return fail(v1::ERROR_CODE_TARGET_EXISTS,
                fmt::format("{}: of a program that writes it just now, or was broken off", unfinished_));
  return fail(v1::ERROR_CODE_USAGE, fmt::format("--output {}: {}", path, std::strerror(errno)));
}

Result<void> PrivateFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

// A file system without RENAME_NOREPLACE (NFS) has links.
Result<void> PrivateFile::finish() {
  if (::fsync(descriptor_) != 0) return failed("fsync");
  if (::renameat2(AT_FDCWD, unfinished_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EINVAL && ::link(unfinished_.c_str(), path_.c_str()) == 0) return {};
  return errno == EEXIST ? fail(v1::ERROR_CODE_TARGET_EXISTS, path_) : failed("rename");
}

Result<void> PrivateFile::failed(const char* call) const {
  return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, fmt::format("{} {}: {}", call, path_, std::strerror(errno)));
}

}  // namespace huying::programs
