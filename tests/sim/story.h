// The words of a story: one line for a frame or a record, with the case numbers, streams and sequences by which lines
// of one matter are found.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "base/clock.h"
#include "huying/v1/session.pb.h"
#include "tests/sim/checkers/seen.h"

namespace huying::sim {

std::string describe(const v1::ClientFrame& frame);
std::string describe(const v1::BrokerFrame& frame);
std::string describe(const SeenRecord& record);

// "      6.412504 broker: dead, power lost"
std::string timed(SteadyInstant when, const std::string& line);

// Keeps the last lines of a run, and the last ones that speak of some words.
class Story {
 public:
  explicit Story(std::vector<std::string> about = {}) : about_(std::move(about)) {}
  void add(SteadyInstant when, std::string line);
  std::vector<std::string> last() const { return {last_.begin(), last_.end()}; }
  std::vector<std::string> that_matter() const { return {matter_.begin(), matter_.end()}; }

 private:
  std::vector<std::string> about_;
  std::deque<std::string> last_, matter_;
};

}  // namespace huying::sim
