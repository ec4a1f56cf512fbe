// What everybody in the simulated world stands in. References; the Simulation owns them all.
#pragma once
#include "tests/sim/street.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

class Network;
class Poison;
class Witness;

struct Surroundings {
  World& world;
  Network& network;
  Witness& witness;
  const Street& street;
  Poison& poison;
};

}  // namespace huying::sim
