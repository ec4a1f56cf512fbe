#include "broker/journal/export.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "broker/journal/embedded_journal.h"
#include "broker/journal/record_json.h"
#include "broker/journal/redact.h"
#include "huying/v1/export.pb.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::size_t piece_bytes = 256 * limits::KiB;

class Export {
 public:
  Export(const ExportOptions& options, const std::function<Result<void>(std::string_view)>& sink)
      : options_(options), sink_(sink) {}

  Sink take(const Record& record) {
    if (options_.stream && record.stream != *options_.stream) return Sink::more;
    if (options_.since && record.recorded_at < *options_.since) return Sink::more;
    write(record);
    ++report_.records;
    if (piece_.size() >= piece_bytes) flush();
    const bool enough = report_.records == options_.records_max || !told_;
    return enough ? Sink::enough : Sink::more;
  }

  void flush() {
    if (piece_.empty() || !told_) return;
    report_.bytes += piece_.size();
    told_ = sink_(piece_);
    piece_.clear();
  }
  const Result<void>& told() const { return told_; }
  const ExportReport& report() const { return report_; }

 private:
  void write(const Record& record) {
    Redacted shown{std::string(record.payload), false, true};
    if (options_.private_parts == PrivateParts::left_out) shown = redact(record.kind, record.payload);
    report_.left_out += shown.left_out ? 1 : 0;
    if (options_.form == ExportForm::json_lines) {
      piece_ += record_json(record, PayloadJson{shown.payload, shown.readable}) + "\n";
    } else {
      write_message(record, shown);
    }
  }

  void write_message(const Record& record, Redacted& shown) {
    v1::ExportedRecord& out = message_;
    out.set_position(record.position.value);
    out.set_batch(record.batch_number);
    out.set_recorded_at_ms(to_ms(record.recorded_at));
    out.set_stream(record.stream.value);
    out.set_sequence(record.sequence.value);
    out.set_kind(record.kind);
    out.mutable_epoch()->set_term(record.epoch.term);
    out.mutable_epoch()->set_grant(record.epoch.grant);
    out.set_item_begins(record.item_begins);
    out.set_payload(std::move(shown.payload));
    out.set_left_out(shown.left_out);
    google::protobuf::io::StringOutputStream stream(&piece_);
    google::protobuf::util::SerializeDelimitedToZeroCopyStream(out, &stream);
  }

  const ExportOptions& options_;
  const std::function<Result<void>(std::string_view)>& sink_;
  std::string piece_;
  v1::ExportedRecord message_;  // reused
  Result<void> told_;
  ExportReport report_;
};

}  // namespace

Result<ExportReport> export_journal(Disk& disk, const std::string& folder, const ExportOptions& options,
                                    const std::function<Result<void>(std::string_view piece)>& sink) {
  auto journal = EmbeddedJournal::open(disk, folder, {.mode = OpenMode::read_only});
  if (!journal) return tl::unexpected(journal.error());
  Export exported(options, sink);
  const Position from = options.since ? std::max(options.from, (*journal)->at_time(*options.since)) : options.from;
  if (from < (*journal)->head()) {
    const auto read = (*journal)->read(from, [&](const Record& record) { return exported.take(record); });
    if (!read) return tl::unexpected(read.error());
  }
  exported.flush();
  if (!exported.told()) return tl::unexpected(exported.told().error());
  ExportReport report = exported.report();
  report.damage = (*journal)->damage();
  return report;
}

}  // namespace huying::journal
