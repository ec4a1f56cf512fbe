// A made-up street for the simulated world: square cells in a row, three to a village, a worker to a cell, the ladder
// above them. Roles and numbers; nothing of it is real. Immutable.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker/state/effects.h"
#include "huying/v1/request.pb.h"

namespace huying::sim {

struct SimulatedCell {
  std::string code, unit;
  double latitude = 0, longitude = 0;  // of its middle, WGS-84
};

class Street {
 public:
  explicit Street(std::uint32_t cells);

  const std::vector<SimulatedCell>& cells() const { return cells_; }
  const SimulatedCell* find(std::string_view code) const;
  // A first configuration, validated as the production loader does.
  broker::DirectoryJobResult configuration() const;

 private:
  std::vector<SimulatedCell> cells_;
};

inline constexpr int hosts_max = 3;
inline constexpr const char* publishers[] = {"hotline-1", "programme-1"};

}  // namespace huying::sim
