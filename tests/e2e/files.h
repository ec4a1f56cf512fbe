// Files of a test: a folder of its own, removed afterwards, and whole files as text. Any thread; a failure throws,
// which fails the test that asked.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace huying::e2e {

// A folder of mode 0700 with a short path: the path of a socket inside it has at most 107 bytes.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::string& path);  // empty when there is none
void write_file(const std::string& path, std::string_view text);
// Complete ones: what follows the last line feed is not yet one.
std::vector<std::string> lines_of(std::string_view text);

// deploy/wenyuan of the source tree: 67 cells, marked as a demonstration.
std::string wenyuan();

}  // namespace huying::e2e
