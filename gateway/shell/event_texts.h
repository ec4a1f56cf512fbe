// Events as lines of text/event-stream. The same event goes to everybody who may read it, over many feeds: it is written as text
// once, and kept for a while. Owned by Streams and its feeds; one thread. Bounded: so many texts, each of one event.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "huying/v1/session.pb.h"

namespace huying::gateway {

// Empty: of a kind that is not told.
std::string event_text(const v1::EventDelivery& delivery);

class EventTexts {
 public:
  explicit EventTexts(std::size_t kept) : places_(kept) {}
  // As event_text. Valid until the next call.
  const std::string& of(const v1::EventDelivery& delivery);
  std::uint64_t made() const { return made_; }

 private:
  struct Place {
    v1::EventDelivery delivery;
    std::string text;
  };
  std::vector<Place> places_;  // by a hash of what names the event; who comes later takes the place
  std::uint64_t made_ = 0;
};

}  // namespace huying::gateway
