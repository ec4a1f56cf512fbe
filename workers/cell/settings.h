// A configuration version as a cell's decisions need it: the rules, the zone, who is on duty, where a cell belongs.
// Made once a version by the host, shared by its cells; one thread (due_at remembers midnights).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "huying/v1/directory.pb.h"
#include "huying/v1/event.pb.h"
#include "workers/cell/cell_state.h"
#include "workers/clocks/due.h"
#include "workers/clocks/rule_book.h"
#include "workers/clocks/text_map.h"

namespace huying::cell {

class Settings {
 public:
  // POLICY_INVALID or DIRECTORY_INVALID when it cannot be decided by; the broker's check refuses such a version.
  static Result<std::shared_ptr<Settings>> make(std::uint64_t version, const v1::Configuration& configuration);

  std::uint64_t version() const { return version_; }
  const v1::Rule& rule_of(std::string_view category, v1::Urgency urgency) const {
    return rules_.rule_of(category, urgency);
  }
  Instant due_at(const v1::Span& span, Instant start) { return days_.due_at(span, start); }

  // The person who fills a role at a place now: the holder of the post, a deputy when absent; empty: nobody on duty.
  const std::string& on_duty(v1::Role role, std::string_view place) const;

  struct CellEntry {
    std::uint32_t stream = 0;
    std::string unit;
    bool retired = false;
  };
  const CellEntry* cell(std::string_view code) const;

  // Who holds a case: at the cell, on its way to `unit`, at the desk.
  void holder_at(const CellPlace& place, v1::Holder& holder) const;
  void holder_on_the_way(std::string_view to_cell, v1::Holder& holder) const;
  void holder_at_desk(v1::Holder& holder) const;
  // Who must answer at a rung of the ladder above this cell.
  void answerer_at(v1::Rung rung, const CellPlace& place, v1::Holder& holder) const;

 private:
  struct Duty {
    std::array<std::string, v1::Role_ARRAYSIZE> person;
    std::array<int, v1::Role_ARRAYSIZE> rank{};  // 0 nobody, 1 a deputy, 2 the holder of the post
  };
  Settings(std::uint64_t version, clocks::RuleBook rules, CivilZone zone)
      : version_(version), rules_(std::move(rules)), days_(std::move(zone)) {}
  void add_people(const v1::Directory& directory);

  std::uint64_t version_;
  clocks::RuleBook rules_;
  clocks::DayTable days_;
  std::string street_, district_, desk_person_;
  TextMap<Duty> duty_;
  TextMap<CellEntry> cells_;
};

}  // namespace huying::cell
