#include "tests/bench/block_device.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

namespace huying::bench {

std::string device_of(const std::string& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return "";
  return fmt::format("{}:{}", major(status.st_dev), minor(status.st_dev));
}

// Documentation/block/stat.rst: the seventh number is sectors written, of 512 bytes whatever the device's own are.
std::optional<std::uint64_t> bytes_written_below(const std::string& folder) {
  std::ifstream in("/sys/dev/block/" + device_of(folder) + "/stat");
  std::uint64_t value = 0;
  for (int i = 0; i < 7; ++i)
    if (!(in >> value)) return std::nullopt;
  return value * 512;
}

}  // namespace huying::bench
