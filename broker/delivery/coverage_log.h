// Says of a cell, on the record and under coverage.<street>.<cell>, that it lost or found its host or its people, or
// that something of it cannot be decided. One way for all who announce. Pure; one thread.
#pragma once
#include <string_view>

#include "broker/delivery/subscribing.h"
#include "broker/state/context.h"
#include "huying/v1/record.pb.h"

namespace huying::delivery {

class CoverageLog {
 public:
  CoverageLog(Context& context, Subscribing& subscribing) : context_(context), subscribing_(subscribing) {}

  // Little room is left in the batch of the round, or none on the disk: announce later.
  bool full() const { return context_.append.full() || context_.disk.is_full(); }
  // Remembers in the cell what is announced. `cause`: of CAUSE_SET_ASIDE. `case_number`: of CASE_PARKED.
  void say(CellState& cell, v1::Coverage::Change change, std::string_view reason, std::uint64_t cause = 0,
           std::string_view case_number = {});
  // A record of the journal, at start.
  void replayed(const v1::Coverage& coverage);

 private:
  void remember(CellState& cell, v1::Coverage::Change change);

  Context& context_;
  Subscribing& subscribing_;
};

}  // namespace huying::delivery
