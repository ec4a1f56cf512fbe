// Tells what a cut leaves out, as far as it can be read: fed with every whole batch of a damaged journal, in order. One
// thread; owned by who plans the repair (repair_plan.h).
#pragma once
#include <cstdint>
#include <map>

#include "broker/journal/repair_plan.h"
#include "broker/journal/scan.h"

namespace huying::journal {

class MissingReader {
 public:
  MissingReader(std::uint64_t kept_through, Missing& missing) : kept_through_(kept_through), missing_(missing) {
    missing.first_batch = kept_through + 1;
  }

  Result<void> take(const SegmentSet& set, const BatchView& batch);
  void finish();

 private:
  void keep(const BatchView& batch, Position end);
  void leave_out(const BatchView& batch);
  void count_batch(std::uint64_t number);
  void count_record(const RecordView& record);
  void request(std::string_view payload);
  void commit(std::string_view payload);
  void serial(std::uint32_t local_date, std::uint32_t serial);
  void tell_cases_without_request();

  const std::uint64_t kept_through_;
  Missing& missing_;
  std::uint64_t next_batch_ = 0;                       // behind the readable ones so far
  std::map<std::uint32_t, std::uint64_t> kept_ends_;   // sequence, by stream
  std::map<std::uint32_t, std::uint32_t> kept_serials_, last_serials_;  // the last, by local date: kept; that can be read
};

}  // namespace huying::journal
