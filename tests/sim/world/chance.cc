#include "tests/sim/world/chance.h"

#include <algorithm>

namespace huying::sim {
namespace {

std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Chance::Chance(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  state_ = mixed(seed + 0x9e3779b97f4a7c15) ^ mixed(hash);
}

std::uint64_t Chance::next() { return mixed(state_ += 0x9e3779b97f4a7c15); }

Span Chance::between(Span least, Span most) {
  const auto width = static_cast<std::uint64_t>((std::max(least, most) - least).count()) + 1;
  return least + Span{static_cast<std::int64_t>((*this)(width))};
}

}  // namespace huying::sim
