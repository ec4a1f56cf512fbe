#include "broker/journal/recovery.h"

#include <algorithm>

namespace huying::journal {
namespace {

class Recovery {
 public:
  Recovery(SegmentSet& set, OnDamage on_damage, const BatchSink& sink) : set_(set), on_damage_(on_damage), sink_(sink) {}

  Result<Recovered> run(std::size_t first_part, std::int64_t last_recorded_at_ms) {
    found_.last_recorded_at_ms = last_recorded_at_ms;
    if (first_part != 0) found_.last_number = set_.parts()[first_part].header.first_batch - 1;
    for (std::size_t part = first_part; part < set_.parts().size(); ++part) {
      if (auto walked = walk_part(part); !walked) return tl::unexpected(walked.error());
      if (found_.damage && on_damage_ == OnDamage::stop) break;
    }
    return found_;
  }

 private:
  bool is_last(std::size_t part) const { return part + 1 == set_.parts().size(); }

  Result<void> walk_part(std::size_t part) {
    const PartHeader header = set_.parts()[part].header;
    prove(header.durable_through);
    const std::uint64_t stop = is_last(part) ? 0 : set_.parts()[part + 1].header.first_batch;
    auto end = scan(part, header.base, header.first_batch, stop);
    if (!end) return tl::unexpected(end.error());
    while (!end->at_stop) {
      const bool to_its_end = stop != 0 || on_damage_ == OnDamage::read_on;
      auto tail = inspect_tail(set_, part, end->offset, to_its_end ? ~std::uint64_t{0} : end->next_number);
      if (!tail) return tl::unexpected(tail.error());
      const char* what = why_damaged(header, *end, *tail, stop);
      if (what == nullptr) {
        found_.tail_is_blank = tail->blank;
        return {};
      }
      const auto trusted = goes_on(part, *tail, stop);
      if (!trusted) return tl::unexpected(trusted.error());
      if (!*trusted) tail->next_whole.reset();
      report(part, *end, what, *tail);
      if (on_damage_ == OnDamage::stop || !tail->next_whole) return {};
      found_.gaps[set_.position(part, end->offset)] = *tail->next_whole;
      end = scan(part, *tail->next_whole, tail->next_number, stop);
      if (!end) return tl::unexpected(end.error());
    }
    return check_joint(part, *end);
  }

  // Whether the whole batch behind the damage is live. It may be void: of a tail that a power loss tore, and whose beginning a
  // recovery found missing and wrote anew in the next part. Live is what a later batch of this very part proves, and what
  // leads on to the part behind it, if that is the next one.
  Result<bool> goes_on(std::size_t part, const Tail& tail, std::uint64_t stop) {
    if (!tail.next_whole || (stop != 0 && tail.next_number >= stop)) return false;
    if (tail.next_number <= tail.proven_through) return true;
    if (set_.lacks_continuation(part)) return false;
    if (stop == 0) return true;
    const auto end = scan_batches(set_, part, *tail.next_whole, tail.next_number, stop, [](auto&&) { return Result<void>{}; });
    if (!end) return tl::unexpected(end.error());
    return end->at_stop;
  }

  Result<ScanEnd> scan(std::size_t part, std::uint64_t offset, std::uint64_t number, std::uint64_t stop) {
    return scan_batches(set_, part, offset, number, stop, [&](const BatchView& batch) { return take(batch); });
  }

  Result<void> take(const BatchView& batch) {
    Part& part = set_.parts()[batch.part];
    part.end = behind(part, batch.offset, batch.header.length);
    prove(batch.header.synced_through);
    if (batch.header.number > found_.proven_through) {
      if (!found_.unproven_offset) {
        found_.unproven_offset = batch.offset;
        unproven_number_ = batch.header.number;
      }
      found_.unproven_records += batch.header.records;
    }
    found_.last_number = batch.header.number;
    found_.last_recorded_at_ms = batch.header.recorded_at_ms;
    return sink_(batch);
  }

  // A proof that reaches the first unproven batch reaches all that were walked: the next batch is written only after
  // the sync of the one before, and what may lie unsynced between them is one mark, which that sync covers too.
  void prove(std::uint64_t through) {
    found_.proven_through = std::max(found_.proven_through, through);
    if (!found_.unproven_offset || unproven_number_ > found_.proven_through) return;
    found_.unproven_offset.reset();
    found_.unproven_records = 0;
  }

  const char* why_damaged(const PartHeader& header, const ScanEnd& end, const Tail& tail, std::uint64_t stop) {
    if (stop != 0) return "the segment behind it proves that a batch was here";
    if (end.next_number <= header.durable_through) return "the part's own header proves that a batch was here";
    if (tail.proven_through >= end.next_number) return "a later batch proves that one was here";
    const auto size = set_.file_end(set_.parts().size() - 1);
    if (header.prepared_bytes != 0 && size && *size < header.base - header.alignment + header.prepared_bytes) {
      return "the file is shorter than it was made";
    }
    return nullptr;
  }

  void report(std::size_t part, const ScanEnd& end, const char* what, const Tail& tail) {
    const std::uint64_t resumes_at = tail.next_whole.value_or(0);
    Damage damage{set_.parts()[part].path, end.offset, end.next_number, what, resumes_at, tail.next_number};
    if (!found_.damage) found_.damage = damage;
    if (found_.damages.size() < limits::findings_max) found_.damages.push_back(std::move(damage));
  }

  Result<void> check_joint(std::size_t part, const ScanEnd& end) {
    if (is_last(part)) return {};
    const PartHeader& next = set_.parts()[part + 1].header;
    set_.parts()[part].end = end.offset;
    if (next.part != 0 && next.base != end.offset) {
      report(part + 1, {next.base, next.first_batch}, "it does not continue the part before", {});
    }
    return {};
  }

  SegmentSet& set_;
  const OnDamage on_damage_;
  const BatchSink& sink_;
  Recovered found_;
  std::uint64_t unproven_number_ = 0;
};

}  // namespace

Result<Recovered> recover(SegmentSet& set, OnDamage on_damage, const BatchSink& sink, std::size_t first_part,
                          std::int64_t last_recorded_at_ms) {
  return Recovery(set, on_damage, sink).run(first_part, last_recorded_at_ms);
}

}  // namespace huying::journal
