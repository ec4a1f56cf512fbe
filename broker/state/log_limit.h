// Keeps a hostile or broken peer from filling the log: so many lines of one kind in a while, and then how many were
// kept back. Owned by whoever logs; pure.
#pragma once
#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/clock.h"

namespace huying::broker {

class LogLimit {
 public:
  static constexpr int lines_max = 10;
  static constexpr auto interval = std::chrono::seconds(10);

  // What is to stand behind the line; nullopt: the line is kept back.
  std::optional<std::string> may(SteadyInstant now) {
    if (now - begun_at_ >= interval || !begun_) {
      begun_ = true;
      begun_at_ = now;
      lines_ = 0;
    }
    if (lines_ >= lines_max) {
      ++kept_back_;
      return std::nullopt;
    }
    ++lines_;
    const std::uint64_t kept = std::exchange(kept_back_, 0);
    return kept == 0 ? std::string() : fmt::format(" ({} lines like this were kept back)", kept);
  }

 private:
  SteadyInstant begun_at_{};
  bool begun_ = false;
  int lines_ = 0;
  std::uint64_t kept_back_ = 0;
};

}  // namespace huying::broker
