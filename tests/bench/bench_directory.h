// The administrator's files of a made-up street for measuring: a grid of square cells, a worker and deputies each, and a
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
inline constexpr const char* gateway_code = "bench-gateway";  // acts for everybody
inline constexpr const char* street_code = "bench-street";

std::string cell_code(std::uint32_t index);    // from 0: c00001
std::string unit_of_cell(std::uint32_t index);  // u0001: of eight cells
std::string worker_code(std::uint32_t index);  // c00001.worker
std::string person_code(std::uint32_t cell, std::uint32_t place);  // 0: the worker; c00001.deputy, c00001.deputy-2, …

// Writes directory.txtpb, cells.geojson, people.csv, places.csv and policy.txtpb into an existing folder.
// JOURNAL_WRITE_FAILED when a file cannot be written.
Result<void> write_directory(const std::string& folder, std::uint32_t cells, std::uint32_t people_a_cell = 2);

}  // namespace huying::bench
