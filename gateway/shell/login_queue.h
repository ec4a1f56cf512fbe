// Who waits for their password to be checked, and whose turn it is. Bookkeeping alone: time is an argument. One thread.
//
// Fair between places (an address, of IPv6 its /64): each in turn has one checked, within a place who came first. So an office
// whose people begin at the same minute fills what is free, and somebody who comes from elsewhere does not stand behind all of
// it. Bounded: entries in all, tries of one account in one place, and how long one waits. When all is taken, a place that has
// more than the newcomer's gives up its last: no place fills it alone. Who is refused may try again: nothing was counted.
#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/accounts/accounts.h"

namespace huying::gateway {

struct LoginQueueOptions {
  std::size_t waiting_max = 256;
  std::size_t an_account_max = 4;          // that wait, of one person from one place: further ones are not their own hands
  std::size_t an_account_everywhere = 32;  // from all places that are not known to be theirs
  Milliseconds wait_max{45'000};  // a street of 67 on a slow machine; pages wait for 60 s
};

struct WaitingLogin {
  std::string person, place, password;
  bool is_known_place = false;  // they logged in from there before
  std::function<void(Result<accounts::NewSession>)> told;
  SteadyInstant since = {};
};

class LoginQueue {
 public:
  explicit LoginQueue(LoginQueueOptions options = {}) : options_(options) {}

  // Nothing: it waits. Else the one that has no place, this or another.
  std::optional<WaitingLogin> add(WaitingLogin login, SteadyInstant now);
  // Whose turn it is.
  std::optional<WaitingLogin> next();
  // Those that waited too long, out of the queue.
  std::vector<WaitingLogin> overdue(SteadyInstant now);
  std::size_t size() const { return size_; }

 private:
  using Place = std::deque<WaitingLogin>;
  std::list<Place>::iterator place_of(const std::string& name);
  bool has_enough(const WaitingLogin& login) const;

  const LoginQueueOptions options_;
  std::list<Place> places_;  // none is empty; whose turn is next stands first
  std::size_t size_ = 0;
};

}  // namespace huying::gateway
