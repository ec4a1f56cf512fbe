#include "broker/journal/verify.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <cstring>

#include "base/digest.h"
#include "broker/journal/folder.h"
#include "broker/journal/recovery.h"
#include "huying/v1/record.pb.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

class Verifier {
 public:
  Verifier(SegmentSet& set, VerifyReport& report) : set_(set), report_(report) {}

  void check_batch(const BatchView& batch) {
    const BatchHeader& h = batch.header;
    ++(h.records == 0 ? report_.marks : report_.batches);
    if (h.number != last_number_ + 1) found(batch, 0, fmt::format("batch {} comes after batch {}", h.number, last_number_));
    if (h.synced_through < last_synced_through_) found(batch, 0, "synced_through goes back");
    if (h.recorded_at_ms < last_recorded_at_ms_) found(batch, 0, "recorded_at goes back");
    last_number_ = h.number;
    last_synced_through_ = h.synced_through;
    last_recorded_at_ms_ = h.recorded_at_ms;
    first_in_batch_ = true;
    visit_records(batch.bytes, h.records, [&](const RecordView& record, std::size_t offset) {
      check_record(batch, record, offset);
    });
  }

 private:
  struct StreamEnd {
    std::uint64_t sequence = 0, position = 0;
  };

  void check_record(const BatchView& batch, const RecordView& record, std::size_t offset) {
    const RecordHeader& h = record.header;
    ++report_.records;
    report_.payload_bytes += h.payload_bytes;
    if (!record_is_whole(batch.bytes.substr(offset, record.bytes()), set_.parts()[batch.part].seed)) {
      found(batch, offset, "the record's own CRC is wrong");
    }
    if ((h.flags & record_begins_item) != 0) {
      ++report_.items;
    } else if (first_in_batch_) {
      found(batch, offset, "the batch does not begin with an item");
    }
    first_in_batch_ = false;
    check_stream(batch, h, offset);
    check_keys(batch, record, offset);
    check_term(batch, record, offset);
  }

  void check_stream(const BatchView& batch, const RecordHeader& h, std::size_t offset) {
    StreamEnd& end = streams_[h.stream];
    report_.streams = streams_.size();
    if (h.sequence != end.sequence + 1) {
      found(batch, offset, fmt::format("stream {}: sequence {} comes after {}", h.stream, h.sequence, end.sequence));
    } else if (h.previous != end.position) {
      found(batch, offset, fmt::format("stream {}: sequence {} does not lead to the record before it", h.stream, h.sequence));
    }
    end = {h.sequence, set_.position(batch.part, batch.offset + offset).value};
  }

  void check_keys(const BatchView& batch, const RecordView& record, std::size_t offset) {
    report_.unique_keys += record.header.unique_keys;
    report_.replaceable_keys += record.header.replaceable_keys;
    for (std::size_t i = 0; i < record.header.unique_keys; ++i) {
      Digest128 key;
      std::memcpy(&key, record.keys.data() + i * key_bytes, key_bytes);
      if (!unique_.insert(key).second) found(batch, offset, "a unique key is here a second time");
    }
  }

  void check_term(const BatchView& batch, const RecordView& record, std::size_t offset) {
    const RecordHeader& h = record.header;
    if (h.kind != v1::RECORD_KIND_TERM) {
      if (h.term > report_.last_term.value) found(batch, offset, fmt::format("term {} was never claimed", h.term));
      return;
    }
    v1::TermClaimed claimed;
    const bool readable = claimed.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size()));
    if (!readable || claimed.term() != h.term) found(batch, offset, "a claim of a term that cannot be read");
    if (h.term <= report_.last_term.value) found(batch, offset, fmt::format("term {} after term {}", h.term, report_.last_term.value));
    report_.last_term = Term{h.term};
  }

  void found(const BatchView& batch, std::size_t offset, std::string what) {
    if (++report_.findings_in_all > limits::findings_max) return;
    const PartHeader& part = set_.parts()[batch.part].header;
    report_.findings.push_back({part.segment, part.part, batch.offset + offset, std::move(what)});
  }

  SegmentSet& set_;
  VerifyReport& report_;
  std::uint64_t last_number_ = 0, last_synced_through_ = 0;
  std::int64_t last_recorded_at_ms_ = 0;
  bool first_in_batch_ = true;
  absl::flat_hash_map<std::uint32_t, StreamEnd> streams_;
  absl::flat_hash_set<Digest128> unique_;
};

VerifyFinding finding_of(const Damage& damage) {
  VerifyFinding finding;
  finding.what = damage.what;
  if (const auto name = parse_part_name(damage.path.substr(damage.path.rfind('/') + 1))) {
    finding.segment = name->segment;
    finding.part = name->part;
  }
  if (damage.number != 0) {
    finding.offset = damage.offset;
    finding.what = fmt::format("batch {} is bad: {}", damage.number, damage.what);
  }
  return finding;
}

// What broke the folder stands first, what follows from it after.
void add_causes(VerifyReport& report, const std::vector<Damage>& damages) {
  std::vector<VerifyFinding> findings;
  for (const Damage& damage : damages) findings.push_back(finding_of(damage));
  report.findings_in_all += findings.size();
  findings.insert(findings.end(), report.findings.begin(), report.findings.end());
  if (findings.size() > limits::findings_max) findings.resize(limits::findings_max);
  report.findings = std::move(findings);
}

void add_error(VerifyReport& report, const Error& error) {
  report.findings.push_back({0, 0, 0, error.detail});
  ++report.findings_in_all;
}

void count_parts(VerifyReport& report, const SegmentSet& set) {
  report.parts = set.parts().size();
  for (const Part& part : set.parts()) {
    if (part.header.part == 0) ++report.segments;
    if (part.header.skipped != 0) ++report.begun_anew;
    report.live_bytes += part.end - part.header.base;
  }
}

}  // namespace

std::string to_string(const VerifyFinding& f) {
  return f.segment == 0 ? f.what : fmt::format("{} offset {}: {}", part_name(f.segment, f.part), f.offset, f.what);
}

Result<VerifyReport> verify_journal(Disk& disk, const std::string& folder) {
  const FolderPaths paths(folder);
  VerifyReport report;
  auto format = read_folder_format(disk, paths);
  if (!format) {
    if (format.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return tl::unexpected(format.error());
    add_error(report, format.error());
    format = read_folder_format(disk, paths, OnDamage::read_on);
    if (!format) return report;
  }
  report.partition = format->partition;
  SegmentSet set(disk, paths.journal);
  if (auto loaded = set.load(format->folder_id, OnDamage::read_on); !loaded) return tl::unexpected(loaded.error());
  Verifier verifier(set, report);
  const auto recovered = recover(set, OnDamage::read_on, [&](const BatchView& batch) -> Result<void> {
    verifier.check_batch(batch);
    return {};
  });
  if (!recovered) return tl::unexpected(recovered.error());
  add_causes(report, recovered->damages);
  add_causes(report, set.problems());
  report.last_batch = recovered->last_number;
  report.proven_through = recovered->proven_through;
  report.last_recorded_at_ms = recovered->last_recorded_at_ms;
  report.tail_is_blank = recovered->tail_is_blank;
  count_parts(report, set);
  return report;
}

}  // namespace huying::journal
