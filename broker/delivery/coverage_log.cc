#include "broker/delivery/coverage_log.h"

namespace huying::delivery {

void CoverageLog::say(CellState& cell, v1::Coverage::Change change, std::string_view reason, std::uint64_t cause,
                      std::string_view case_number) {
  remember(cell, change);
  v1::Coverage coverage;
  coverage.set_stream(cell.stream.value);
  coverage.set_change(change);
  coverage.mutable_epoch()->set_term(context_.term.value);
  coverage.mutable_epoch()->set_grant(cell.grant);
  coverage.set_reason(reason.data(), reason.size());
  coverage.set_cause(cause);
  coverage.set_case_number(case_number.data(), case_number.size());
  if (change == v1::Coverage::CLOCK_OFF) coverage.set_clock_ahead_ms(context_.clock_ahead.count());
  context_.append.begin_item();
  subscribing_.partition_event(context_.append.next_record());
  context_.append.add(partition_stream, v1::RECORD_KIND_COVERAGE, {context_.term.value, cell.grant},
                      coverage.SerializeAsString());
}

void CoverageLog::replayed(const v1::Coverage& coverage) {
  CellState* cell = context_.cells.find(StreamId(coverage.stream()));
  if (cell != nullptr) remember(*cell, coverage.change());
}

void CoverageLog::remember(CellState& cell, v1::Coverage::Change change) {
  switch (change) {
    case v1::Coverage::HOST_LOST:
    case v1::Coverage::HOST_FOUND:
      cell.uncovered_announced = change == v1::Coverage::HOST_LOST;
      break;
    case v1::Coverage::NOBODY_ON_DUTY:
    case v1::Coverage::SOMEBODY_ON_DUTY:
      cell.nobody_announced = change == v1::Coverage::NOBODY_ON_DUTY;
      break;
    case v1::Coverage::CELL_PARKED:
    case v1::Coverage::CELL_UNPARKED:
      cell.trouble_announced = change == v1::Coverage::CELL_PARKED;
      break;
    case v1::Coverage::CLOCK_OFF:
    case v1::Coverage::CLOCK_RIGHT:
      context_.clock_announced = change == v1::Coverage::CLOCK_OFF;
      break;
    default:
      break;
  }
}

}  // namespace huying::delivery
