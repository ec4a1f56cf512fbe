// Who is on leave when: broker and hosts must say the same. Pure; any thread.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

#include "huying/v1/directory.pb.h"

namespace huying {

inline bool is_absent(const v1::Person& person, std::int64_t at_ms) {
  return person.absent() || std::any_of(person.leave().begin(), person.leave().end(), [&](const v1::Leave& leave) {
           return leave.from_ms() <= at_ms && at_ms < leave.to_ms();
         });
}

// The first instant after `at_ms` at which somebody's leave begins or ends.
inline std::int64_t next_change_of_leave(const v1::Directory& directory, std::int64_t at_ms) {
  auto next = std::numeric_limits<std::int64_t>::max();
  for (const auto& person : directory.people()) {
    for (const auto& leave : person.leave()) {
      for (const auto change : {leave.from_ms(), leave.to_ms()})
        if (change > at_ms) next = std::min(next, change);
    }
  }
  return next;
}

}  // namespace huying
