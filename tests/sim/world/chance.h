// Chance, all of it from one seed. Whoever needs some has a stream of its own, by name: a new fault, or a client that
// asks more often, changes nothing of what the others draw. Values; copied streams draw the same.
#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>

namespace huying::sim {

using Span = std::chrono::nanoseconds;

class Chance {
 public:
  Chance() = default;
  Chance(std::uint64_t seed, std::string_view name);

  std::uint64_t next();  // splitmix64: our own, so that a seed means the same on every machine
  std::uint64_t operator()(std::uint64_t sides) { return next() % sides; }  // 0 … sides - 1
  bool permille(std::uint32_t n) { return (*this)(1000) < n; }
  Span between(Span least, Span most);

 private:
  std::uint64_t state_ = 0;
};

class Chances {
 public:
  explicit Chances(std::uint64_t seed) : seed_(seed) {}
  Chance stream(std::string_view name) const { return Chance(seed_, name); }

 private:
  std::uint64_t seed_;
};

}  // namespace huying::sim
