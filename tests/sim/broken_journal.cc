#include "tests/sim/broken_journal.h"

namespace huying::sim {

EpochId BrokenJournal::epoch_for(const journal::Batch::Record& record) {
  if (breakage_.negative_ != Negative::stale_epoch || record.kind != v1::RECORD_KIND_COMMIT) return record.epoch;
  EpochId& newest = newest_[record.stream];
  const bool behind_one_of_its_own = newest == record.epoch;
  newest = record.epoch;
  const bool has_an_older_one = record.epoch.grant > 1 || record.epoch.term > 1;
  if (breakage_.done_ || !breakage_.begun() || !behind_one_of_its_own || !has_an_older_one) return record.epoch;
  breakage_.done_ = true;
  if (record.epoch.grant > 1) return {record.epoch.term, record.epoch.grant - 1};
  return {record.epoch.term - 1, 1};
}

void BrokenJournal::append(Term term, const journal::Batch& batch, Instant now, journal::Completion completed) {
  rewritten_.clear();
  for (const auto& item : batch.items()) {
    rewritten_.begin_item();
    for (std::uint32_t i = item.first_record; i < item.first_record + item.records; ++i) {
      const auto& record = batch.records()[i];
      rewritten_.add_record(record.stream, record.kind, epoch_for(record), batch.payload(record));
      const bool forgets = breakage_.negative_ == Negative::forgotten_key && record.kind == v1::RECORD_KIND_REQUEST;
      for (std::uint32_t k = 0; k < record.unique_keys + record.replaceable_keys; ++k) {
        if (forgets && k == 0) continue;  // (source, source_id) is the first; the case number stays
        rewritten_.add_key(batch.keys()[record.first_key + k],
                           k < record.unique_keys ? journal::KeyRule::unique : journal::KeyRule::replaceable);
      }
    }
  }
  behind_.append(term, rewritten_, now, std::move(completed));
}

}  // namespace huying::sim
