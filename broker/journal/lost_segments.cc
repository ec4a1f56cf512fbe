#include "broker/journal/lost_segments.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/journal/format.h"
#include "broker/journal/kept_requests.h"
#include "broker/journal/key_file.h"
#include "broker/journal/segment_index.h"

namespace huying::journal {
namespace {

bool comes_of_sealed_segments(const std::string& name) {
  return parse_key_file_name(name) || parse_segment_index_name(name) || parse_kept_name(name);
}

bool comes_of_an_open_journal(const std::string& name) {
  return name.ends_with(".checkpoint") || name.ends_with(".cursor") || name.ends_with(".recent");
}

bool holds_bytes(Disk& disk, const std::string& path) {
  const auto file = disk.open(path, Access::read);
  const auto size = file ? (*file)->size() : Result<std::uint64_t>(tl::unexpected(file.error()));
  return !size || *size != 0;  // one that cannot be read is there
}

}  // namespace

Result<std::optional<Damage>> lost_segments(Disk& disk, const FolderPaths& paths) {
  for (const std::string* folder : {&paths.journal, &paths.checkpoints, &paths.cursors}) {
    const auto names = disk.list(*folder);
    if (!names) return tl::unexpected(names.error());
    const bool of_journal = folder == &paths.journal;
    const auto is_segment = [](const std::string& name) { return parse_part_name(name).has_value(); };
    if (of_journal && std::any_of(names->begin(), names->end(), is_segment)) return std::optional<Damage>{};
    for (const std::string& name : *names) {
      const std::string path = *folder + "/" + name;
      if (!(of_journal ? comes_of_sealed_segments(name) : comes_of_an_open_journal(name)) || !holds_bytes(disk, path)) continue;
      return Damage{.path = paths.journal,
                    .what = fmt::format("{}: no segment is there, but {} proves that there were some: all records are lost; huying "
                                        "journal repair --backup takes them from a backup, or restore one into a new folder",
                                        paths.journal, path)};
    }
  }
  return std::optional<Damage>{};
}

}  // namespace huying::journal
