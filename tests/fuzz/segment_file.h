// What the bytes of a segment file hold, told without the code that recovers: for the journal's fuzz target. Pure; any thread.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "broker/journal/journal.h"

namespace huying::fuzz {

// A record and where it lies.
using Told = std::pair<std::uint64_t, std::string>;
Told told(const journal::Record& record);

// Every record in a batch that is whole by its CRC, wherever it lies in the files that were gathered.
class Truth {
 public:
  // Behind a bad header batches are looked for at every sector, under the id that each names; where they lie in the
  // partition only that header could say, so they are known by what they are.
  void gather(std::string_view file);
  bool contains(const Told& one) const { return placed_.contains(one) || unplaced_.contains(one.second); }

 private:
  std::set<Told> placed_;
  std::set<std::string> unplaced_;
};

// Makes the CRCs of a segment file right: of its header, of everything that begins as a batch, of the records inside.
void reseal(std::string& file);

}  // namespace huying::fuzz
