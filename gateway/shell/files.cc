#include "gateway/shell/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/random.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

tl::unexpected<Error> failed(const std::string& path) {
  return fail(v1::ERROR_CODE_STORE_FAILED, fmt::format("{}: {}", path, std::strerror(errno)));
}

struct Descriptor {
  explicit Descriptor(int number_) : number(number_) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int number;
};

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed(path);
  struct stat is{};
  if (::stat(path.c_str(), &is) != 0 || !S_ISDIR(is.st_mode)) return failed(path);
  return {};
}

Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat is{};
  if (file.number < 0 || ::fstat(file.number, &is) != 0) return failed(path);
  if (!S_ISREG(is.st_mode)) return fail(v1::ERROR_CODE_STORE_FAILED, path + " is no file");
  if (static_cast<std::uint64_t>(is.st_size) > bytes_max)
    return fail(v1::ERROR_CODE_FILE_TOO_LARGE, fmt::format("{}: {} bytes, at most {}", path, is.st_size, bytes_max));
  std::string bytes(static_cast<std::size_t>(is.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = ::read(file.number, bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Result<void> write_file_whole(const std::string& path, std::string_view bytes) {
  const std::string beside = fmt::format("{}.{:016x}.unfinished", path, random_nonce());
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.number < 0) return failed(beside);
    if (!write_all(file.number, bytes) || ::fsync(file.number) != 0) {
      const auto error = failed(beside);
      ::unlink(beside.c_str());
      return error;
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) {
    const auto error = failed(path);
    ::unlink(beside.c_str());
    return error;
  }
  const Descriptor folder(::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number < 0 || ::fsync(folder.number) != 0) return failed(path);
  return {};
}

}  // namespace huying::gateway
