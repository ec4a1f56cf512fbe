// From disk to DirectoryFiles: the only part of directory/ that opens files.
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "broker/directory/directory_files.h"
#include "broker/directory/known_files.h"
#include "huying/v1/error.pb.h"

namespace huying::directory {
namespace {

namespace fs = std::filesystem;

// A GeoJSON file as a street of its own.
constexpr std::string_view wrapping =
    "street: \"street\" street_name: \"street\" street_short: \"X\" district: \"district\" time_zone: \"UTC\"\n"
    "demonstration: true notice: \"one GeoJSON file, wrapped as a directory\"\n"
    "units { code: \"unit\" name: \"unit\" kind: UNIT_KIND_COMMUNITY }\n"
    "systems { code: \"administrator\" role: ROLE_ADMINISTRATOR }\n";

Result<std::string> read_file(const fs::path& path, const KnownFile& known) {
  std::error_code error;
  if (!fs::is_regular_file(path, error))
    return fail(v1::ERROR_CODE_FILE_UNREADABLE, fmt::format("{} is not a file that can be read", path.string()));
  const auto size = fs::file_size(path, error);
  if (!error && size > known.bytes_max)
    return fail(v1::ERROR_CODE_FILE_TOO_LARGE,
                fmt::format("{}: {} bytes; at most {} are read", path.string(), size, known.bytes_max));
  std::ifstream in(path, std::ios::binary);
  std::string content(error ? 0 : static_cast<std::size_t>(size), '\0');
  if (error || !in || !in.read(content.data(), static_cast<std::streamsize>(content.size())))
    return fail(v1::ERROR_CODE_FILE_UNREADABLE, path.string());
  return content;
}

void add_file(v1::DirectoryFiles& files, std::string_view name, std::string content) {
  auto* file = files.add_files();
  file->set_name(std::string(name));
  file->set_content(std::move(content));
}

}  // namespace

Result<v1::DirectoryFiles> read_folder(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return fail(v1::ERROR_CODE_FILE_MISSING, fmt::format("{} is not a folder", path));
  v1::DirectoryFiles files;
  for (const KnownFile& known : known_files) {
    const fs::path file = fs::path(path) / known.name;
    if (!fs::exists(file, error)) {
      if (known.is_required) return fail(v1::ERROR_CODE_FILE_MISSING, file.string());
      continue;
    }
    auto content = read_file(file, known);
    if (!content) return tl::unexpected(content.error());
    add_file(files, known.name, std::move(*content));
  }
  return files;
}

Result<v1::DirectoryFiles> wrap_geojson(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return fail(v1::ERROR_CODE_FILE_MISSING, path);
  auto content = read_file(path, *known_file("cells.geojson"));
  if (!content) return tl::unexpected(content.error());
  v1::DirectoryFiles files;
  add_file(files, "directory.txtpb", std::string(wrapping));
  add_file(files, "cells.geojson", std::move(*content));
  return files;
}

}  // namespace huying::directory
