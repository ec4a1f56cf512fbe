// A made-up street for the simulated world: square cells in a row, three to a village, a worker, a deputy and a cadre to a
// cell, the ladder above them, and who may do what there. Roles and numbers; nothing of it is real. Immutable.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_time.h"
#include "broker/state/effects.h"
#include "huying/v1/session.pb.h"

namespace huying::sim {

struct SimulatedCell {
  std::string code, unit;
  double latitude = 0, longitude = 0;  // of its middle, WGS-84
};

// Stands in every made-up telephone number, so that a contact is known wherever it goes.
inline constexpr std::string_view contact_mark = "made-up-tel-";

class Street {
 public:
  explicit Street(std::uint32_t cells, std::uint32_t hosts);

  std::string code() const { return "900000001"; }
  const std::vector<SimulatedCell>& cells() const { return cells_; }  // without the desk
  const SimulatedCell* find(std::string_view code) const;
  const std::vector<std::uint32_t>& streams() const { return streams_; }  // the desk's too
  const SimulatedCell& cell_of(std::uint32_t stream) const;
  std::uint32_t stream_of(std::string_view cell) const;  // 0: no cell of that code
  static const std::vector<std::string>& categories();  // that are asked for where a workload names none
  static bool has_category(std::string_view code);
  // The first instant of the next month where the street is.
  std::int64_t end_of_month_ms(std::int64_t at_ms) const;

  // The administrator's files. Versions differ in who is on leave, in how long stages are and which days are free; what people
  // may do is the same in all.
  v1::DirectoryFiles files(std::uint32_t version) const;
  // The first, validated as the production loader does.
  broker::DirectoryJobResult configuration() const;

  // What the directory allows, as a person reads it.
  bool may_act_in(std::string_view person, std::uint32_t stream) const;
  bool may_act_for(std::string_view system, std::string_view person) const;
  bool may_read_events(std::string_view principal, std::uint32_t stream) const;
  bool may_ask(std::string_view person, std::uint32_t stream) const;
  bool may_fetch(std::string_view person, v1::FetchPart part, std::uint32_t stream) const;

 private:
  std::string directory_file() const;
  std::string people_file(std::uint32_t version) const;
  std::string cells_file() const;
  bool works_in(std::string_view person, std::uint32_t stream) const;       // worker, deputy or cadre
  bool supervises(std::string_view person, std::uint32_t stream) const;     // its unit, or the street

  std::vector<SimulatedCell> cells_;
  std::uint32_t hosts_;
  CivilZone zone_;
  std::map<std::uint32_t, SimulatedCell> by_stream_;
  std::map<std::string, std::uint32_t, std::less<>> by_code_;
  std::vector<std::uint32_t> streams_;
};

}  // namespace huying::sim
