#include "gateway/shell/login_queue.h"

#include <algorithm>
#include <utility>

namespace huying::gateway {

std::list<LoginQueue::Place>::iterator LoginQueue::place_of(const std::string& name) {
  return std::find_if(places_.begin(), places_.end(), [&](const Place& place) { return place.front().place == name; });
}

// A stranger elsewhere keeps nobody out of where they log in from: that place is not counted with the others.
bool LoginQueue::has_enough(const WaitingLogin& login) const {
  std::size_t here = 0, elsewhere = 0;
  for (const auto& place : places_)
    for (const auto& one : place) {
      if (one.person != login.person) continue;
      if (one.place == login.place) ++here;
      if (!one.is_known_place) ++elsewhere;
    }
  return here >= options_.an_account_max || (!login.is_known_place && elsewhere >= options_.an_account_everywhere);
}

std::optional<WaitingLogin> LoginQueue::add(WaitingLogin login, SteadyInstant now) {
  if (has_enough(login)) return login;
  auto own = place_of(login.place);
  std::optional<WaitingLogin> refused;
  if (size_ >= options_.waiting_max) {
    const auto fullest = std::max_element(places_.begin(), places_.end(),
                                          [](const Place& one, const Place& other) { return one.size() < other.size(); });
    const std::size_t had = own == places_.end() ? 0 : own->size();
    if (fullest == places_.end() || fullest->size() <= had + 1) return login;
    refused = std::move(fullest->back());
    fullest->pop_back();
    --size_;
  }
  if (own == places_.end()) own = places_.emplace(places_.end());
  login.since = now;
  own->push_back(std::move(login));
  ++size_;
  return refused;
}

std::optional<WaitingLogin> LoginQueue::next() {
  if (places_.empty()) return std::nullopt;
  auto place = places_.begin();
  WaitingLogin login = std::move(place->front());
  place->pop_front();
  --size_;
  if (place->empty())
    places_.erase(place);
  else
    places_.splice(places_.end(), places_, place);
  return login;
}

std::vector<WaitingLogin> LoginQueue::overdue(SteadyInstant now) {
  std::vector<WaitingLogin> late;
  for (auto place = places_.begin(); place != places_.end();) {
    while (!place->empty() && now - place->front().since >= options_.wait_max) {
      late.push_back(std::move(place->front()));
      place->pop_front();
      --size_;
    }
    place = place->empty() ? places_.erase(place) : std::next(place);
  }
  return late;
}

}  // namespace huying::gateway
