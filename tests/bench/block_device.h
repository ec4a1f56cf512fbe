// What the block device under a folder has written since the machine started, by its own statistics. /proc/PID/io
// over-counts rewrites of cached pages (facts: measured), so it is not asked. Everybody's writes are in it. Any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace huying::bench {

// nullopt: the folder's file system has no block device of its own (tmpfs, overlay), or it cannot be read.
std::optional<std::uint64_t> bytes_written_below(const std::string& folder);
// "254:0", as the kernel names the device; for the report.
std::string device_of(const std::string& folder);

}  // namespace huying::bench
