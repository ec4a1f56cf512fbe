// What a set of subject patterns asks for, resolved once against the street: which units or cells, which kinds of events.
// After that, matching an event is a bit test, and who is concerned by a cell is found by its unit and code, never by
// asking everybody. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/delivery/subject.h"

namespace huying::delivery {

// Which events of one cell are asked for.
struct EventMask {
  std::uint64_t kinds = 0;       // bit of EventKind, under case.…
  std::uint8_t escalations = 0;  // bit of Rung, under escalation.…
  bool empty() const { return kinds == 0 && escalations == 0; }
  bool wants_case(v1::EventKind kind) const { return kinds >> kind & 1; }
  bool wants_escalation(v1::Rung rung) const { return rung != 0 && (escalations >> rung & 1); }
  void add(const EventMask& other) {
    kinds |= other.kinds;
    escalations = static_cast<std::uint8_t>(escalations | other.escalations);
  }
  friend bool operator==(const EventMask&, const EventMask&) = default;
};

// Events of the cells of a unit, of one cell, or of every cell.
struct Selector {
  std::string unit, cell;  // empty: any
  EventMask mask;
  bool every_cell() const { return unit.empty() && cell.empty(); }
  bool takes(const SubjectPlace& place) const {
    return (cell.empty() || cell == place.cell) && (unit.empty() || unit == place.unit);
  }
};

class Interest {
 public:
  Interest() = default;
  Interest(std::vector<SubjectPattern> patterns, std::string_view street);

  EventMask mask(const SubjectPlace& place) const;
  const EventMask& mask_everywhere() const { return everywhere_; }   // of the selectors for every cell
  const std::vector<Selector>& narrow() const { return narrow_; }    // the others, one a unit and cell
  // Of stream 0. The text is a whole subject.
  bool wants_partition_events() const { return partition_events_; }
  bool matches(std::string_view subject) const;
  // The patterns, in one order whatever order they were named in.
  std::string canonical() const;

 private:
  void add(std::string_view unit, std::string_view cell, const EventMask& mask);

  std::vector<SubjectPattern> patterns_;
  EventMask everywhere_;
  std::vector<Selector> narrow_;
  bool partition_events_ = false;
};

}  // namespace huying::delivery
