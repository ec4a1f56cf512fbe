// The administrator's files of a made-up street for measuring: a grid of square cells, a worker and a deputy each, and a
// policy whose rule closes on resolve. Any thread.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace huying::bench {

inline constexpr const char* publisher_code = "bench-publisher";  // acts for everybody
inline constexpr const char* observer_code = "bench-observer";
inline constexpr const char* administrator_code = "bench-administrator";
inline constexpr const char* host_code = "bench-host";
inline constexpr const char* street_code = "bench-street";

std::string cell_code(std::uint32_t index);    // from 0: c00001
std::string worker_code(std::uint32_t index);  // c00001.worker

// Writes directory.txtpb, cells.geojson, people.csv, places.csv and policy.txtpb into an existing folder.
// JOURNAL_WRITE_FAILED when a file cannot be written.
Result<void> write_directory(const std::string& folder, std::uint32_t cells);

}  // namespace huying::bench
