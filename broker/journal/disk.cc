#include "broker/journal/disk.h"

#include <fmt/format.h>

#include "proto/errors.h"

namespace huying::journal {

Result<std::string> read_file(Disk& disk, const std::string& path, std::size_t bytes_max) {
  auto file = disk.open(path, Access::read);
  if (!file) return tl::unexpected(file.error());
  const auto size = (*file)->size();
  if (!size) return tl::unexpected(size.error());
  if (*size > bytes_max) return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, fmt::format("{} has {} bytes", path, *size));
  std::string bytes(*size, '\0');
  const auto got = (*file)->read(0, bytes.data(), bytes.size());
  if (!got) return tl::unexpected(got.error());
  bytes.resize(*got);
  return bytes;
}

Result<void> replace_file(Disk& disk, const std::string& folder, const std::string& name, std::string_view bytes,
                          Durability durability) {
  const std::string path = folder + "/" + name, beside = path + std::string(temporary_suffix);
  auto file = disk.open(beside, Access::create);
  if (!file) return tl::unexpected(file.error());
  if (auto done = (*file)->write(0, bytes); !done) return done;
  if (durability != Durability::none) {
    if (auto done = (*file)->sync(); !done) return done;
  }
  if (auto done = disk.rename(beside, path); !done) return done;
  return durability == Durability::bytes_and_name ? disk.sync_folder(folder) : Result<void>{};
}

}  // namespace huying::journal
