#include "broker/journal/dump.h"

#include "broker/journal/embedded_journal.h"
#include "broker/journal/record_json.h"
#include "broker/journal/redact.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

std::string line_of(const Record& record, const DumpOptions& options) {
  if (!options.payload) return record_json(record, std::nullopt);
  const Redacted shown = redact(record.kind, record.payload);
  return record_json(record, PayloadJson{shown.payload, shown.readable});
}

}  // namespace

Result<void> dump_journal(Disk& disk, const std::string& folder, const DumpOptions& options,
                          const std::function<void(std::string_view line)>& sink) {
  auto journal = EmbeddedJournal::open(disk, folder, {.mode = OpenMode::read_only});
  if (!journal) return tl::unexpected(journal.error());
  std::uint64_t told = 0;
  auto read = (*journal)->read(options.from, [&](const Record& record) {
    if (options.stream && record.stream != *options.stream) return Sink::more;
    sink(line_of(record, options));
    return ++told == options.records_max ? Sink::enough : Sink::more;
  });
  if (!read) return read;
  const auto& damage = (*journal)->damage();
  if (damage) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(*damage));
  return {};
}

}  // namespace huying::journal
