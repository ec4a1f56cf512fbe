// What an event costs of a subscription's credit, on both sides of the wire (docs/protocol.md, Subscribing). One rule, and
// cheaper than serializing: the two sides must never drift apart, or a subscription starves.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/limits.h"

namespace huying {

constexpr std::uint64_t event_cost(std::string_view subject, std::string_view event) {
  return subject.size() + event.size() + limits::event_envelope_bytes;
}

}  // namespace huying
