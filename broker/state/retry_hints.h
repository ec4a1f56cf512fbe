// When what is refused only for now may be tried again. 0: trying again changes nothing. Clients add a little of their
// own, so that those who were refused together do not come back together (client/retry.h).
#pragma once
#include <cstdint>

#include "base/limits.h"
#include "proto/errors.h"

namespace huying::broker {

inline std::uint32_t retry_after_ms(std::uint32_t code) {
  switch (code) {
    case v1::ERROR_CODE_BUSY:
    case v1::ERROR_CODE_WINDOW_EXCEEDED:
    case v1::ERROR_CODE_SHUTTING_DOWN:
      return static_cast<std::uint32_t>(limits::retry_busy.count());
    case v1::ERROR_CODE_DISK_LOW:
    case v1::ERROR_CODE_JOURNAL_FULL:
      return static_cast<std::uint32_t>(limits::retry_disk.count());
    case v1::ERROR_CODE_TOO_MANY_SESSIONS:
      return static_cast<std::uint32_t>(limits::retry_sessions.count());
    default:
      return 0;
  }
}

}  // namespace huying::broker
