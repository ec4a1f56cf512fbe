#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/check.h"
#include "base/digest.h"
#include "tests/fuzz/corpora.h"

namespace {

void write(const std::filesystem::path& folder, const huying::fuzz::Corpus& corpus) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, bytes] : corpus) {
    std::ofstream file(folder / name, std::ios::binary);
    file << bytes;
    file.close();
    HUYING_CHECK(file.good(), "{}", (folder / name).string());
  }
  std::printf("%s: %zu\n", folder.c_str(), corpus.size());
}

}  // namespace

int main(int count, char** arguments) {
  using namespace huying::fuzz;
  if (count != 2) {
    std::fputs("usage: fuzz_make_corpora FOLDER\n", stderr);
    return 2;
  }
  huying::initialise_digests();
  const std::filesystem::path folder(arguments[1]);
  write(folder / "frame", frames());
  write(folder / "commit_view", commits());
  write(folder / "request", requests());
  write(folder / "broker", sessions());
  write(folder / "journal", journals());
  write(folder / "geojson", cell_files());
  write(folder / "people", people_files());
  write(folder / "places", place_files());
  write(folder / "policy", policy_files());
  write(folder / "calendar", calendar_files());
  write(folder / "address", addresses());
  write(folder / "route_line", route_lines());
  write(folder / "publish_line", publish_lines());
  write(folder / "http", http_connections());
  return 0;
}
