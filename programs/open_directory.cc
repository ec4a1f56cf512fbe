#include "programs/open_directory.h"

#include <filesystem>

#include "base/digest.h"
#include "workers/cell/settings.h"

namespace huying::programs {

directory::Loaded load_files(const v1::DirectoryFiles& files) {
  initialise_digests();
  return directory::load(files, nullptr, {.check = cell::check_configuration});
}

Result<directory::Loaded> open_directory(const std::string& path, const std::string& id_property) {
  initialise_digests();
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  const auto files = is_folder ? directory::read_folder(path) : directory::wrap_geojson(path);
  if (!files) return tl::unexpected(files.error());
  return directory::load(
      *files, nullptr,
      {.id_property = id_property, .check = cell::check_configuration, .is_one_unit = !is_folder});
}

}  // namespace huying::programs
