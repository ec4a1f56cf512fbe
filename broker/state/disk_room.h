// How much room the disk has, against two watermarks: below the first requests are refused, so that what was accepted
// can be worked on; below the second nothing is decided any more, and the process waits until there is room again. A
// level is left upwards only with an eighth of its watermark to spare, a segment at most: near a watermark it does not
// flap. Pure.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/limits.h"

namespace huying::broker {

struct Watermarks {
  std::uint64_t first = limits::free_bytes_first_watermark;
  std::uint64_t second = limits::free_bytes_second_watermark;
};

enum class DiskLevel : std::uint8_t { enough, low, full };

class DiskRoom {
 public:
  DiskRoom() = default;
  explicit DiskRoom(Watermarks marks) : marks_(marks) {}

  DiskLevel level() const { return level_; }
  bool is_full() const { return level_ == DiskLevel::full; }
  bool takes_requests() const { return level_ == DiskLevel::enough; }

  // True when the level changed.
  bool look(std::uint64_t free) {
    const bool was_low = level_ != DiskLevel::enough, was_full = is_full();
    const bool full = free < marks_.second + (was_full ? to_spare(marks_.second) : 0);
    const bool low = full || free < marks_.first + (was_low ? to_spare(marks_.first) : 0);
    const DiskLevel before = std::exchange(level_, full ? DiskLevel::full : low ? DiskLevel::low : DiskLevel::enough);
    return level_ != before;
  }

 private:
  static std::uint64_t to_spare(std::uint64_t mark) { return std::min<std::uint64_t>(mark / 8, limits::segment_bytes); }

  Watermarks marks_;
  DiskLevel level_ = DiskLevel::enough;
};

}  // namespace huying::broker
