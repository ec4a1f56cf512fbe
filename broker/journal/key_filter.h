// Says of most keys that a key file does not hold that it does not, without a look at the disk. In memory: 10 bits a
// key, at most `bytes_max`; then about 1 key in 100 that is not there is looked for in vain, more where there are more
// keys than that. One thread.
//
// A key touches one line of 64 bytes: one wait for memory a look-up.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/digest.h"

namespace huying::journal {

class KeyFilter {
 public:
  KeyFilter(std::uint64_t keys_at_most, std::uint64_t bytes_max)
      : lines_(std::clamp<std::uint64_t>((keys_at_most * bits_a_key + line_bits - 1) / line_bits, 1,
                                         std::max<std::uint64_t>(bytes_max / sizeof(Line), 1))) {}

  void add(const Digest128& key) {
    Line& line = lines_[line_of(key)];
    for (unsigned i = 0; i < probes; ++i) line.words[word_of(key, i)] |= bit_of(key, i);
  }
  bool may_hold(const Digest128& key) const {
    const Line& line = lines_[line_of(key)];
    for (unsigned i = 0; i < probes; ++i) {
      if ((line.words[word_of(key, i)] & bit_of(key, i)) == 0) return false;
    }
    return true;
  }
  void prefetch(const Digest128& key) const { __builtin_prefetch(&lines_[line_of(key)]); }
  std::uint64_t bytes() const { return lines_.size() * sizeof(Line); }

 private:
  static constexpr unsigned bits_a_key = 10, probes = 6, line_bits = 512;
  struct alignas(64) Line {
    std::array<std::uint64_t, 8> words{};
  };
  static_assert(sizeof(Line) * 8 == line_bits && probes * 9 <= 64);

  // A key is a keyed digest: `low` chooses the line, nine bits of `high` each a bit of it.
  std::size_t line_of(const Digest128& key) const {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(key.low) * lines_.size()) >> 64);
  }
  static std::size_t word_of(const Digest128& key, unsigned i) { return (key.high >> (9 * i) & 511) / 64; }
  static std::uint64_t bit_of(const Digest128& key, unsigned i) {
    return std::uint64_t{1} << (key.high >> (9 * i) & 63);
  }

  std::vector<Line> lines_;
};

}  // namespace huying::journal
