// What is wrong in a journal folder, and whether to go on behind it. Pure values.
#pragma once
#include <cstdint>
#include <string>

namespace huying::journal {

struct Damage {
  std::string path;
  std::uint64_t offset = 0;  // in the segment
  std::uint64_t number = 0;  // of the batch that should be there; 0: not known
  std::string what;
  // Where whole batches go on in that file, and the number of the first; 0: nowhere.
  std::uint64_t resumes_at = 0, resumes_with = 0;
};
std::string to_string(const Damage& damage);

enum class OnDamage : std::uint8_t { stop, read_on };

}  // namespace huying::journal
