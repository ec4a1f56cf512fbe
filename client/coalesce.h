// Many clocks that were overdue fire at once after an outage. Each firing is an event and is delivered (I11); whoever shows
// events to people joins what was caught up into one notice a recipient: "41 overdue in 12 cells". It looks at the mark that
// the event carries (CaseEvent.caught_up), at nothing else. Programs that act on events have no use for it.
//
// Owned by whoever shows them; pure, one thread. What it holds is shown when flush() says so: nothing is dropped.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "huying/v1/event.pb.h"
#include "huying/v1/session.pb.h"

namespace huying::client {

// The token of a subject at that place from 0; empty where it has none.
std::string_view token_of(std::string_view subject, std::size_t at);
// The cell of an event under case.… or escalation.…; "?" of others.
std::string_view cell_of_subject(std::string_view subject);

// Whom an event calls: who must answer an escalation, else who works on the case in its cell.
struct Recipient {
  v1::Rung rung{};
  std::string place;  // code of the cell, unit, street or district
  friend auto operator<=>(const Recipient&, const Recipient&) = default;
};

struct Notice {
  enum class Matter : std::uint8_t { overdue, reminders };
  Matter matter = Matter::overdue;
  Recipient recipient;
  std::size_t cases = 0, cells = 0;      // different ones
  std::vector<std::string> first_cases;  // as they came, so the most severe; a few
  Instant at{};                          // of the last event
  Milliseconds longest_late{0};
};

// What is to be shown now: notices, then events as they are.
struct Shown {
  std::vector<Notice> notices;
  std::vector<v1::EventDelivery> events;
};

class Coalescer {
 public:
  // An event of the subscription. What was not caught up is shown at once.
  Shown take(const v1::EventDelivery& delivery, SteadyInstant now);
  // When flush() is to be called: a while after the last event that was held, and not long after the first.
  std::optional<SteadyInstant> due() const;
  Shown flush();

 private:
  struct Held {
    Notice notice;
    std::set<std::string, std::less<>> cases, cells;
    std::vector<v1::EventDelivery> events;  // as long as they are too few for a notice
  };
  static constexpr std::size_t events_of_a_notice = 3, first_cases = 3;
  static constexpr std::size_t held_max = 20'000;  // then it is flushed: 20,000 case numbers are some MiB
  static constexpr std::chrono::milliseconds quiet{1'500}, longest{10'000};
  static constexpr std::chrono::hours another_burst{1};  // of the street's time, between two events that are held

  void hold(const v1::EventDelivery& delivery, const v1::CaseEvent& event, SteadyInstant now);

  std::map<std::pair<Notice::Matter, Recipient>, Held> held_;
  std::size_t count_ = 0;
  Instant last_at_{};
  SteadyInstant first_held_{}, last_held_{};
};

// All of them at once.
Shown coalesce(std::span<const v1::EventDelivery> events);

}  // namespace huying::client
