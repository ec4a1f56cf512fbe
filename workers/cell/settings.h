// A configuration version as a cell's decisions need it: the rules, the calendar, who is on duty when, where a cell
// belongs. Made once a version by the host, shared by its cells; one thread (due() remembers midnights).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "huying/v1/directory.pb.h"
#include "huying/v1/event.pb.h"
#include "workers/cell/cell_state.h"
#include "workers/clocks/deadlines.h"
#include "workers/clocks/rule_book.h"
#include "workers/clocks/text_map.h"

namespace huying::cell {

class Settings {
 public:
  // POLICY_INVALID, CALENDAR_INVALID or DIRECTORY_INVALID when it cannot be decided by; the broker's check refuses such a
  // version (check_configuration).
  static Result<std::shared_ptr<Settings>> make(std::uint64_t version, const v1::Configuration& configuration);

  std::uint64_t version() const { return version_; }
  const v1::Rule& rule_of(std::string_view category, v1::Urgency urgency) const {
    return rules_.rule_of(category, urgency);
  }
  clocks::Reckoned due(const v1::Span& span, Instant start, std::span<const clocks::Pause> pauses = {}) {
    return deadlines_.due(span, start, pauses);
  }
  const CivilZone& zone() const { return deadlines_.zone(); }

  // The person who fills a role at a place at that time: the first holder of the post in the directory who is not on
  // leave, else the first such deputy; empty: nobody on duty.
  const std::string& on_duty(v1::Role role, std::string_view place, std::int64_t at_ms) const;

  struct CellEntry {
    std::uint32_t stream = 0;
    std::string unit;
    bool retired = false;
  };
  const CellEntry* cell(std::string_view code) const;

  // Who holds a case then: at the cell, on its way to `unit`, at the desk.
  void holder_at(const CellPlace& place, std::int64_t at_ms, v1::Holder& holder) const;
  void holder_on_the_way(std::string_view to_cell, std::int64_t at_ms, v1::Holder& holder) const;
  void holder_at_desk(std::int64_t at_ms, v1::Holder& holder) const;
  // Who must answer at a rung of the ladder above this cell.
  void answerer_at(v1::Rung rung, const CellPlace& place, std::int64_t at_ms, v1::Holder& holder) const;

 private:
  struct Filler {  // of a post
    std::string person;
    std::vector<std::pair<std::int64_t, std::int64_t>> leave;
    bool is_there(std::int64_t at_ms) const;
  };
  // In the order in which they are asked: holders of the post, then deputies, each as in the directory.
  using Duty = std::array<std::vector<Filler>, v1::Role_ARRAYSIZE>;

  Settings(std::uint64_t version, clocks::RuleBook rules, clocks::Deadlines deadlines)
      : version_(version), rules_(std::move(rules)), deadlines_(std::move(deadlines)) {}
  void add_people(const v1::Directory& directory, bool deputies);

  std::uint64_t version_;
  clocks::RuleBook rules_;
  clocks::Deadlines deadlines_;
  std::string street_, district_;
  TextMap<Duty> duty_;
  TextMap<CellEntry> cells_;
};

// Whether hosts can decide by a configuration; what the broker asks of a new directory. Pure; any thread.
Result<void> check_configuration(const v1::Configuration& configuration);

}  // namespace huying::cell
