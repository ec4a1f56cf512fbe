// huying journal: what a data folder holds, without a broker. verify and dump take no lock and change nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "broker/journal/dump.h"
#include "broker/journal/posix_disk.h"
#include "broker/journal/verify.h"
#include "programs/connection.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct JournalOptions {
  std::string data;
  bool payload = false;
  std::int64_t stream = -1;
  std::uint64_t from = 0, count = 0;
};

ExitCode verify(const JournalOptions& options) {
  journal::PosixDisk disk;
  const auto report = journal::verify_journal(disk, options.data);
  if (!report) {
    return refused(report.error());
  }
  if (!report->partition.empty()) fmt::print("partition {}: ", report->partition);
  fmt::print("{} segments, {} batches, {} items, {} records in {} streams, {} payload bytes, term {}\n",
             report->segments, report->batches, report->items, report->records, report->streams,
             report->payload_bytes, report->last_term.value);
  if (report->begun_anew != 0) {
    fmt::print("begun anew {} times behind a history that was lost (restore or repair)\n", report->begun_anew);
  }
  if (!report->tail_is_blank) fmt::print("behind the last batch lies a torn tail: it was never acknowledged\n");
  for (const auto& finding : report->findings) fmt::print(stderr, "{}\n", to_string(finding));
  if (report->clean()) {
    fmt::print("日志完好 (clean)\n");
    return ExitCode::done;
  }
  print_error(Error{v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{} findings", report->findings_in_all)});
  return ExitCode::damaged;
}

ExitCode dump(const JournalOptions& options) {
  journal::PosixDisk disk;
  journal::DumpOptions what;
  what.payload = options.payload;
  if (options.stream >= 0) what.stream = StreamId(static_cast<std::uint32_t>(options.stream));
  what.from = Position(options.from);
  what.records_max = options.count;
  const auto dumped =
      journal::dump_journal(disk, options.data, what, [](std::string_view line) { fmt::print("{}\n", line); });
  if (dumped) return ExitCode::done;
  return refused(dumped.error());
}

}  // namespace

void add_journal(CLI::App& root, Chosen& chosen) {
  auto* group =
      root.add_subcommand("journal", "A data folder's journal: verify, print, export; back up and restore; archive; repair.");
  group->require_subcommand(1);
  auto options = std::make_shared<JournalOptions>();

  auto* verify_app = group->add_subcommand("verify", "Walk the whole journal and check what its format promises.");
  verify_app->add_option("--data", options->data, "Data folder")->required();
  verify_app->footer(footer_with_exit_codes("Example:\n  huying journal verify --data /tmp/wenyuan\n"));
  verify_app->callback([options, &chosen] { chosen = [options] { return verify(*options); }; });

  auto* dump_app = group->add_subcommand("dump", "One JSON line a record. Contacts, words, points and addresses are never "
                                                 "printed.");
  dump_app->add_option("--data", options->data, "Data folder")->required();
  dump_app->add_flag("--payload", options->payload, "Decode payloads, by protobuf's JSON mapping");
  dump_app->add_option("--stream", options->stream, "Only this stream: 0 the partition's own, 1 the desk")
      ->check(whole_number(0, UINT32_MAX));
  dump_app->add_option("--from", options->from, "Position of the first record")->check(whole_number());
  dump_app->add_option("--count", options->count, "Records at most; 0: all")->check(whole_number());
  dump_app->footer(footer_with_exit_codes("Example:\n  huying journal dump --data /tmp/wenyuan --payload --stream 2\n"));
  dump_app->callback([options, &chosen] { chosen = [options] { return dump(*options); }; });

  add_journal_export(*group, chosen);
  add_journal_backup(*group, chosen);
  add_journal_archive(*group, chosen);
  add_journal_repair(*group, chosen);
}

}  // namespace huying::programs
