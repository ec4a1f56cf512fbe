#include "tests/sim/breakages/rewriting_journal.h"

namespace huying::sim {

void RewritingJournal::append(Term term, const journal::Batch& batch, Instant now, journal::Completion completed) {
  rewritten_.clear();
  for (const auto& item : batch.items()) {
    rewritten_.begin_item();
    for (std::uint32_t i = item.first_record; i < item.first_record + item.records; ++i) {
      const auto& record = batch.records()[i];
      EpochId epoch = record.epoch;
      std::string payload(batch.payload(record));
      if (rewrites_.record) rewrites_.record(record.stream, record.kind, epoch, payload);
      rewritten_.add_record(record.stream, record.kind, epoch, payload);
      const bool forgets = rewrites_.forgets_first_keys_of_requests && record.kind == v1::RECORD_KIND_REQUEST;
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
