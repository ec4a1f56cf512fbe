// huying journal export: records for other programs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "broker/journal/export.h"
#include "broker/journal/posix_disk.h"
#include "programs/connection.h"
#include "programs/private_file.h"
#include "programs/program.h"
#include "programs/time_text.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct ExportProgramOptions {
  std::string data, output, since;
  bool json_lines = false, with_private = false, json = false;
  std::int64_t stream = -1;
  std::uint64_t from = 0, count = 0;
};

Result<journal::ExportOptions> what_to_export(const ExportProgramOptions& options) {
  journal::ExportOptions what;
  if (options.json_lines) what.form = journal::ExportForm::json_lines;
  if (options.with_private) what.private_parts = journal::PrivateParts::written;
  if (options.stream >= 0) what.stream = StreamId(static_cast<std::uint32_t>(options.stream));
  what.from = Position(options.from);
  what.records_max = options.count;
  if (options.since.empty()) return what;
  what.since = instant_in(options.since);
  if (!what.since)
    return fail(v1::ERROR_CODE_USAGE, "--since is a time with its offset, e.g. 2026-11-23T08:00:00+08:00 or 2026-11-23T00:00:00Z");
  return what;
}

ExitCode run_export(const ExportProgramOptions& options) {
  const auto what = what_to_export(options);
  if (!what) return refused(what.error());
  PrivateFile file;
  if (auto made = file.make(options.output); !made) return refused(made.error());
  journal::PosixDisk disk;
  const auto exported =
      journal::export_journal(disk, options.data, *what, [&](std::string_view piece) { return file.write(piece); });
  if (!exported) return refused(exported.error());
  if (auto finished = file.finish(); !finished) return refused(finished.error());
  if (options.json) {
    fmt::print(R"({{"records":{},"bytes":{},"left_out":{}}})"
               "\n",
               exported->records, exported->bytes, exported->left_out);
  } else {
    fmt::print(
        "导出 {} 条，{} 字节，其中 {} 条略去了隐私内容\nexported {} records, {} bytes; something private was left out "
        "of {}\n",
        exported->records, exported->bytes, exported->left_out, exported->records, exported->bytes, exported->left_out);
  }
  if (!exported->damage) return ExitCode::done;
  return refused(Error{v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(*exported->damage)});
}

}  // namespace

void add_journal_export(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<ExportProgramOptions>();
  auto* app = group.add_subcommand("export",
                                   "Records into a new file of mode 0600: protobuf (ExportedRecord, each behind its "
                                   "length), or JSON lines. Contacts, words, points, addresses and people are left "
                                   "out. Needs no lock; reads on behind damage and says so.");
  app->add_option("--data", options->data, "Data folder")->required();
  app->add_option("--output", options->output, "File to make; one that is there is never replaced")->required();
  app->add_flag("--json-lines", options->json_lines, "One JSON line a record instead of protobuf");
  app->add_option("--stream", options->stream, "Only this stream: 0 the partition's own, 1 the desk")
      ->check(whole_number(0, UINT32_MAX));
  app->add_option("--from", options->from, "Position of the first record")->check(whole_number());
  app->add_option("--since", options->since, "Recorded at or after, e.g. 2026-11-23T08:00:00+08:00");
  app->add_option("--count", options->count, "Records at most; 0: all")->check(whole_number());
  app->add_flag("--with-private", options->with_private,
                "Contacts, words, points, addresses and people, too: guard the file");
  app->add_flag("--json", options->json, "Say what was done as JSON, one line");
  app->footer(
      footer_with_exit_codes("Examples:\n  huying journal export --data /tmp/wenyuan --output /tmp/all.pb\n"
                             "  huying journal export --data /tmp/wenyuan --output /tmp/today.ndjson --json-lines "
                             "--since 2026-11-24T00:00:00+08:00\n"));
  app->callback([options, &chosen] { chosen = [options] { return run_export(*options); }; });
}

}  // namespace huying::programs
